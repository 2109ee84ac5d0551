"""The demo district as it stands after ``demo load``."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from portal.accounts.models import Consent
from portal.activities.models import ServiceRecord
from portal.activities.queries.states import status_at
from portal.app import Portal
from portal.consultations.models import Consultation
from portal.consultations.queries import covenants
from portal.consultations.rules.ballots import Method
from portal.consultations.rules.life import Status
from portal.core.clock import clock, now, today
from portal.core.database import db
from portal.core.unit_of_work import unit_of_work
from portal.demo import cast, services
from portal.demo.organizations import ORGANIZATIONS
from portal.demo.words import COMMENTS, COMMENTS_ON
from portal.notifications.models import Notification
from portal.organizations import queries as organizations
from portal.organizations.models import Praise
from portal.organizations.rules import publishes_without_review
from portal.points import queries as points
from portal.points.verification import verify
from portal.regions.services import import_divisions
from portal.suggestions.queries.verification import faults
from portal.suggestions.rules.machine import Status as CaseStatus
from portal.supervision import queries as supervision
from portal.supervision.rules import Subject
from tests.conftest import ApiClient
from tests.consultations.verifier import tool

pytestmark = pytest.mark.slow

FEW = 24
"""Residents: enough for a roll of the old ones."""

SIGN_INS = (
    "resident1", "resident12", "organization", "socialworker", "merchant", "owner", "committee",
    "finance", "finance2", "auditor", "admin", "neighbour1", "organization2", "socialworker2",
    "merchant2", "owner2", "committee2", "dispatcher", "department", "department2", "supervisor",
    "mediator", "gridworker",
)  # fmt: skip


def test_the_district(app: Portal, api: ApiClient) -> None:
    """One test, because the district takes a while to build."""
    services.load(FEW)
    _everybody_signs_in(api)
    _the_first_residents_have_points_to_spend()
    _every_state_has_something_to_show()
    _the_trusted_ones_publish_without_review()
    _budgets_are_ample()
    _things_happen_when_people_are_awake()
    _praise_fits_its_stars()
    _votes_of_every_state_and_method()
    _votes_are_talked_over()
    _promises_are_followed()
    _the_covenant_was_changed_by_votes()
    _committees_are_asked_in_public()
    _suggestions_of_every_state()
    _counted_votes_can_be_checked(api)
    _what_is_open_waits_for_the_first_residents(api)
    _nobody_agreed_to_words_that_were_not_there_yet()
    _staff_read_the_standard_pages()
    _the_books_are_clean()
    _what_was_told_is_delivered()
    _loading_again_changes_nothing()
    _a_larger_number_adds_the_missing_ones(api)


def _everybody_signs_in(api: ApiClient) -> None:
    for key in SIGN_INS:
        me = api.sign_in(f"{key}@{cast.DOMAIN}", cast.PASSWORD).get("/me").json
        assert me["name"], key
    resident = api.sign_in(f"resident1@{cast.DOMAIN}", cast.PASSWORD).get("/me").json
    assert resident["verified"] is True
    assert resident["home_region"]["code"] == cast.COMMUNITY
    neighbour = api.sign_in(f"neighbour1@{cast.DOMAIN}", cast.PASSWORD).get("/me").json
    assert neighbour["home_region"]["code"] == cast.NEXT_COMMUNITY


def _the_first_residents_have_points_to_spend() -> None:
    for number in range(1, 11):
        user_id = _one(f"SELECT id FROM user_account WHERE email = 'resident{number}@demo.example'")
        assert points.points_of(user_id)["balance"] >= 200, number
        assert points.minutes_of(user_id) > 0


def _every_state_has_something_to_show() -> None:
    standing = db.session.execute(select(status_at(now())).distinct()).scalars()
    assert {"draft", "in_review", "published", "running", "finished", "cancelled"} == set(standing)
    assert {"issued", "redeemed", "cancelled", "expired"} <= _states("voucher")
    assert {"confirmed", "waitlisted", "cancelled", "no_show", "attended"} <= _states("signup")
    assert {"confirmed", "pending", "open", "rejected", "disputed"} <= _states("service_record")
    assert _one("SELECT count(*) FROM praise WHERE flagged_at IS NOT NULL AND hidden_at IS NULL")
    assert {"pending", "verified"} == _states("merchant")
    assert {"published", "in_review", "draft", "withdrawn"} == _states("offer")
    for table in ("praise", "thanks", "notification", "organization_invitation"):
        assert _count(table) > 0, table
    assert _one("SELECT count(*) FROM praise WHERE flagged_at IS NOT NULL") != "0"
    waiting = "SELECT count(*) FROM place_claim WHERE state = 'waiting' AND kind = "
    assert (_one(waiting + "'home'"), _one(waiting + "'work'")) == ("6", "2")
    assert _one("SELECT count(*) FROM user_account WHERE work_verified_at IS NOT NULL") == "10"


def _the_trusted_ones_publish_without_review() -> None:
    for key in ("neighbours", "watch"):
        name = next(each.name for each in ORGANIZATIONS if each.key == key)
        organization_id = _one("SELECT id FROM organization WHERE name = :name", name=name)
        standing = organizations.standing(organization_id)
        assert publishes_without_review(standing.level), (name, standing)
    stocked = (
        "SELECT count(*) FROM offer JOIN merchant ON merchant.id = offer.merchant_id"
        " WHERE merchant.trusted AND offer.status = 'published' AND offer.stock_left > 100"
    )
    assert int(_one(stocked)) >= 5


def _budgets_are_ample() -> None:
    for code in (cast.COMMUNITY, cast.NEXT_COMMUNITY):
        assert points.budget_of(code).balance > 100_000


def _things_happen_when_people_are_awake() -> None:
    confirmed = select(Notification.created_at).where(Notification.kind == "record.confirmed")
    for statement in (select(Praise.created_at), select(ServiceRecord.decided_at), confirmed):
        instants = [at for at in db.session.execute(statement).scalars() if at is not None]
        assert instants
        assert {at.astimezone(clock.zone).hour for at in instants} <= set(range(7, 22))


def _praise_fits_its_stars() -> None:
    about = {words for fitting in COMMENTS_ON.values() for words in fitting}
    for score, comment in db.session.execute(select(Praise.score, Praise.comment)):
        assert not comment or comment in {*COMMENTS[score], *(about if score > 3 else ())}


def _votes_of_every_state_and_method() -> None:
    assert _states("consultation") == set(Status)
    methods = db.session.execute(select(Consultation.method).distinct()).scalars()
    assert set(methods) == set(Method)
    counted = "SELECT count(*) FROM consultation WHERE head_hash IS NOT NULL AND "
    for kind in (
        "trustees IS NOT NULL",
        "disclosure = 'separate'",
        "minimum_age IS NOT NULL",
        "accepted",
        "NOT accepted",
        f"region_code = '{cast.NEXT_COMMUNITY}'",
        "rewarded_at IS NOT NULL",
    ):
        assert _one(counted + kind) != "0", kind
    assert int(_one("SELECT count(*) FROM roll_entry WHERE home_code IS NULL")) == 8
    assert _one(counted + "rewarded_at IS NULL") == "0"
    assert _one("SELECT count(*) FROM roll_entry WHERE way = 'paper'") != "0"
    for table in ("consultation_comment", "commitment"):
        assert _count(table) > 5, table


def _votes_are_talked_over() -> None:
    for table, state, least in (
        ("consultation_talk", "minutes IS NOT NULL", 5),
        ("consultation_talk", "minutes IS NULL", 1),
        ("talk_point", "option_id IS NOT NULL", 10),
        ("option_proposal", "status = 'waiting'", 3),
        ("option_proposal", "status = 'taken_up'", 1),
        ("option_proposal", "status = 'merged'", 2),
        ("option_proposal", "status = 'declined'", 2),
        ("option_proposal_merger", "status = 'waiting'", 1),
        ("option_amendment", "status = 'accepted'", 3),
        ("option_amendment", "status = 'rejected'", 2),
        ("option_amendment", "status = 'waiting'", 1),
        ("option_version", "number > 1", 4),
        ("option_summary", "pros <> ''", 8),
        ("consultation_comment", "helpful > 2", 10),
        ("consultation_comment", "hidden_at IS NOT NULL", 2),
        ("consultation_comment", "flagged_at IS NOT NULL", 1),
        ("discussion_question", "answered_at IS NOT NULL", 5),
        ("discussion_question", f"answered_at IS NULL AND due_on < '{today()}'", 1),
        ("discussion_question", f"answered_at IS NULL AND due_on > '{today()}'", 1),
    ):
        found = int(_one(f"SELECT count(*) FROM {table} WHERE {state}"))
        assert found >= least, (table, state, found)


def _promises_are_followed() -> None:
    assert {"open", "kept", "given_up"} == set(
        db.session.execute(text("SELECT DISTINCT state FROM commitment")).scalars()
    )
    late = f"state = 'open' AND due_on < '{today()}'"
    for state in (late, f"state = 'open' AND due_on > '{today()}'"):
        assert _one(f"SELECT count(*) FROM commitment WHERE {state}") != "0", state
    assert _one("SELECT count(*) FROM commitment_change WHERE kind = 'moved'") != "0"
    assert _one("SELECT count(*) FROM commitment_milestone WHERE done_on IS NOT NULL") != "0"


def _the_covenant_was_changed_by_votes() -> None:
    by_vote = "SELECT count(*) FROM covenant_version WHERE consultation_id IS NOT NULL"
    assert _one(by_vote) == "2"
    latest = covenants.latest(cast.COMMUNITY)
    assert latest is not None
    assert "第六条" in latest.text


def _committees_are_asked_in_public() -> None:
    numbers = supervision.counts()
    assert min(numbers.answered, numbers.open, numbers.overdue) > 0
    asked = db.session.execute(text("SELECT DISTINCT subject FROM supervision_question")).scalars()
    assert set(asked) == set(Subject)


def _suggestions_of_every_state() -> None:
    assert _states("suggestion") == set(CaseStatus)
    assert _count("suggestion") >= 300
    assert list(faults()) == []


def _counted_votes_can_be_checked(api: ApiClient) -> None:
    for status in ("closed", "decided"):
        for vote in api.get(f"/consultations?status={status}").json["items"]:
            told = {
                part: api.get(f"/consultations/{vote['id']}/{part}").json
                for part in ("board", "roll", "results")
            }
            report = tool.Report("en")
            tool.verify(report, told["board"], told["roll"], told["results"], None)
            assert report.wrong == [], vote["title"]
            assert told["results"]["turnout"]["voted"] > 0, vote["title"]


def _what_is_open_waits_for_the_first_residents(api: ApiClient) -> None:
    for key, code in (("resident1", cast.COMMUNITY), ("neighbour1", cast.NEXT_COMMUNITY)):
        person = api.sign_in(f"{key}@{cast.DOMAIN}", cast.PASSWORD)
        (vote,) = person.get(f"/consultations?status=open&region={code}").json["items"]
        closes_at = datetime.fromisoformat(vote["closes_at"])
        assert closes_at >= now() + timedelta(days=5)
        assert vote["turnout"]["voted"] > 0
        choices = {"choices": [vote["options"][0]["id"]]}
        cast_now = person.post(f"/consultations/{vote['id']}/ballots", choices)
        assert cast_now.status_code == 201, cast_now.json


def _nobody_agreed_to_words_that_were_not_there_yet() -> None:
    for version, given_at in db.session.execute(select(Consent.version, Consent.given_at)):
        worded = clock.start_of(date.fromisoformat(f"{version}-01"))
        assert given_at >= worded or now() <= worded, version


def _staff_read_the_standard_pages() -> None:
    large = (
        "SELECT count(*) FROM user_account JOIN role_grant ON role_grant.user_id = user_account.id"
        " WHERE user_account.mode = 'elder' AND role_grant.scope_kind = 'region'"
    )
    assert _one(large) == "0"


def _the_books_are_clean() -> None:
    found = verify()
    assert found.ok, found


def _what_was_told_is_delivered() -> None:
    assert _one("SELECT count(*) FROM outbox_message WHERE delivered_at IS NULL") == "0"


def _loading_again_changes_nothing() -> None:
    before = {table: _count(table) for table in ("user_account", "activity", "ledger_entry")}
    services.load(FEW)
    assert before == {table: _count(table) for table in before}
    with unit_of_work():
        imported = import_divisions(services.DIVISIONS.read_bytes())
    assert (imported.created, imported.renamed, imported.moved) == (0, 0, 0)


def _a_larger_number_adds_the_missing_ones(api: ApiClient) -> None:
    before = _count("user_account")
    services.load(FEW + 2)
    assert _count("user_account") == before + 2
    me = api.sign_in(f"resident{FEW + 2}@{cast.DOMAIN}", cast.PASSWORD).get("/me").json
    assert me["verified"] is True


def _states(table: str) -> set[str]:
    return set(db.session.execute(text(f"SELECT DISTINCT status FROM {table}")).scalars())


def _count(table: str) -> int:
    return int(_one(f"SELECT count(*) FROM {table}"))


def _one(statement: str, **values: Any) -> str:
    return str(db.session.execute(text(statement), values).scalars().first())
