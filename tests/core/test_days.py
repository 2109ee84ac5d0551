"""Days as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from portal.app import Portal
from portal.core.clock import clock
from portal.core.i18n import friendly_day, friendly_instant


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (date(2026, 11, 22), "今天", "today"),
        (date(2026, 11, 28), "周六 11月28日", "Sat 28 Nov"),
        (date(2026, 12, 31), "周四 12月31日", "Thu 31 Dec"),
        (date(2026, 10, 26), "周一 10月26日", "Mon 26 Oct"),
        (date(2026, 10, 25), "2026年10月25日", "25 Oct 2026"),
        (date(2026, 7, 27), "2026年7月27日", "27 Jul 2026"),
        (date(2027, 1, 1), "2027年1月1日", "1 Jan 2027"),
    ],
)
def test_a_day_has_its_weekday_while_it_is_near(
    app: Portal, day: date, chinese: str, english: str
) -> None:
    with app.test_request_context(), clock.held_at(datetime(2026, 11, 22, 4, tzinfo=UTC)):
        for locale, words in (("zh_Hans", chinese), ("en", english)):
            with force_locale(locale):
                assert friendly_day(day) == words


def test_an_old_instant_keeps_its_hour(app: Portal) -> None:
    with app.test_request_context(), clock.held_at(datetime(2026, 11, 22, 4, tzinfo=UTC)):
        assert friendly_instant(datetime(2026, 7, 27, 1, tzinfo=UTC)) == "2026年7月27日 09:00"
