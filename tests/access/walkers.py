"""Those who walk through the demo district, and the private things of its first community."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import event, select, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.consultations import services as consultations
from portal.consultations.rules.ballots import Method
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.demo.cast import CITY, COMMUNITY, DOMAIN, PASSWORD
from portal.suggestions import services as suggestions
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.services.catalogue import Category
from tests import world

PLACEHOLDER = re.compile(r"<\w+:(\w+)>")
_WRITES = re.compile(
    r"\s*(?:WITH\b.*)?(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE | re.DOTALL
)
NOBODYS = {"access_session", "idempotency_key", "job_lease"}
"""Tables that any request may write without anything having happened."""


class Walker:
    """One sign-in with a browser and a token."""

    def __init__(self, app: Flask, login: str) -> None:
        self.app, self.login = app, login
        self.browser: FlaskClient = app.test_client()
        self.csrf = ""
        self.token = ""
        self.sign_in()

    def sign_in(self) -> None:
        credentials = {"login": f"{self.login}@{DOMAIN}", "password": PASSWORD}
        token = _token_in(self.browser.get("/login"))
        if token:  # else signed in already
            self.browser.post("/login", data={**credentials, "csrf_token": token})
        self.csrf = _token_in(self.browser.get("/about"))
        answer = self.browser.post("/api/v1/tokens", json=credentials)
        assert answer.status_code == 201, answer.text
        self.token = answer.json["token"]

    def walk(self, method: str, path: str) -> TestResponse:
        """Go there with nothing in hand but a valid form token."""
        sends = method != "GET"
        if path.startswith("/api/"):
            headers = {"Authorization": f"Bearer {self.token}"}
            if path.endswith("/photos") and sends:
                data = {"photo": (a_picture(), "photo.png")}
                return self.browser.open(path, method=method, headers=headers, data=data)
            body: dict[str, Any] | None = {} if sends else None
            return self.browser.open(path, method=method, headers=headers, json=body)
        form = {"csrf_token": self.csrf} if sends else None
        return self.browser.open(path, method=method, data=form)


def a_picture() -> io.BytesIO:
    """One that would be taken: who may not send any is refused for that alone."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    out.seek(0)
    return out


