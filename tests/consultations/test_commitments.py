"""What was promised is followed until it is kept, and each change is told once to who took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from portal.accounts.services import close_account
from portal.consultations.models import CommitmentChange, ConsultationFollowing
from portal.consultations.rules.commitments import Telling, is_late
from portal.consultations.services import following as deeds
from portal.core import closing, outbox
from portal.core.audit import AuditEvent
from portal.core.clock import now, today
from portal.core.database import db
from portal.core.i18n import force_locale
from portal.core.jobs import Unfinished
from portal.core.outbox import OutboxMessage, deliver_due
from portal.core.unit_of_work import unit_of_work
from portal.notifications.models import Notification
from tests import world
from tests.browsing import Browser
from tests.consultations.deskwork import at_desk
from tests.consultations.stage import Town, done, refused, yuan
from tests.notifications.contract import check_emitted

DAY = timedelta(days=1)


def in_days(days: int) -> str:
    return (today() + days * DAY).isoformat()


def promised(town: Town, **more: Any) -> dict[str, Any]:
    """A decided vote of which the first two residents took part; returns its one promise."""
    vote = town.opened()
    town.vote(0, vote, 1)
    code = {"member_code": town.member_code(1)}
    done(town.worker.post(f"/consultations/{vote['id']}/paper-ballots", code), 201)
    for api in (town.worker, town.committee):
        ballots = {"ballots": [[vote["options"][0]["id"]]]}
        done(api.post(f"/consultations/{vote['id']}/paper-tally", ballots), 201)
    town.closed(vote)
    promise = {"title": "装三盏路灯", "owner": "物业", "due_on": in_days(30), **more}
    decision = {"accepted": True, "reasons": "照办。", "commitments": [promise]}
    decided = done(town.committee.post(f"/consultations/{vote['id']}/decide", decision))
    kept: dict[str, Any] = decided["decision"]["commitments"][0]
    deliver_due()
    return kept


def told(kind: str) -> Counter[str]:
    deliver_due()
    db.session.rollback()
    check_emitted()
    rows = db.session.execute(select(Notification.user_id).where(Notification.kind == kind))
    return Counter(rows.scalars())


def both(town: Town) -> Counter[str]:
    return Counter(town.residents[:2])


# --- rules ----------------------------------------------------------------------------------------


def test_the_day_itself_is_in_time() -> None:
    assert not is_late("open", today(), today())
    assert is_late("open", today() - DAY, today())
    assert not is_late("kept", today() - DAY, today())


@given(st.lists(st.text("abc0", min_size=1), max_size=5), st.lists(st.text("xyz9"), max_size=5))
def test_a_telling_ends_and_is_read_back(voters: list[str], others: list[str]) -> None:
    """However many there are, each mark is another than all before it, and the last one ends."""
    telling, seen = Telling(), [""]
    for last in [*sorted(set(voters)), None, *sorted(set(others) - {""}), None]:
        telling = telling.then(last)
        assert Telling.of(telling.word()) == telling
        assert telling.word() not in seen
        seen.append(telling.word())
    assert telling.is_over


# --- deeds ----------------------------------------------------------------------------------------


def test_a_promise_has_money_and_steps(town: Town) -> None:
    steps = [{"title": "选型", "due_on": in_days(9)}, {"title": "施工", "due_on": in_days(20)}]
    promise = promised(town, budget=yuan(6_000), milestones=steps)
    assert promise["budget"] == yuan(6_000)
    assert [each["title"] for each in promise["milestones"]] == ["选型", "施工"]
    assert (promise["state"], promise["late"]) == ("open", False)
    path = f"/commitments/{promise['id']}"
    step = promise["milestones"][0]["id"]
    after = done(town.committee.post(f"{path}/milestones/{step}/done"))
    assert after["milestones"][0]["done_on"] == today().isoformat()
    refused(town.committee.post(f"{path}/milestones/{step}/done"), 409, "wrong_state")
    more = {"title": "验收", "due_on": in_days(28)}
    assert len(done(town.committee.post(f"{path}/milestones", more), 201)["milestones"]) == 3
    assert [each["kind"] for each in done(town.api.get(path))["changes"]] == [
        "milestone_set",
        "milestone_done",
    ]


def test_promises_are_listed_page_by_page_the_next_due_first(town: Town) -> None:
    later, sooner = promised(town, due_on=in_days(40)), promised(town)
    first = done(town.api.get("/commitments?limit=1"))
    assert [each["id"] for each in first["items"]] == [sooner["id"]]
    then = done(town.api.get(f"/commitments?limit=1&cursor={first['next_cursor']}"))
    assert [each["id"] for each in then["items"]] == [later["id"]]
    assert then["next_cursor"] is None


def test_a_new_day_needs_a_reason_and_the_old_one_stays(town: Town) -> None:
    promise = promised(town)
    path = f"/commitments/{promise['id']}"
    for body in (
        {"due_on": in_days(-1), "reason": "晚了"},
        {"due_on": promise["due_on"], "reason": "同一天"},
        {"due_on": in_days(60), "reason": ""},
    ):
        refused(town.committee.post(f"{path}/move", body), 422, "invalid")
    moved = done(town.committee.post(f"{path}/move", {"due_on": in_days(60), "reason": "缺货"}))
    assert moved["due_on"] == in_days(60)
    (change,) = done(town.api.get(path))["changes"]
    assert (change["was_on"], change["due_on"]) == (promise["due_on"], in_days(60))
    assert change["text"] == "缺货"


@pytest.mark.parametrize(
    ("deed", "body", "state"),
    [("keep", {"text": "都亮了"}, "kept"), ("give-up", {"reason": "没有钱了"}, "given_up")],
)
def test_what_is_settled_is_settled(
    town: Town, deed: str, body: dict[str, str], state: str
) -> None:
    promise = promised(town)
    path = f"/commitments/{promise['id']}"
    assert done(town.committee.post(f"{path}/{deed}", body))["state"] == state
    refused(town.committee.post(f"{path}/{deed}", body), 409, "wrong_state")
    refused(town.committee.post(f"{path}/notes", {"text": "又"}), 409, "wrong_state")
    move = {"due_on": in_days(60), "reason": "再"}
    refused(town.committee.post(f"{path}/move", move), 409, "wrong_state")


def test_only_the_committee_says_what_becomes_of_it(town: Town) -> None:
    promise = promised(town)
    path = f"/commitments/{promise['id']}"
    world.make_staff("committee", "other@example.org", world.NEXT_COMMUNITY)
    for api in (town.resident(0), town.worker, town.api.sign_in("other@example.org")):
        refused(api.post(f"{path}/notes", {"text": "我说"}), 403, "forbidden")
    assert done(town.api.get(path))["changes"] == []


def test_late_ones_are_late_for_everybody(
    town: Town, client: FlaskClient, at: Callable[[datetime], None]
) -> None:
    promise = promised(town)
    vote = promise["consultation"]["id"]
    region = f"region={world.COMMUNITY}"
    assert done(town.api.get(f"/commitments?{region}"))["counts"]["late"] == 0
    at(now() + 31 * DAY)
    listed = done(town.api.get(f"/commitments?{region}&state=late"))
    assert listed["counts"] == {"open": 1, "late": 1, "kept": 0, "given_up": 0}
    assert [each["late"] for each in listed["items"]] == [True]
    assert done(town.api.get(f"/commitments?region={world.NEXT_COMMUNITY}"))["items"] == []
    stranger = Browser(client.application.test_client(), "en")
    public = "/consultations"
    pages = (
        f"{public}/{vote}",
        f"{public}/{vote}/results",
        f"{public}/commitments",
        f"{public}/commitments/{promise['id']}",
    )
    for page in pages:
        stranger.open(page)
        assert "Late" in stranger.text, page
    desk = at_desk(client, "committee@example.org")
    desk.open("/desk/commitments")
    assert "Overdue" in desk.text
    desk.open("/desk")
    assert "Promises that are late" in desk.text


# --- who is told ----------------------------------------------------------------------------------


def test_who_took_part_is_told_once_of_each_change(town: Town) -> None:
    promise = promised(town)
    path = f"/commitments/{promise['id']}"
    done(town.committee.post(f"{path}/notes", {"text": "已经选好型号"}))
    assert told("commitment.noted") == both(town)
    done(town.committee.post(f"{path}/move", {"due_on": in_days(60), "reason": "缺货"}))
    assert told("commitment.moved") == both(town)
    done(town.committee.post(f"{path}/milestones", {"title": "验收", "due_on": in_days(9)}), 201)
    assert told("commitment.milestone_set") == both(town)
    done(town.committee.post(f"{path}/keep", {"text": "都亮了"}))
    assert told("commitment.kept") == both(town)
    assert told("commitment.noted") == both(town)
    heard = done(town.resident(1).get("/me/notifications"))["items"][0]
    assert "装三盏路灯" in heard["title"]
    assert "都亮了" in heard["text"]


def test_who_spoke_or_wants_to_follow_is_told_too_and_who_stops_is_not(town: Town) -> None:
    promise = promised(town)
    vote = promise["consultation"]["id"]
    world.make_user("away@example.org", home=world.FAR_COMMUNITY)
    path = f"/consultations/{vote}/following"
    assert done(town.resident(0).get(path)) == {"follows": True}
    assert done(town.resident(2).get(path)) == {"follows": False}
    done(town.resident(0).post(path, {"follows": False}))
    done(town.resident(2).post(path, {"follows": True}))
    assert done(town.resident(0).get(path)) == {"follows": False}
    done(town.committee.post(f"/commitments/{promise['id']}/notes", {"text": "快了"}))
    assert told("commitment.noted") == Counter([town.residents[1], town.residents[2]])


def test_who_talks_it_over_follows(town: Town) -> None:
    vote = town.discussed()
    said = {"text": "路灯要紧"}
    done(town.resident(4).post(f"/consultations/{vote['id']}/comments", said), 201)
    done(town.committee.post(f"/consultations/{vote['id']}/open"))
    town.vote(0, vote, 1)
    town.vote(4, vote, 1)
    town.closed(vote)
    promise = {"title": "路灯", "owner": "物业", "due_on": in_days(3)}
    body = {"accepted": True, "reasons": "好。", "commitments": [promise]}
    decided = done(town.committee.post(f"/consultations/{vote['id']}/decide", body))
    commitment = decided["decision"]["commitments"][0]["id"]
    done(town.committee.post(f"/commitments/{commitment}/notes", {"text": "快了"}))
    assert told("commitment.noted") == Counter([town.residents[0], town.residents[4]])


@pytest.fixture
def crowd(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everybody follows, and they are told two at a time."""
    monkeypatch.setattr(deeds, "AT_ONCE", 2)
    return town.residents


