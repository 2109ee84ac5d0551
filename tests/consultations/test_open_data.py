"""Results and turnout as open data: one vote and those of a region, in JSON and as tables."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from portal.config import ROOT
from portal.consultations.models import Consultation, RollEntry
from portal.consultations.queries.roll import key_for
from portal.consultations.views.open_data import RESULT_COLUMNS, TURNOUT_COLUMNS
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.conftest import ApiClient
from tests.consultations import stage
from tests.consultations.stage import Town, done, refused


def counted(town: Town, *places: tuple[int, ...], **more: Any) -> dict[str, Any]:
    vote = town.opened(**more)
    for number, each in enumerate(places):
        town.vote(number, vote, *each)
    return town.closed(vote)


def table(client: FlaskClient, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_vote_in_numbers_says_the_same_as_its_results(client: FlaskClient, town: Town) -> None:
    vote = counted(town, (0,), (1,), (1,), (), quorum=0.5)
    told = done(town.api.get(f"/consultations/{vote['id']}/results/options"))
    results = town.results(vote)
    assert {each["option_id"]: each["votes"] for each in told["options"]} == {
        each["option_id"]: each["votes"] for each in results["outcome"]
    }
    chosen = [each["option_id"] for each in told["options"] if each["chosen"]]
    assert chosen == results["winners"]
    assert (told["roll"], told["voted"], told["voted_online"], told["blank"]) == (6, 4, 4, 1)
    assert (told["quorum_met"], told["accepted"]) == (True, None)
    rows = table(client, f"/consultations/{vote['id']}/results.csv")
    assert [row["option"] for row in rows] == list(stage.TITLES)
    assert [row["votes"] for row in rows] == ["1", "2", "0"]
    assert [row["chosen"] for row in rows] == ["0", "1", "0"]
    assert {row["head_hash"] for row in rows} == {town.board(vote)["head_hash"]}
    assert {(row["budget_yuan"], row["cost_yuan"], row["accepted"]) for row in rows} == {("",) * 3}


def test_costs_are_told_in_yuan(client: FlaskClient, town: Town) -> None:
    options = [{"title": "长椅", "cost": {"amount": 123_45, "currency": "CNY"}}]
    vote = counted(town, (0,), method="budget_greedy", options=options, budget=stage.yuan(1_000))
    rows = table(client, f"/consultations/{vote['id']}/results.csv")
    assert [(row["budget_yuan"], row["cost_yuan"]) for row in rows] == [("1000", "123.45")]


def test_the_votes_of_a_region_are_one_list(client: FlaskClient, town: Town) -> None:
    first, second = counted(town, (0,)), counted(town, (1,), title="再来一次")
    town.opened(title="还在投")
    listed = done(town.api.get(f"/consultations/results?region={world.DISTRICT}"))["items"]
    assert [each["id"] for each in listed] == [second["id"], first["id"]]
    page = done(town.api.get("/consultations/results?limit=1"))
    rest = done(town.api.get(f"/consultations/results?limit=1&cursor={page['next_cursor']}"))
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [second["id"], first["id"]]
    rows = table(client, f"/consultations/results.csv?region={world.COMMUNITY}")
    assert [row["vote_id"] for row in rows] == [second["id"]] * 3 + [first["id"]] * 3
    assert table(client, f"/consultations/results.csv?region={world.FAR_COMMUNITY}") == []
    assert client.get("/consultations/results.csv?region=999999").status_code == 404


def test_what_is_not_counted_is_not_told(client: FlaskClient, town: Town) -> None:
    vote = town.opened()
    for part in ("results/options", "turnout"):
        refused(town.api.get(f"/consultations/{vote['id']}/{part}"), 409, "not_closed")
    for file in ("results.csv", "turnout.csv"):
        assert client.get(f"/consultations/{vote['id']}/{file}").status_code == 409


def test_small_parts_of_a_roll_are_hidden(client: FlaskClient, world: Any, api: ApiClient) -> None:
    """Of 14 in one community 6 vote, of 12 in the next 6, of 3 in a third one."""
    town = stage.build(api, 29)
    vote = town.opened()
    voters = [*range(6), *range(14, 20), 26]
    for number in voters:
        town.vote(number, vote, 0)
    homes = {
        "150402010003": range(14), "150402010004": range(14, 26), "150402004002": range(26, 29)
    }  # fmt: skip
    _move(town, vote, homes)
    town.closed(vote)
    told = done(town.api.get(f"/consultations/{vote['id']}/turnout"))["areas"]
    found = {each["region"]["code"]: (each["roll"], each["voted"]) for each in told}
    # The third is too small, and alone it could be worked out: the smallest other joins it.
    assert found == {
        "150402010003": (14, 6),
        "150402010004": (None, None),
        "150402004002": (None, None),
    }
    rows = table(client, f"/consultations/{vote['id']}/turnout.csv")
    assert {row["region_code"]: (row["roll"], row["voted"]) for row in rows} == {
        code: tuple("" if number is None else str(number) for number in pair)
        for code, pair in found.items()
    }


def _move(town: Town, vote: dict[str, Any], homes: dict[str, range]) -> None:
    """Let people of a roll have lived elsewhere when it was made."""
    row = db.session.get(Consultation, vote["id"])
    assert row is not None
    assert row.roll_salt is not None
    keys = {
        code: [key_for(row.roll_salt, town.residents[number]) for number in numbers]
        for code, numbers in homes.items()
    }
    with unit_of_work():
        for code, theirs in keys.items():
            db.session.execute(
                update(RollEntry).where(RollEntry.key.in_(theirs)).values(home_code=code)
            )


def test_every_column_stands_in_the_documentation() -> None:
    text = (ROOT / "docs" / "open-data.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text))
    assert {*RESULT_COLUMNS, *TURNOUT_COLUMNS} <= named
