"""The polling table: the roll is marked once, and two people enter the paper independently."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from portal.consultations.models import PaperTally, RollEntry
from portal.consultations.rules.paper_sheet import MOST_BALLOTS, PaperSheet, UnreadableSheet
from portal.consultations.views.lengths import EVEN
from portal.core.database import db
from tests import world
from tests.browsing import Browser
from tests.consultations.deskwork import (
    DESK,
    TABLE,
    at_desk,
    entered,
    handed_in,
    opened,
    option_ids,
)
from tests.consultations.stage import Town, done, refused


@pytest.fixture
def desk(client: FlaskClient, town: Town) -> Browser:
    return at_desk(client, "committee@example.org")


@pytest.fixture
def table(client: FlaskClient, town: Town) -> Browser:
    """The social worker's tablet."""
    return at_desk(client, "worker@example.org")


def marked(table: Browser, vote: str, *codes: str) -> None:
    for code in codes:
        table.open(f"{TABLE}/{vote}")
        table.send(f"{TABLE}/{vote}/look-up", member_code=code)
        table.send(f"{TABLE}/{vote}/mark")


# --- marking --------------------------------------------------------------------------------------


def test_a_person_is_looked_up_marked_and_given_a_ballot(
    desk: Browser, table: Browser, town: Town
) -> None:
    vote = opened(desk)
    table.open("/desk/polling")
    assert "小院添点什么" in table.text
    table.open(f"{TABLE}/{vote}")
    assert "Nothing happens yet" in table.text
    table.send(f"{TABLE}/{vote}/look-up", member_code=town.member_code(0).lower())
    assert "voter1" in table.text
    assert "It cannot be undone." in table.text
    assert db.session.query(RollEntry).filter(RollEntry.voted_on.is_not(None)).count() == 0
    table.send(f"{TABLE}/{vote}/mark")
    assert "Marked" in table.text
    assert "Give this person a ballot now." in table.text
    ballot = town.resident(0).post(f"/consultations/{vote}/ballots", {"choices": []})
    refused(ballot, 409, "already_voted")


def test_whoever_has_voted_gets_no_second_ballot(desk: Browser, table: Browser, town: Town) -> None:
    vote = opened(desk)
    town.vote(0, done(town.api.get(f"/consultations/{vote}")), 1)
    marked(table, vote, town.member_code(1))
    for number, said in ((0, "Has voted already, online"), (1, "Has voted already, on paper")):
        table.open(f"{TABLE}/{vote}")
        table.send(f"{TABLE}/{vote}/look-up", 409, member_code=town.member_code(number))
        assert said in table.text
        assert f"voter{number + 1}" not in table.text
    table.open(f"{TABLE}/{vote}")
    table.send(f"{TABLE}/{vote}/look-up", member_code=town.member_code(2))
    town.vote(2, done(town.api.get(f"/consultations/{vote}")), 1)  # meanwhile, on a phone
    table.send(f"{TABLE}/{vote}/mark", 409)
    assert "Has voted already, online" in table.text


def test_strangers_to_the_roll_and_wrong_codes_are_told(
    desk: Browser, table: Browser, town: Town
) -> None:
    vote = opened(desk)
    world.make_user("guest@example.org", "外来人", home=world.NEXT_COMMUNITY)
    from portal.accounts.models import User

    guest = db.session.query(User).filter_by(email="guest@example.org").one().member_code
    table.open(f"{TABLE}/{vote}")
    table.send(f"{TABLE}/{vote}/look-up", 403, member_code=guest)
    assert "Not on the roll" in table.text
    assert "外来人" not in table.text
    table.open(f"{TABLE}/{vote}")
    table.send(f"{TABLE}/{vote}/look-up", 422, member_code="0000-0000-0000")
    assert "Please check this" in table.text
    table.send(f"{TABLE}/{vote}/look-up", 422, member_code="")
    assert "Scan or type the person’s member code." in table.text


