"""Praise is given once, never for one's own, answered, flagged, hidden with a reason."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, NotFound, WrongState
from portal.core.ids import new_id
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.organizations import queries, rules, services
from portal.organizations.errors import AlreadyPraised, OwnOrganization
from portal.organizations.models import OrganizationReputation, Praise
from tests import world
from tests.organizations.neighbours import (
    jobs_done,
    join,
    organization,
    praise,
    principal,
    register,
)

pytestmark = pytest.mark.usefixtures("world")

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def snapshot(organization_id: str) -> dict[str, Any]:
    """The stored reputation without its instant."""
    row = dict(
        db.session.execute(
            select(OrganizationReputation.__table__).where(
                OrganizationReputation.organization_id == organization_id
            )
        )
        .mappings()
        .one()
    )
    row.pop("organization_id")
    return row


def recomputed(organization_id: str) -> dict[str, Any]:
    """The same from the praise alone, as of the snapshot's instant."""
    instant = snapshot(organization_id)["computed_at"]
    found = rules.reputation(queries.evidence(organization_id, instant), instant)
    return {**found.__dict__, "computed_at": instant}


def moderator(scope: str = world.COMMUNITY) -> Any:
    return principal(world.make_staff("social_worker", f"{new_id()}@example.org", scope))


def told(kind: str) -> list[str]:
    rows = db.session.execute(
        select(OutboxMessage.payload)
        .where(OutboxMessage.kind == "notify")
        .order_by(OutboxMessage.id)
    ).scalars()
    return [each["user_id"] for each in rows if each["kind"] == kind]


def test_praise_moves_the_reputation_and_its_managers_are_told() -> None:
    organization_id, founder = organization()
    before = queries.standing(organization_id)
    for each in world.make_users(5):
        praise(organization_id, each)
    jobs_done()
    after = queries.standing(organization_id)
    assert after.score > before.score
    assert (after.praises, after.voices, after.participants) == (5, 5, 5)
    assert snapshot(organization_id) == recomputed(organization_id)
    assert told("praise.received") == [founder] * 5


def test_once_an_activity_and_again_for_the_next() -> None:
    organization_id, _ = organization()
    author = world.make_user("author@example.org")
    activity_id = new_id()
    praise(organization_id, author, activity_id=activity_id)
    with pytest.raises(AlreadyPraised):
        praise(organization_id, author, 1, activity_id=activity_id)
    praise(organization_id, author)
    assert len(queries.praises(organization_id).items) == 2


@pytest.mark.parallel
def test_twenty_at_once_praise_once(app: Flask) -> None:
    organization_id, _ = organization()
    author, activity_id = principal(world.make_user("author@example.org")), new_id()
    outcomes: list[str] = []
    start = threading.Barrier(20)

    def go() -> None:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work():
                    services.add_praise(
                        author, organization_id, activity_id, 5, "", as_participant=True
                    )
                outcomes.append("praised")
            except AlreadyPraised:
                outcomes.append("refused")
            db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=go) for _ in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["praised"] + ["refused"] * 19
    assert db.session.execute(select(func.count()).select_from(Praise)).scalar_one() == 1
    jobs_done()
    assert queries.standing(organization_id).praises == 1


@pytest.mark.parametrize("role", ["organization_member", "organization_manager"])
def test_never_ones_own(role: str) -> None:
    organization_id, _ = organization()
    insider = world.make_user("insider@example.org")
    join(organization_id, insider, role)
    with pytest.raises(OwnOrganization) as refused:
        praise(organization_id, insider)
    assert refused.value.status == 403


def test_who_joins_later_took_the_own_praise_along() -> None:
    organization_id, _ = organization()
    fan = world.make_user("fan@example.org")
    praise(organization_id, fan)
    jobs_done()
    praised = queries.standing(organization_id).score
    join(organization_id, fan)
    with unit_of_work():
        services.refresh(organization_id)
    standing = queries.standing(organization_id)
    assert standing.score < praised
    assert standing.weighed_down


