"""Texts of options: versions with their authors and reasons, changes sentence by sentence."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.accounts.services import close_account
from portal.admin import deeds
from portal.app import Portal
from portal.consultations import services
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.outbox import deliver_due
from tests import world
from tests.at_once import all_at_once
from tests.consultations.stage import Town, committee_grant, done, refused, told
from tests.consultations.test_leaving import written_anew_and_thrown_away

TEXT = "长椅放在大树下。\n漆成红色；每年重漆一次。"
OPTIONS = [{"title": "长椅", "text": TEXT}, {"title": "路灯"}]


def path(vote: dict[str, Any], *parts: str) -> str:
    """Of the first option of a vote."""
    return "/".join((f"/consultations/{vote['id']}/options/{vote['options'][0]['id']}", *parts))


def amended(
    town: Town, vote: dict[str, Any], sentence: str = "漆成绿色；", number: int = 0, **more: Any
) -> dict[str, Any]:
    body = {"version": 1, "position": 1, "sentence": sentence, "why": "红色太艳。", **more}
    return done(town.resident(number).post(path(vote, "amendments"), body), 201)


def reworded(town: Town, vote: dict[str, Any], text: str, seen: int = 1) -> Any:
    body = {"text": text, "why": "说清楚些。", "seen": seen}
    return town.committee.post(path(vote, "versions"), body)


def test_an_option_has_a_text_and_every_version_of_it(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    assert [option["version"] for option in vote["options"]] == [1, 0]
    new = TEXT.replace("红色", "绿色")
    assert done(reworded(town, vote, new), 201)["version"] == 2
    assert done(town.api.get(path(vote)))["text"] == new
    assert done(town.api.get(f"{path(vote)}?version=1"))["text"] == TEXT
    assert done(town.api.get(path(vote)))["sentences"] == [
        "长椅放在大树下。",
        "漆成绿色；",
        "每年重漆一次。",
    ]
    versions = done(town.api.get(path(vote, "versions")))["items"]
    assert [(each["number"], each["why"], each["author"]["name"]) for each in versions] == [
        (2, "说清楚些。", "committee"),
        (1, "", "committee"),
    ]
    assert town.api.get(f"{path(vote)}?version=3").status_code == 404


def test_an_option_without_a_text_may_get_one(town: Town) -> None:
    vote = town.discussed(options=OPTIONS[::-1])
    answer = reworded(town, vote, "路灯装三盏。", seen=0)
    assert done(answer, 201)["version"] == 1


def test_two_who_change_a_text_at_once_do_not_overwrite_each_other(app: Portal, town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    committee = world.principal(town.residents[0], committee_grant())
    option = vote["options"][0]["id"]
    deeds_ = [
        lambda n=n: services.reword(committee, vote["id"], option, f"第{n}稿。", "改", seen=1)
        for n in range(4)
    ]
    assert sorted(map(str, all_at_once(app, deeds_))) == ["2", *["wrong_state"] * 3]
    assert len(done(town.api.get(path(vote, "versions")))["items"]) == 2
    refused(reworded(town, vote, "再一稿。", seen=1), 409, "wrong_state")


def test_a_change_to_a_sentence_is_accepted_and_names_who_proposed_it(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    change = amended(town, vote)
    assert (change["old_sentence"], change["status"]) == ("漆成红色；", "waiting")
    refused(
        town.resident(1).post(path(vote, "amendments", change["id"], "accept")), 403, "forbidden"
    )
    accepted = done(town.committee.post(path(vote, "amendments", change["id"], "accept")))
    assert (accepted["status"], accepted["made_version"]) == ("accepted", 2)
    assert done(town.api.get(path(vote)))["text"] == "长椅放在大树下。\n漆成绿色；每年重漆一次。"
    latest = done(town.api.get(path(vote, "versions")))["items"][0]
    assert (latest["proposer"]["name"], latest["why"]) == ("voter1", "红色太艳。")
    (notice,) = told("consultation.amendment_accepted")
    assert notice["user_id"] == town.residents[0]
    answer = town.committee.post(path(vote, "amendments", change["id"], "accept"))
    refused(answer, 409, "sentence_changed")


def test_a_sentence_can_be_struck_out(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    change = amended(town, vote, "", position=2)
    done(town.committee.post(path(vote, "amendments", change["id"], "accept")))
    assert done(town.api.get(path(vote)))["text"] == "长椅放在大树下。\n漆成红色；"


def test_a_change_is_rejected_with_a_reason_that_is_shown(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    change = amended(town, vote)
    address = path(vote, "amendments", change["id"], "reject")
    refused(town.committee.post(address, {"reason": ""}), 422, "invalid")
    done(town.committee.post(address, {"reason": "绿色看不清。"}))
    (shown,) = done(town.api.get(f"{path(vote, 'amendments')}?status=rejected"))["items"]
    assert shown["answer"] == "绿色看不清。"
    assert told("consultation.amendment_rejected")[0]["params"]["reason"] == "绿色看不清。"
    assert done(town.api.get(path(vote)))["version"] == 1


def test_a_change_to_a_sentence_that_has_changed_is_not_taken_blindly(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    first, second = amended(town, vote), amended(town, vote, "漆成蓝色；", 1)
    moved = amended(town, vote, "每两年重漆一次。", 2, position=2)
    done(town.committee.post(path(vote, "amendments", first["id"], "accept")))
    shown = done(town.api.get(f"{path(vote, 'amendments')}?status=waiting"))["items"]
    assert {each["id"]: each["still_there"] for each in shown} == {
        second["id"]: False,
        moved["id"]: True,
    }
    answer = town.committee.post(path(vote, "amendments", second["id"], "accept"))
    refused(answer, 409, "sentence_changed")
    done(town.committee.post(path(vote, "amendments", moved["id"], "accept")))
    assert done(town.api.get(path(vote)))["text"].endswith("漆成绿色；每两年重漆一次。")


def test_two_changes_to_one_sentence_accepted_at_once_make_one_version(
    app: Portal, town: Town
) -> None:
    vote = town.discussed(options=OPTIONS)
    changes = [amended(town, vote, f"漆成{colour}色；")["id"] for colour in "绿蓝黄白"]
    committee = world.principal(town.residents[0], committee_grant())
    option = vote["options"][0]["id"]
    accepting = [
        lambda each=each: services.accept_amendment(committee, vote["id"], option, each)
        for each in changes
    ]
    assert sorted(map(str, all_at_once(app, accepting))) == ["2", *["sentence_changed"] * 3]


def test_what_cannot_be_proposed(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    address = path(vote, "amendments")
    body = {"version": 1, "position": 1, "sentence": "漆成红色；", "why": "一样"}
    refused(town.resident(0).post(address, body), 422, "invalid")
    refused(town.resident(0).post(address, {**body, "position": 9}), 409, "sentence_changed")
    assert town.resident(0).post(address, {**body, "version": 7}).status_code == 404
    refused(town.worker.post(address, {**body, "sentence": "不漆。"}), 403, "forbidden")
    refused(town.resident(0).post(path(vote, "versions"), {"text": "甲", "why": "乙", "seen": 1}),
            403, "forbidden")  # fmt: skip


def test_texts_are_fixed_once_voting_is_open(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    change = amended(town, vote)
    done(town.committee.post(f"/consultations/{vote['id']}/open"))
    body = {"version": 1, "position": 0, "sentence": "不放。", "why": "晚了"}
    for answer in (
        reworded(town, vote, "另一种。"),
        town.resident(1).post(path(vote, "amendments"), body),
        town.committee.post(path(vote, "amendments", change["id"], "accept")),
        town.committee.post(path(vote, "amendments", change["id"], "reject"), {"reason": "晚了"}),
    ):
        refused(answer, 409, "wrong_state")
    assert done(town.api.get(path(vote)))["text"] == TEXT


def test_a_draft_that_is_written_anew_takes_its_texts_along(town: Town) -> None:
    vote = town.draft(options=OPTIONS)
    committee = town.committee
    assert done(committee.get(path(vote)))["text"] == TEXT
    assert town.api.get(path(vote)).status_code == 404
    written_anew_and_thrown_away(vote["id"])
    assert committee.get(path(vote)).status_code == 404


def test_who_leaves_stands_in_the_text_without_a_name(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    kept, waits = amended(town, vote), amended(town, vote, "不重漆。", position=2)
    done(town.committee.post(path(vote, "amendments", kept["id"], "accept")))
    db.session.rollback()
    close_account(world.principal(town.residents[0]), world.PASSWORD)
    deliver_due()
    shown = {each["id"]: each for each in done(town.api.get(path(vote, "amendments")))["items"]}
    assert shown[kept["id"]]["new_sentence"] == "漆成绿色；"
    assert (shown[waits["id"]]["status"], shown[waits["id"]]["new_sentence"]) == ("withdrawn", "—")
    latest = done(town.api.get(path(vote, "versions")))["items"][0]
    assert "voter1" not in latest["proposer"]["name"]


def test_every_change_of_a_text_stands_in_the_log(town: Town) -> None:
    vote = town.discussed(options=OPTIONS)
    first, second = amended(town, vote), amended(town, vote, "不重漆。", position=2)
    done(town.committee.post(path(vote, "amendments", first["id"], "accept")))
    address = path(vote, "amendments", second["id"], "reject")
    done(town.committee.post(address, {"reason": "要重漆"}))
    done(reworded(town, vote, "另写。", seen=2), 201)
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.details).where(AuditEvent.object_id == vote["id"])
    ).all()
    found = {each.action for each in events}
    assert {"amendment.accepted", "amendment.rejected", "option.reworded"} <= found
    for event in events:
        assert event.action in deeds.DEEDS
        assert set(event.details) <= set(deeds._FACTS)