def test_the_table_stands_in_ones_own_community(
    client: FlaskClient, desk: Browser, table: Browser, town: Town
) -> None:
    vote = opened(desk)
    world.make_staff("social_worker", "far@example.org", scope=world.NEXT_COMMUNITY)
    code = {"member_code": town.member_code(0)}
    for login, statuses in (
        ("far@example.org", (403,)),
        ("voter1@example.org", (403, 404)),
        ("committee@example.org", (403,)),  # it counts paper, and takes none
    ):
        other = at_desk(client, login)
        token = other.forms[0].values["csrf_token"]
        assert other.client.get(f"{TABLE}/{vote}").status_code in statuses, login
        for deed in ("look-up", "mark"):
            answer = other.client.post(f"{TABLE}/{vote}/{deed}", data={**code, "csrf_token": token})
            assert answer.status_code in statuses, (login, deed)
        if not login.startswith("committee"):
            tally = other.client.get(f"{TABLE}/{vote}/tally").status_code
            assert tally in statuses, login
    assert db.session.query(RollEntry).filter(RollEntry.voted_on.is_not(None)).count() == 0


# --- entering -------------------------------------------------------------------------------------


def test_two_people_enter_the_paper_and_it_is_counted(
    desk: Browser, table: Browser, town: Town
) -> None:
    vote = opened(desk)
    bench, flowers, _lamp = option_ids(town, vote)
    marked(table, vote, *(town.member_code(number) for number in range(3)))
    entered(table, vote, (bench,), (flowers,), ())
    assert "Ballot 4" in table.text
    table.send(f"{TABLE}/{vote}/tally", deed="look")
    assert "You entered 3" in table.text
    assert "The numbers differ" not in table.text
    table.send(f"{TABLE}/{vote}/tally", deed="hand_in")
    assert "3 ballots are handed in, sealed." in table.text

    desk.open(f"{DESK}/{vote}/close")
    desk.send(f"{DESK}/{vote}/close", 422)
    assert "Both must have the same ballots" in desk.text
    assert "What to do if they differ" in desk.text

    entered(desk, vote, (flowers,), (), (flowers,))
    handed_in(desk, vote)
    desk.open(f"{DESK}/{vote}/close")
    answer = desk.send(f"{DESK}/{vote}/close", 422)  # as many, and other ones
    for title in ("长椅", "花坛"):
        assert title not in answer.text  # differences are told without choices
    entered(desk, vote, (flowers,), (), (bench,))
    assert "3, and 3 marks on the roll" in desk.text
    handed_in(desk, vote)
    desk.open(f"{DESK}/{vote}/close")
    desk.send(f"{DESK}/{vote}/close")
    results = done(town.api.get(f"/consultations/{vote}/results"))
    assert {each["option_id"]: each["votes"] for each in results["outcome"]} == {
        bench: 1, flowers: 1, _lamp: 0,
    }  # fmt: skip
    assert results["blank"] == 1
    assert results["turnout"]["by_way"] == {"online": 0, "paper": 3}


def test_one_sees_only_ones_own_and_may_take_the_last_one_back(
    desk: Browser, table: Browser, town: Town
) -> None:
    vote = opened(desk, method="approval")
    bench, flowers, lamp = option_ids(town, vote)
    address = f"{TABLE}/{vote}/tally"
    entered(table, vote, (bench, lamp), (flowers,))
    assert "Ballot 2, as you entered it: 花坛" in table.text
    table.send(address, deed="take_back")
    assert "Ballot 1, as you entered it: 长椅 · 路灯" in table.text
    handed_in(table, vote)
    desk.open(address)
    assert "as you entered it" not in desk.text
    table.open(address)
    assert "You have handed in 1 ballot before." in table.text
    assert "as you entered it" not in table.text