def test_a_ring_of_two_organizations_gains_next_to_nothing() -> None:
    first, _ = organization("first@example.org")
    second, _ = organization("second@example.org")
    honest, _ = organization("honest@example.org")
    ones, twos = world.make_users(6, "one"), world.make_users(6, "two")
    for one, two in zip(ones, twos, strict=True):
        join(first, one)
        join(second, two)
        praise(first, two)
        praise(second, one)
        praise(honest, one)
    jobs_done()
    ring = [queries.standing(each) for each in (first, second)]
    assert all(each.weighed_down for each in ring)
    assert max(each.score for each in ring) <= 47  # what a single honest voice gives
    assert queries.standing(honest).score > 55
    assert not queries.standing(honest).weighed_down
    for each in (first, second, honest):
        assert snapshot(each) == recomputed(each)


def test_praise_needs_a_verified_organization_and_a_score() -> None:
    waiting, _ = register()
    organization_id, _ = organization("other@example.org")
    author = world.make_user("author@example.org")
    for nowhere in (waiting, new_id()):
        with pytest.raises(NotFound):
            praise(nowhere, author)
    for score in (0, 6, -1):
        with pytest.raises(Invalid):
            praise(organization_id, author, score)


def test_the_organization_answers_once_and_may_edit() -> None:
    organization_id, founder = organization()
    author = world.make_user("author@example.org")
    praise_id = praise(organization_id, author, 3)
    manager, stranger = principal(founder), principal(author)
    with pytest.raises(Forbidden), unit_of_work():
        services.answer_praise(stranger, praise_id, "我自己答")
    for text in ("谢谢您", "谢谢您，我们改进"):
        with unit_of_work():
            services.answer_praise(manager, praise_id, text)
    assert queries.praise_for(praise_id).answer == "谢谢您，我们改进"
    assert told("praise.answered") == [author]


def test_flagged_hidden_with_a_reason_and_shown_again() -> None:
    organization_id, founder = organization()
    authors = world.make_users(3)
    praise_id, *_others = [praise(organization_id, each, 1) for each in authors]
    jobs_done()
    with_it = queries.standing(organization_id)
    manager, judge = principal(founder), moderator()
    for _twice in range(2):
        with unit_of_work():
            services.flag_praise(manager, praise_id, "这是辱骂")
    assert [r.id for r in queries.flagged(judge).items] == [praise_id]
    assert [r.reason for r in queries.flags_of(praise_id)] == ["这是辱骂"]
    assert queries.flagged(moderator(world.NEXT_COMMUNITY)).items == []
    with unit_of_work():
        services.hide_praise(judge, praise_id, "含有辱骂内容")
    jobs_done()
    without = queries.standing(organization_id)
    assert (without.praises, without.score > with_it.score) == (2, True)
    assert queries.praise_for(praise_id).hidden_reason == "含有辱骂内容"
    assert queries.flagged(judge).items == []
    assert snapshot(organization_id) == recomputed(organization_id)
    with pytest.raises(WrongState), unit_of_work():
        services.hide_praise(judge, praise_id, "再一次")
    with pytest.raises(WrongState), unit_of_work():
        services.flag_praise(manager, praise_id, "再一次")
    with pytest.raises(WrongState), unit_of_work():
        services.answer_praise(manager, praise_id, "答")
    with unit_of_work():
        services.show_praise(judge, praise_id)
    jobs_done()
    assert queries.standing(organization_id).score == with_it.score
    with pytest.raises(WrongState), unit_of_work():
        services.show_praise(judge, praise_id)


def test_flagged_and_kept() -> None:
    organization_id, founder = organization()
    praise_id = praise(organization_id, world.make_user("author@example.org"), 2)
    manager, judge = principal(founder), moderator()
    with unit_of_work():
        services.flag_praise(manager, praise_id, "不喜欢")
    with unit_of_work():
        services.keep_praise(judge, praise_id)
    assert queries.flagged(judge).items == []
    assert queries.praise_for(praise_id).hidden_at is None
    with pytest.raises(WrongState), unit_of_work():
        services.keep_praise(judge, praise_id)


