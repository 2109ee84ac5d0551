"""How far a count is: seen by everybody, and nothing but numbers that the turnout tells anyway."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from portal.consultations.services import counting
from portal.core.unit_of_work import unit_of_work
from tests.browsing import Browser
from tests.consultations.stage import Town, done


def looked_at(browser: Browser, address: str) -> str:
    browser.open(address)
    return re.sub(r"\s+", " ", browser.text)


def test_residents_see_how_many_ballots_are_opened(client: FlaskClient, town: Town) -> None:
    vote = town.opened()
    for number in range(3):
        town.vote(number, vote, 0)
    done(
        town.worker.post(
            f"/consultations/{vote['id']}/paper-ballots", {"member_code": town.member_code(3)}
        ),
        201,
    )
    address = f"/consultations/{vote['id']}"
    visitor = Browser(client, "en")
    assert "Ballots opened" not in looked_at(visitor, address)
    with unit_of_work():
        counting.seal(vote["id"])
    assert "Ballots opened 0 of 3" in looked_at(visitor, address)  # before the urn is even read
    with unit_of_work():
        counting.note_progress(vote["id"], envelopes=3, opened=2)
    assert "Ballots opened 2 of 3" in looked_at(visitor, address)
    assert "now they are counted" not in visitor.text
    with unit_of_work():
        counting.note_progress(vote["id"], opened=3, increases=40)
    text = looked_at(visitor, address)
    assert "All are opened; now they are counted." in text
    assert "Equal shares were raised 40 times so far." in text
    assert "Look again" in text


def test_who_manages_a_vote_comes_from_its_page_to_its_desk(
    client: FlaskClient, town: Town
) -> None:
    vote = town.discussed()
    address, desk = f"/consultations/{vote['id']}", f"/desk/consultations/{vote['id']}"
    for login, may in (("committee@example.org", True), ("voter1@example.org", False)):
        browser = Browser(client.application.test_client(), "en").sign_in(login)
        answer = browser.open(address)
        assert (f'href="{desk}"' in answer.get_data(as_text=True)) is may