@pytest.mark.parametrize("method", ["ranked", "schulze"])
def test_places_are_numbered_on_a_ranking(
    desk: Browser, table: Browser, town: Town, method: str
) -> None:
    vote = opened(desk, method=method)
    ids = option_ids(town, vote)
    address = f"{TABLE}/{vote}/tally"
    table.open(address)
    places: dict[str, Any] = {f"place_{ids[2]}": "1", f"place_{ids[0]}": "2"}
    table.send(address, deed="next", **places)
    assert "Ballot 1, as you entered it: 路灯 · 长椅" in table.text
    table.send(address, 422, deed="next", **(places | {f"place_{ids[0]}": "1"}))
    assert "Give each its own." in table.text
    assert "Ballot 1, as you entered it: 路灯 · 长椅" in table.text  # nothing is lost


def test_what_breaks_the_rule_is_not_entered(desk: Browser, table: Browser, town: Town) -> None:
    vote = opened(desk, method="budget_greedy", costs=("60", "60", "10"), budget="100")
    bench, flowers, _lamp = option_ids(town, vote)
    address = f"{TABLE}/{vote}/tally"
    table.open(address)
    table.send(address, 422, deed="next", choices=[bench, flowers])
    assert "more than the budget" in table.text
    table.open(address)
    table.send(address, 422, deed="next")
    assert "If the paper is blank or not valid, press the button for it." in table.text
    table.send(address, deed="blank")
    assert "Ballot 1, as you entered it: blank" in table.text
    table.send(address, 422, deed="hand_in", sheet="0,1")
    assert "Together they cost more than the budget." in table.text
    for nonsense in ("9", "x", "0,,1", "-1", "0;" * MOST_BALLOTS + "0"):
        token = table.forms[0].values["csrf_token"]
        sent = {"csrf_token": token, "sheet": nonsense, "deed": "look"}
        assert table.client.post(address, data=sent).status_code == 422, nonsense[:20]
    assert db.session.query(PaperTally).count() == 0


def test_no_choice_stays_behind_on_the_server(desk: Browser, table: Browser, town: Town) -> None:
    """What is entered travels with the page; handed in, it lies there sealed."""
    vote = opened(desk)
    bench, flowers, _lamp = option_ids(town, vote)
    before = _everything()
    lengths = set()
    for ballots in (((bench,),), ((bench, flowers),), ((),)):
        entered(table, vote, *ballots)
        lengths.add(len(table.page.data))
    assert lengths == {EVEN}, "a proxy's log has them"
    entered(table, vote, (bench,), (flowers,), (bench,))
    assert {name for name, rows in _everything().items() if rows != before[name]} <= {
        "access_session"
    }
    handed_in(table, vote)
    sealed = db.session.query(PaperTally).one()
    assert bench.encode() not in sealed.envelope
    changed = {name for name, rows in _everything().items() if rows != before[name]}
    assert changed <= {"access_session", "paper_tally"}
    with table.client.session_transaction() as session:
        assert bench not in str(dict(session))


def test_after_the_count_nothing_is_entered(desk: Browser, table: Browser, town: Town) -> None:
    vote = opened(desk)
    desk.open(f"{DESK}/{vote}/close")
    desk.send(f"{DESK}/{vote}/close")
    table.open(f"{TABLE}/{vote}/tally", 404)
    table.open(f"{TABLE}/{vote}")
    assert "No ballots are taken now" in table.text
    table.open("/desk/polling")
    assert "No vote is open" in table.text


@pytest.mark.parametrize(
    "ballots", [(), ((),), ((), ()), ((0,),), ((2, 0), (), (1,)), ((), (3,), ())]
)
def test_a_sheet_is_read_as_it_was_written(ballots: tuple[tuple[int, ...], ...]) -> None:
    sheet = PaperSheet(ballots)
    assert PaperSheet.read(sheet.written(), 4) == sheet
    with pytest.raises(UnreadableSheet):
        PaperSheet.read("4", 4)


def _everything() -> dict[str, Any]:
    """Every row of every table."""
    db.session.rollback()
    names = inspect(db.engine).get_table_names()
    return {
        name: sorted(map(repr, db.session.execute(text(f'SELECT * FROM "{name}"')).all()))
        for name in names
    }
