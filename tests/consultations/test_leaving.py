"""Who leaves takes their words along; their mark on a roll and their ballot stay."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.services import close_account
from portal.admin import deeds
from portal.consultations import services
from portal.consultations.board import Disclosure
from portal.consultations.queries import discussion, roll
from portal.consultations.rules.ballots import Method
from portal.core import closing
from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.core.i18n import force_locale
from portal.core.outbox import deliver_due
from portal.core.unit_of_work import unit_of_work
from tests import world
from tests.consultations.stage import Town, committee_grant, done

NEW_PLAN = services.ConsultationPlan(
    title="小院添点什么",
    question="先做哪一样？",
    region_code=world.COMMUNITY,
    method=Method.SINGLE,
    options=[services.OptionPlan(title="长椅"), services.OptionPlan(title="路灯")],
    disclosure=Disclosure.SEPARATE,
)

STORIES_OF_THEIR_OWN = {
    "consultation.extended",
    "consultation.rule_set",
    "consultation.study_imported",
}


def test_words_go_and_the_ballot_counts(town: Town) -> None:
    vote = town.discussed()
    path = f"/consultations/{vote['id']}"
    done(town.resident(0).post(f"{path}/comments", {"text": "我家门前最要紧"}), 201)
    asked = done(town.resident(0).post(f"{path}/questions", {"text": "我家的灯谁修？"}), 201)
    done(town.committee.post(f"{path}/questions/{asked['id']}/answer", {"text": "物业修。"}))
    open_one = done(town.resident(0).post(f"{path}/questions", {"text": "还有一问"}), 201)["id"]
    other = done(town.resident(1).post(f"{path}/comments", {"text": "路灯好"}), 201)["id"]
    done(town.resident(0).post(f"{path}/comments/{other}/helpful"))
    done(town.resident(0).post(f"{path}/comments/{other}/flag", {"reason": "我不喜欢"}))
    done(town.committee.post(f"{path}/open"))
    town.vote(0, vote, 1)
    person = town.residents[0]
    with force_locale("en"):
        told = {str(fate.sentence): fate.stays for fate in closing.fates_of(person)}
    assert told["What you said in consultations is deleted."] is False
    assert told["What you found helpful stays counted, without your name."] is True
    stays = "You stay on the roll of 1 vote, without your name. A ballot that you have cast "
    assert told[stays + "counts: nobody can find it."] is True

    close_account(world.principal(person), world.PASSWORD)
    deliver_due()

    said, question, unasked, kept = done(town.api.get(f"{path}/comments"))["items"]
    assert said["text"] == question["text"] == unasked["text"] == "—"
    assert (unasked["id"], unasked["question"]) == (open_one, None)
    assert question["question"]["answer"] == "物业修。"
    assert (kept["text"], kept["helpful"]) == ("路灯好", 1)
    assert [each.reason for each in discussion.flags_of(other)] == ["—"]
    entry = roll.entry_of(vote["id"], person)
    assert entry is not None
    assert entry.way == "online"
    town.closed(vote)
    assert town.results(vote)["turnout"]["voted"] == 1


def test_every_deed_of_a_vote_stands_in_the_log_in_words(town: Town) -> None:
    vote = town.opened()
    path = f"/consultations/{vote['id']}"
    world.make_user("late@example.org")
    code = done(town.api.sign_in("late@example.org").get("/me"))["member_code"]
    change = {"change": "added", "member_code": code, "reason": "漏了"}
    done(town.committee.post(f"{path}/roll/changes", change), 201)
    town.vote(0, vote, 1)
    town.closed(vote)
    done(town.committee.post(f"{path}/decide", {"accepted": False, "reasons": "另有缘由"}))
    other = town.opened()
    done(town.committee.post(f"/consultations/{other['id']}/cancel", {"reason": "不办了"}))
    written_anew_and_thrown_away(town.draft()["id"])
    db.session.rollback()
    events = db.session.execute(
        select(AuditEvent.action, AuditEvent.details, AuditEvent.object_id)
        .where(AuditEvent.object_kind == "consultation")
        .order_by(AuditEvent.id)
    ).all()
    assert {each.action for each in events} == {
        action for action in deeds.DEEDS if action.startswith("consultation.")
    } - STORIES_OF_THEIR_OWN
    assert [e.action for e in events if e.object_id == vote["id"]] == [
        "consultation.created",
        "consultation.discussed",
        "consultation.opened",
        "consultation.roll_changed",
        "consultation.closed",
        "consultation.decided",
    ]
    for event in events:
        assert set(event.details) <= set(deeds._FACTS)
        assert not any(option["id"] in repr(event.details) for option in vote["options"])
        assert not any(resident in repr(event.details) for resident in town.residents)


def written_anew_and_thrown_away(vote: str) -> None:
    """What pages alone do with a draft."""
    actor = world.principal("somebody", committee_grant())
    with unit_of_work():
        services.change_draft(actor, vote, NEW_PLAN)
    with unit_of_work():
        services.delete_draft(actor, vote)


def test_a_closed_account_can_neither_be_added_nor_vote(town: Town) -> None:
    vote = town.opened()
    code = town.member_code(1)
    db.session.rollback()
    close_account(world.principal(town.residents[1]), world.PASSWORD)
    body = {"change": "removed", "member_code": code, "reason": "已搬走"}
    answer = town.committee.post(f"/consultations/{vote['id']}/roll/changes", body)
    assert answer.json["code"] == "unknown_member"
