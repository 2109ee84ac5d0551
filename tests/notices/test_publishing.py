"""A committee makes something known: drafts, times, the top of the list, taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from portal.core import jobs
from portal.core.clock import now, today
from portal.core.errors import Forbidden, Invalid, NotFound, WrongState
from portal.notices import queries, services
from portal.notices.rules import FIRST_LOCALE, Audience, Status
from portal.regions.queries import path_of
from tests import world
from tests.at_once import all_at_once
from tests.notices.board import ENGLISH, committee, do, published, told, written
from tests.world import CITY, COMMUNITY, STREET, make_user

At = Callable[[datetime], None]
DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("world")


def titles(region: str, **more: object) -> list[str]:
    page = queries.page(path_of(region), FIRST_LOCALE, **more)  # type: ignore[arg-type]
    return [row.title for row in page.items]


def state(notice_id: str) -> str:
    return str(queries.told_of(notice_id).status)  # type: ignore[union-attr]


def test_a_draft_is_seen_by_those_who_write_there_alone() -> None:
    actor = committee()
    draft = written(actor)
    assert titles(COMMUNITY) == []
    assert queries.readable(actor, draft, "en").title == ENGLISH.title
    for stranger in (None, committee(world.NEXT_COMMUNITY), world.principal(make_user("a@x.org"))):
        with pytest.raises(NotFound):
            queries.readable(stranger, draft, "en")


def test_what_is_published_holds_in_its_region_and_below_and_is_read_by_all() -> None:
    actor = committee(STREET)
    notice = published(actor, STREET)
    assert titles(COMMUNITY) == titles(STREET) == ["六月起换新电表"]
    assert titles(CITY) == []
    assert queries.readable(None, notice, "en").locale == "en"
    assert queries.page(path_of(COMMUNITY), "en", q="电表").items[0].title == ENGLISH.title
    assert queries.page(path_of(COMMUNITY), "en", q="水表").items == []


def test_without_a_translation_one_reads_the_first_language() -> None:
    actor = committee()
    with_one = queries.texts_of(written(actor))["zh_Hans"]
    texts = {"zh_Hans": services.Words(with_one.title, with_one.summary, with_one.body)}
    notice = published(actor, texts=texts)
    assert queries.readable(None, notice, "en").locale == "zh_Hans"


def test_another_committee_cannot_write_here() -> None:
    notice, other = written(committee(STREET), STREET), committee(world.NEXT_COMMUNITY)
    with pytest.raises(Forbidden):
        written(other, STREET)
    with pytest.raises(NotFound):
        do(services.publish, other, notice)
    below = committee(COMMUNITY)
    with pytest.raises(NotFound):  # nor does a community change what its street writes
        do(services.publish, below, notice)


def test_it_appears_by_itself_at_its_time(at: At) -> None:
    at(now())
    actor, lin = committee(), make_user("lin@example.org")
    notice = written(actor)
    begins = now() + DAY
    do(services.schedule, actor, notice, begins)
    jobs.run_until_quiet()
    assert (state(notice), told(lin)) == (Status.SCHEDULED, [])
    at(begins + timedelta(minutes=1))
    jobs.run_until_quiet()
    assert (state(notice), told(lin)) == (Status.PUBLISHED, ["notice.published"])
    jobs.run_until_quiet()
    assert told(lin) == ["notice.published"]


def test_what_is_over_stands_among_the_earlier_ones(at: At) -> None:
    actor = committee()
    published(actor, ends_on=today())
    assert (len(titles(COMMUNITY)), len(titles(COMMUNITY, earlier=True))) == (1, 0)
    at(now() + DAY)
    assert (len(titles(COMMUNITY)), len(titles(COMMUNITY, earlier=True))) == (0, 1)


def test_it_stands_at_the_top_through_its_day(at: At) -> None:
    actor = committee()
    notice = published(actor)
    do(services.pin, actor, notice, today() + DAY)
    assert [row.id for row in queries.pinned(path_of(COMMUNITY), "en")] == [notice]
    at(now() + 2 * DAY)
    assert list(queries.pinned(path_of(COMMUNITY), "en")) == []
    with pytest.raises(Invalid):
        do(services.pin, actor, notice, today() - DAY)


def test_it_is_withdrawn_with_a_reason_and_told_to_nobody_else() -> None:
    actor = committee()
    notice = written(actor)
    with pytest.raises(WrongState):
        do(services.withdraw, actor, notice, "写错了")
    do(services.publish, actor, notice)
    do(services.withdraw, actor, notice, "写错了")
    lin = make_user("lin@example.org")
    jobs.run_until_quiet()
    assert told(lin) == []
    row = queries.readable(None, notice, "en")
    assert (row.status, row.withdrawn_reason) == (Status.WITHDRAWN, "写错了")
    assert (titles(COMMUNITY), len(titles(COMMUNITY, earlier=True))) == ([], 1)
    again = do(services.copy, actor, notice)
    assert queries.texts_of(again)["en"].body == ENGLISH.body


def test_published_words_are_not_changed() -> None:
    actor = committee()
    notice = published(actor)
    row = queries.texts_of(notice)["zh_Hans"]
    plan = services.NoticePlan(
        COMMUNITY,
        (Audience.RESIDENTS,),
        {"zh_Hans": services.Words("别的", row.summary, row.body)},
    )
    for deed in (
        partial(services.change, actor, notice, plan),
        partial(services.delete_draft, actor, notice),
        partial(services.publish, actor, notice),
        partial(services.schedule, actor, notice, now() + DAY),
    ):
        with pytest.raises(WrongState):
            do(lambda _actor, deed=deed: deed(), actor)
    assert queries.texts_of(notice)["zh_Hans"].title == row.title


@pytest.mark.parametrize(
    "wrong",
    [
        {"audiences": ()},
        {"texts": {"en": ENGLISH}},
        {"ends_on": "yesterday"},
        {"pinned_until": "yesterday"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    values: dict[str, Any] = {
        name: today() - DAY if value == "yesterday" else value for name, value in wrong.items()
    }
    with pytest.raises(Invalid):
        written(committee(), **values)


def test_of_many_who_publish_at_once_one_does(app: object) -> None:
    actor, lin = committee(), make_user("lin@example.org")
    notice = written(actor)
    results = all_at_once(app, [partial(services.publish, actor, notice)] * 20)  # type: ignore[arg-type]
    jobs.run_until_quiet()
    assert results.count("wrong_state") == 19
    assert told(lin) == ["notice.published"]