def _everybody_votes(town: Town) -> str:
    vote = town.opened()
    for number in range(len(town.residents) - 1):
        town.vote(number, vote, 0)
    done(town.resident(len(town.residents) - 1).post(
        f"/consultations/{vote['id']}/following", {"follows": True}))  # fmt: skip
    town.closed(vote)
    promise = {"title": "路灯", "owner": "物业", "due_on": in_days(3)}
    body = {"accepted": True, "reasons": "好。", "commitments": [promise]}
    decided = done(town.committee.post(f"/consultations/{vote['id']}/decide", body))
    deliver_due()
    return str(decided["decision"]["commitments"][0]["id"])


def test_a_worker_that_dies_half_way_tells_nobody_twice(
    town: Town, crowd: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies after some of a batch are told, again and again at another place: what it had begun
    is undone with it, and whoever goes on tells each person once."""
    commitment = _everybody_votes(town)
    emit, calls = outbox.emit, Counter[str]()

    def dying(kind: str, /, **payload: Any) -> None:
        calls[kind] += 1
        emit(kind, **payload)
        if kind == "notify" and calls[kind] in (2, 5, 6):
            raise RuntimeError("killed")

    done(town.committee.post(f"/commitments/{commitment}/notes", {"text": "快了"}))
    monkeypatch.setattr(outbox, "emit", dying)
    for _attempt in range(12):
        try:
            deliver_due()
        except Unfinished:
            _let_them_be_tried_again()
    assert calls["notify"] > len(crowd), "nobody died"
    monkeypatch.undo()
    assert told("commitment.noted") == Counter(crowd)


def test_a_message_that_comes_twice_tells_nobody_twice(town: Town, crowd: list[str]) -> None:
    commitment = _everybody_votes(town)
    done(town.committee.post(f"/commitments/{commitment}/notes", {"text": "快了"}))
    assert told("commitment.noted") == Counter(crowd)
    db.session.rollback()
    messages = db.session.execute(
        select(OutboxMessage.payload).where(OutboxMessage.kind == deeds.TOLD)
    ).scalars()
    repeated = list(messages)
    assert len(repeated) > 3
    db.session.rollback()
    for payload in [*repeated, *reversed(repeated)]:
        with unit_of_work():
            outbox.emit(deeds.TOLD, **payload)
    assert told("commitment.noted") == Counter(crowd)
    marks = db.session.execute(select(CommitmentChange.told)).scalars()
    assert all(Telling.of(mark).is_over for mark in marks)


def test_the_committee_does_not_wait_for_the_telling(town: Town) -> None:
    commitment = _everybody_votes(town)
    before = _waiting()
    done(town.committee.post(f"/commitments/{commitment}/notes", {"text": "快了"}))
    assert _waiting() == before + 1


def _waiting() -> int:
    db.session.rollback()
    return db.session.execute(
        select(func.count())
        .select_from(OutboxMessage)
        .where(OutboxMessage.available_at.is_not(None))
    ).scalar_one()


def _let_them_be_tried_again() -> None:
    with unit_of_work():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.delivered_at.is_(None))
            .values(available_at=OutboxMessage.created_at)
        )


# --- what is kept ---------------------------------------------------------------------------------


def test_nothing_says_more_than_the_roll(town: Town) -> None:
    """Who took part follows without any row of their own."""
    promised(town)
    db.session.rollback()
    words = db.session.execute(select(func.count()).select_from(ConsultationFollowing))
    assert words.scalar_one() == 0


def test_who_leaves_is_told_nothing_more(town: Town) -> None:
    promise = promised(town)
    person = town.residents[2]
    path = f"/consultations/{promise['consultation']['id']}/following"
    done(town.resident(2).post(path, {"follows": True}))
    with force_locale("en"):
        fates = [str(fate.sentence) for fate in closing.fates_of(person)]
    assert "It is forgotten which votes you follow, or no longer do." in fates
    close_account(world.principal(person), world.PASSWORD)
    deliver_due()
    db.session.rollback()
    assert db.session.get(ConsultationFollowing, (promise["consultation"]["id"], person)) is None
    done(town.committee.post(f"/commitments/{promise['id']}/notes", {"text": "快了"}))
    assert told("commitment.noted") == both(town)


def test_every_deed_stands_in_the_log(town: Town) -> None:
    promise = promised(town)
    path = f"/commitments/{promise['id']}"
    done(town.committee.post(f"{path}/notes", {"text": "快了"}))
    done(town.committee.post(f"{path}/give-up", {"reason": "没有钱了"}))
    db.session.rollback()
    rows = db.session.execute(
        select(AuditEvent.action).where(AuditEvent.object_kind == "commitment")
    )
    assert sorted(rows.scalars()) == ["commitment.given_up", "commitment.noted"]


# --- pages ----------------------------------------------------------------------------------------


def test_the_desk_says_what_becomes_of_it(town: Town, client: FlaskClient) -> None:
    steps = [{"title": "选型", "due_on": in_days(9)}]
    promise = promised(town, milestones=steps)
    desk = at_desk(client, "committee@example.org")
    path = f"/desk/commitments/{promise['id']}"
    desk.open(path)
    desk.send(f"{path}/milestones/{promise['milestones'][0]['id']}/done")
    assert "The step is done." in desk.text
    said: tuple[tuple[str, dict[str, Any]], ...] = (
        ("note", {"text": "快了"}),
        ("move", {"due_on": in_days(60), "reason": "缺货"}),
        ("step", {"title": "验收", "due_on": in_days(20)}),
        ("keep", {"text": "都亮了"}),
    )
    for deed, values in said:
        desk.open(f"{path}/{deed}")
        desk.send(f"{path}/{deed}", **values)
    desk.open(f"{path}/note", 409)
    stranger = Browser(client.application.test_client(), "en")
    stranger.open(f"/consultations/commitments/{promise['id']}")
    for words in ("快了", "缺货", "验收", "都亮了", "A new date", "Done"):
        assert words in stranger.text


def test_one_follows_and_stops_on_the_page(town: Town, client: FlaskClient) -> None:
    promise = promised(town)
    vote = promise["consultation"]["id"]
    voter = Browser(client.application.test_client(), "en").sign_in("voter1@example.org")
    voter.open(f"/consultations/{vote}")
    assert "You follow this" in voter.text
    voter.send(f"/consultations/{vote}/following")
    assert "You will be told nothing more." in voter.text
    assert "Tell me of every change" in voter.text


def test_money_and_steps_are_promised_at_the_desk(town: Town, client: FlaskClient) -> None:
    vote = town.opened()
    town.closed(vote)
    desk = at_desk(client, "committee@example.org")
    path = f"/desk/consultations/{vote['id']}/decide"
    desk.open(path)
    row = "commitments-0-"
    filled: dict[str, Any] = {
        "accepted": "yes",
        "reasons": "照办。",
        f"{row}title": "路灯",
        f"{row}owner": "物业",
        f"{row}due_on": in_days(30),
        f"{row}budget": "6000",
        f"{row}milestones-0-title": "选型",
    }
    desk.send(path, 422, **filled)
    assert "Fill in the whole line" in desk.text
    filled[f"{row}milestones-0-due_on"] = in_days(9)
    desk.send(path, **filled)
    (promise,) = done(town.api.get(f"/commitments?region={world.COMMUNITY}"))["items"]
    assert promise["budget"] == yuan(6_000)
    assert [each["title"] for each in promise["milestones"]] == ["选型"]
