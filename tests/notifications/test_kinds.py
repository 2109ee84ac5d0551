"""Every kind has words, in both languages, and never fails to be written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.app import Portal
from portal.core.i18n import force_locale
from portal.notifications.kinds import KINDS, TOPICS, Kind
from portal.notifications.words import words

SAMPLES: dict[str, Any] = {
    "title": "清扫街道",
    "starts_at": "2026-11-22T01:00:00Z",
    "was_at": "2026-11-23T01:00:00Z",
    "expires_at": "2026-12-31T15:59:59Z",
    "closes_at": "2026-11-22T10:00:00Z",
    "expires_on": "2028-12-31",
    "due_on": "2026-11-20",
    "judge_on": "2026-11-29",
    "report_at": "2026-11-22T02:00:00Z",
    "level": 1,
    "minutes": 90,
    "points": 1500,
    "amount": 1500,
    "score": 4,
    "role": "social_worker",
    "titles": {"zh_Hans": "停水", "en": "No water"},
    "summaries": {"zh_Hans": "明天停水。", "en": "No water tomorrow."},
    "reason": "下雨",
    "message": "生日快乐",
}
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def sample(kind: Kind) -> dict[str, Any]:
    return {name: SAMPLES.get(name, f"<{name}>") for name in kind.needs}


@every_kind
@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_it_is_written_with_all_it_needs(app: Portal, at: Any, kind: Kind, locale: str) -> None:
    at(NOW)
    with app.test_request_context(), force_locale(locale):
        written = words(kind, sample(kind))
    for text in (written.title, written.text):
        assert text
        assert "%(" not in text
        assert "…" not in text
        assert "T01:00" not in text


@every_kind
def test_it_is_shown_even_where_params_are_missing(app: Portal, kind: Kind) -> None:
    with app.test_request_context(), force_locale("en"):
        assert words(kind, {}).title


@every_kind
def test_a_person_can_choose_about_it(kind: Kind) -> None:
    assert str(kind.label)
    assert kind.topic in TOPICS


def test_times_and_numbers_are_written_as_people_say_them(app: Portal, at: Any) -> None:
    at(NOW)
    with app.test_request_context(), force_locale("en"):
        text = words(KINDS["signup.promoted"], sample(KINDS["signup.promoted"])).text
        assert "tomorrow 09:00" in text
        text = words(KINDS["record.confirmed"], sample(KINDS["record.confirmed"])).text
        assert "1 h 30 min" in text
        assert "1,500 points" in text
        text = words(KINDS["activity.cancelled"], sample(KINDS["activity.cancelled"])).text
        assert text.endswith("“下雨”")
        silent = words(KINDS["points.gift_received"], {"points": 5, "message": ""}).text
        assert "“" not in silent


def test_a_letter_read_tomorrow_does_not_say_tomorrow(app: Portal, at: Any) -> None:
    at(NOW)
    with app.test_request_context(), force_locale("en"):
        kind = KINDS["signup.promoted"]
        assert "Sunday 22 November 2026, 09:00" in words(kind, sample(kind), lasting=True).text
        kind = KINDS["points.expiring_soon"]
        assert "Sunday 31 December 2028" in words(kind, sample(kind), lasting=True).text


def test_a_percent_sign_in_a_name_is_only_a_percent_sign(app: Portal) -> None:
    with app.test_request_context(), force_locale("en"):
        kind = KINDS["activity.approved"]
        assert words(kind, {"title": "100% %(fun)s %s"}).title == "Approved: 100% %(fun)s %s"
        quoted = words(KINDS["activity.sent_back"], {"title": "a", "reason": "50% %(x)s"}).text
        assert quoted.endswith("“50% %(x)s”")
