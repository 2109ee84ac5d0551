"""The options side by side: written by the committee before people vote, for all to read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.app import Portal
from portal.core.audit import AuditEvent
from portal.core.database import db
from tests import world as places
from tests.browsing import Browser
from tests.consultations.stage import Town, done, refused
from tests.consultations.test_discussion import browser

TEXTS = {
    "pros": "老人有处坐\n便宜",
    "cons": "要占草坪",
    "cost_note": "每年刷一次漆",
    "affected": "一号楼的住户",
}


def path(vote: dict[str, Any], *parts: str) -> str:
    return "/".join((f"/consultations/{vote['id']}", "summary", *parts))


def test_what_speaks_for_and_against_is_read_by_everybody(app: Portal, town: Town) -> None:
    vote = town.discussed()
    first = vote["options"][0]["id"]
    address = f"/desk/consultations/{vote['id']}/summary"
    desk = browser(app, "committee")
    desk.open(address)
    assert "Not yet" in desk.text
    desk.open(f"{address}/{first}")
    desk.send(f"{address}/{first}", 422, pros="长" * 4_001)
    values: dict[str, Any] = TEXTS
    desk.send(f"{address}/{first}", **values)
    assert "Summed up" in desk.text
    (written,) = done(town.api.get(path(vote)))["items"]
    assert {name: written[name] for name in TEXTS} == TEXTS
    assert written["option"] == {"id": first, "title": "长椅"}

    stranger = Browser(app.test_client(), "en")
    stranger.open(f"/consultations/{vote['id']}")
    assert "The options side by side" in stranger.text
    stranger.open(f"/consultations/{vote['id']}/summary")
    for said in ("老人有处坐", "便宜", "要占草坪", "每年刷一次漆", "一号楼的住户"):
        assert said in stranger.text
    assert stranger.page.text.count("<li>老人有处坐</li>") == 1
    assert stranger.text.count("has not summed up this option yet") == 2
    desk.open(f"{address}/{first}")
    desk.send(f"{address}/{first}", pros="改过的话")
    assert done(town.api.get(path(vote)))["items"][0]["pros"] == "改过的话"


def test_it_is_written_before_voting_and_never_after(town: Town) -> None:
    vote = town.discussed()
    first = vote["options"][0]["id"]
    done(town.committee.request("PUT", path(vote, first), TEXTS))
    done(town.committee.post(f"/consultations/{vote['id']}/open"))
    changed = {**TEXTS, "cons": "没有坏处"}
    late = town.committee.request("PUT", path(vote, first), changed)
    refused(late, 409, "wrong_state")
    assert done(town.api.get(path(vote)))["items"][0]["cons"] == "要占草坪"
    draft = town.draft()
    early = town.committee.request("PUT", path(draft, draft["options"][0]["id"]), TEXTS)
    refused(early, 409, "wrong_state")
    refused(town.resident(0).get(path(draft)), 404, "not_found")
    assert done(town.committee.get(path(draft))) == {"items": []}


def test_only_the_committee_writes_and_about_its_own_options(town: Town) -> None:
    vote, other = town.discussed(), town.discussed()
    first = vote["options"][0]["id"]
    places.make_staff("committee", "next@example.org", places.NEXT_COMMUNITY)
    away = town.api.sign_in("next@example.org")
    for who in (town.worker, town.resident(0), away):
        refused(who.request("PUT", path(vote, first), TEXTS), 403, "forbidden")
    strange = town.committee.request("PUT", path(vote, other["options"][0]["id"]), TEXTS)
    refused(strange, 404, "not_found")
    done(town.committee.request("PUT", path(vote, first), {"pros": "好"}))
    (written,) = done(town.api.get(path(vote)))["items"]
    assert (written["pros"], written["cons"]) == ("好", "")
    db.session.rollback()
    details = select(AuditEvent.details).where(AuditEvent.action == "summary.written")
    assert db.session.execute(details).scalar_one()["title"] == "长椅"