def _token_in(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    return found.group(1) if found else ""


def filled(rule: Rule, values: dict[str, str]) -> str:
    """A rule's address with these values."""
    return PLACEHOLDER.sub(lambda found: values[found.group(1)], rule.rule)


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def private_things() -> dict[str, str]:
    """Of every kind one thing of 红山郡社区 that is not for everybody, by the name of its value."""
    resident, newcomer = _user("resident1"), _user("newcomer1")
    draft = _one("SELECT id FROM activity WHERE decision = 'draft'")
    record = _one(
        "SELECT id FROM service_record WHERE resident_id = :who AND organization_id IS NOT NULL"
        " AND status = 'confirmed'",
        who=resident,
    )
    vote, suggestion = _draft_of_a_vote(), _confided(resident)
    return {
        "activity_id": draft,
        "consultation_id": vote,
        "option_id": _one("SELECT id FROM consultation_option WHERE consultation_id = :v", v=vote),
        "comment_id": _question_in_a_vote(),
        # Nothing is proposed to a draft yet.
        "talk_id": new_id(),
        "point_id": new_id(),
        "proposal_id": new_id(),
        "merger_id": new_id(),
        "amendment_id": new_id(),
        "shift_id": _one("SELECT id FROM shift WHERE activity_id = :id", id=draft),
        "signup_id": _one("SELECT id FROM signup WHERE resident_id = :who", who=resident),
        "record_id": record,
        "photo_id": new_id(),
        "commitment_id": new_id(),  # all of them are public
        "milestone_id": new_id(),
        "question_id": new_id(),
        "offer_id": _one("SELECT id FROM offer WHERE status = 'draft'"),
        "merchant_id": _one("SELECT id FROM merchant WHERE status = 'pending'"),
        "voucher_id": _one("SELECT id FROM voucher WHERE resident_id = :who", who=resident),
        "organization_id": _one("SELECT id FROM organization WHERE status = 'pending'"),
        "praise_id": _one(
            "SELECT id FROM praise WHERE region_code = :code ORDER BY flagged_at IS NULL",
            code=COMMUNITY,
        ),
        "claim_id": _one("SELECT id FROM place_claim WHERE user_id = :who", who=newcomer),
        "grant_id": _one(
            "SELECT id FROM role_grant WHERE role = 'committee' AND scope_id = :code",
            code=COMMUNITY,
        ),
        "notification_id": _one("SELECT id FROM notification WHERE user_id = :who", who=resident),
        "session_id": _one("SELECT id FROM access_session WHERE user_id = :who", who=resident),
        "invitation_id": _one("SELECT id FROM organization_invitation"),
        "transaction_id": _one(
            "SELECT id FROM ledger_transaction WHERE region_code = :code", code=COMMUNITY
        ),
        "code_id": new_id(),
        "suggestion_id": suggestion,
        "notice_id": new_id(),
        "number": _one("SELECT number FROM suggestion WHERE id = :id", id=suggestion),
        "service_code": "quarrel",
        "ending": "json",
        "lead_id": _one("SELECT id FROM suggestion WHERE visibility = 'confidential'"),
        "department_id": _one("SELECT id FROM department"),
        "rule_id": _one("SELECT id FROM dispatch_rule"),
        "user_id": resident,
        "code": COMMUNITY,
        "region_code": COMMUNITY,
        "member_code": _one("SELECT member_code FROM user_account WHERE id = :who", who=resident),
    }


def _draft_of_a_vote() -> str:
    """The demo shows none that is not public: one is written here, by the first community's
    committee."""
    author = _user("committee")
    committee = world.principal(author, Grant(Role.COMMITTEE, ScopeKind.REGION, COMMUNITY))
    plan = consultations.ConsultationPlan(
        title="还没定",
        question="先自己看看。",
        region_code=COMMUNITY,
        method=Method.SINGLE,
        options=[consultations.OptionPlan(title="甲"), consultations.OptionPlan(title="乙")],
    )
    db.session.rollback()
    with unit_of_work():
        return consultations.create(committee, plan)


def _question_in_a_vote() -> str:
    """Something that a resident asks the committee while a vote is talked through; hidden since."""
    committee = world.principal(
        _user("committee"), Grant(Role.COMMITTEE, ScopeKind.REGION, COMMUNITY)
    )
    vote = _draft_of_a_vote()
    home = replace(
        world.principal(_user("resident1")), home_path=(COMMUNITY,), home_region=COMMUNITY
    )
    with unit_of_work():
        consultations.start_discussion(committee, vote)
        asked = consultations.ask(home, vote, "谁来管？")
        consultations.hide_comment(committee, asked, "骂人")
    return asked


def _confided(resident: str) -> str:
    """Something that a resident reports in confidence."""
    admin = world.principal(_user("admin"), Grant(Role.ADMIN, ScopeKind.REGION, CITY))
    report = suggestions.Report(
        category="quarrel",
        title="邻里纠纷",
        description="只跟你们说。",
        region_code=COMMUNITY,
        visibility=Visibility.CONFIDENTIAL,
    )
    db.session.rollback()
    with unit_of_work():
        suggestions.define_category(admin, Category("quarrel", "邻里纠纷", 10))
        return suggestions.receive(world.principal(resident), report).id


def _user(key: str) -> str:
    return _one("SELECT id FROM user_account WHERE email = :email", email=f"{key}@{DOMAIN}")


def _one(statement: str, **values: Any) -> str:
    """The first row's only column. The demo has one of each, or the walk would prove nothing."""
    found = db.session.execute(
        select(text("*")).select_from(text(f"({statement}) AS found")), values
    )
    return str(found.scalars().first() or _missing(statement))


def _missing(statement: str) -> str:
    raise AssertionError(f"the demo has nothing for: {statement}")


@contextmanager
def written_tables() -> Iterator[set[str]]:
    """The tables into which something was committed meanwhile."""
    pending: set[str] = set()
    committed: set[str] = set()

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if found := _WRITES.match(statement):
            pending.add(found.group(1).lower())

    def keep(_connection: Any) -> None:
        committed.update(pending - NOBODYS)
        pending.clear()

    def forget(_connection: Any) -> None:
        pending.clear()

    listeners = (("before_cursor_execute", note), ("commit", keep), ("rollback", forget))
    for name, function in listeners:
        event.listen(db.engine, name, function)
    try:
        yield committed
    finally:
        for name, function in listeners:
            event.remove(db.engine, name, function)