def test_moderators_of_elsewhere_and_of_the_organization_itself_do_not_judge() -> None:
    organization_id, _ = organization()
    praise_id = praise(organization_id, world.make_user("author@example.org"), 2)
    far = moderator(world.FAR_COMMUNITY)
    with pytest.raises(Forbidden), unit_of_work():
        services.hide_praise(far, praise_id, "不行")
    insider = world.make_staff("committee", "insider@example.org")
    join(organization_id, insider)
    partial = principal(insider)
    with pytest.raises(OwnOrganization), unit_of_work():
        services.hide_praise(partial, praise_id, "不好听")


def test_reputation_fades_by_itself_every_day(at: Any) -> None:
    at(NOW)
    organization_id, _ = organization()
    for each in world.make_users(6):
        praise(organization_id, each)
    jobs_done()
    fresh = queries.standing(organization_id)
    at(NOW + timedelta(hours=2))
    assert services.refresh_stale() == 0
    at(NOW + timedelta(days=400))
    assert services.refresh_stale() == 1
    faded = queries.standing(organization_id)
    assert faded.score < fresh.score
    assert (faded.praises, faded.recent) == (6, 0)
    assert snapshot(organization_id) == recomputed(organization_id)
    assert services.refresh_stale() == 0


def test_the_reader_is_told_why(app: Flask) -> None:
    organization_id, _ = organization()
    with app.test_request_context(headers={"Accept-Language": "en"}, path="/api/v1/organizations"):
        assert "Nobody has rated it yet" in queries.standing(organization_id).explanation
    for _n in range(4):
        praise(organization_id, _fan(), as_participant=False)
    jobs_done()
    with app.test_request_context(headers={"Accept-Language": "en"}, path="/api/v1/organizations"):
        told_why = queries.standing(organization_id).explanation
    assert told_why.startswith(
        "Ratings: 4, from 4 people; 0 by people who took part, 4 in the last"
    )
    assert "so few voices" in told_why


def _fan() -> str:
    return world.make_user(f"{new_id()}@example.org")


def test_said_otherwise_for_a_week_and_as_long_as_nobody_has_acted_on_it(at: Any) -> None:
    at(NOW)
    organization_id, founder = organization()
    an, bo = world.make_user("an@example.org"), world.make_user("bo@example.org")
    said = praise(organization_id, an, 1)
    writer, other, manager, judge = principal(an), principal(bo), principal(founder), moderator()
    low = snapshot(organization_id)["score"]
    with unit_of_work():
        services.change_praise(writer, said, 5, "后来好了")
    row = queries.praise_for(said)
    assert (row.score, row.comment, row.created_at) == (5, "后来好了", NOW)
    assert snapshot(organization_id)["score"] > low
    assert snapshot(organization_id) == recomputed(organization_id)
    with pytest.raises(NotFound), unit_of_work():
        services.change_praise(other, said, 1, "")
    with pytest.raises(Invalid), unit_of_work():
        services.change_praise(writer, said, 6, "")

    at(NOW + rules.PRAISE_CHANGED_FOR)
    assert queries.may_change_praise(queries.praise_for(said))
    at(NOW + rules.PRAISE_CHANGED_FOR + timedelta(seconds=1))
    assert not queries.may_change_praise(queries.praise_for(said))
    with pytest.raises(WrongState), unit_of_work():
        services.change_praise(writer, said, 4, "")

    at(NOW)
    acted_on: dict[str, Callable[[str], object]] = {
        "answered": lambda each: services.answer_praise(manager, each, "谢谢"),
        "flagged": lambda each: services.flag_praise(manager, each, "不对"),
        "hidden": lambda each: services.hide_praise(judge, each, "骂人"),
    }
    for name, act in acted_on.items():
        each = praise(organization_id, world.make_user(f"{name}@example.org"))
        author = principal(queries.praise_for(each).author_id)
        with unit_of_work():
            act(each)
        assert not queries.may_change_praise(queries.praise_for(each)), name
        with pytest.raises(WrongState), unit_of_work():
            services.change_praise(author, each, 1, "")
