"""A community that votes: its committee, its social worker, its residents."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.core.database import db
from portal.core.logs import JsonFormatter
from portal.core.outbox import OutboxMessage
from portal.core.permissions import Grant, Role, ScopeKind
from tests import world
from tests.conftest import ApiClient
from tests.consultations.verifier import tool
from tests.notifications.contract import check_emitted

TITLES = ("长椅", "花坛", "路灯")


def committee_grant(scope: str = world.COMMUNITY) -> Grant:
    return Grant(Role.COMMITTEE, ScopeKind.REGION, scope)


def plan(method: str = "single", titles: Sequence[str] = TITLES, **more: Any) -> dict[str, Any]:
    """What a committee sends to set up a vote."""
    return {
        "title": "小院添点什么",
        "question": "今年的钱只够一样，先做哪一样？",
        "region_code": world.COMMUNITY,
        "method": method,
        "options": [{"title": title} for title in titles],
        **more,
    }


def yuan(amount: int) -> dict[str, Any]:
    return {"amount": amount * 100, "currency": "CNY"}


@dataclass
class Town:
    """People of one community, signed in to the API as far as they are needed."""

    api: ApiClient
    residents: list[str]
    committee: ApiClient
    worker: ApiClient
    _signed_in: dict[int, ApiClient] = field(default_factory=dict)

    def resident(self, number: int) -> ApiClient:
        if number not in self._signed_in:
            self._signed_in[number] = self.api.sign_in(f"voter{number + 1}@example.org")
        return self._signed_in[number]

    def member_code(self, number: int) -> str:
        user = db.session.get(User, self.residents[number])
        assert user is not None
        return user.member_code

    def draft(self, **more: Any) -> dict[str, Any]:
        return done(self.committee.post("/consultations", plan(**more)), 201)

    def discussed(self, **more: Any) -> dict[str, Any]:
        draft = self.draft(**more)
        return done(self.committee.post(f"/consultations/{draft['id']}/start-discussion"))

    def opened(self, **more: Any) -> dict[str, Any]:
        vote = self.discussed(**more)
        return done(self.committee.post(f"/consultations/{vote['id']}/open"))

    def vote(self, number: int, vote: dict[str, Any], *places: int, **more: Any) -> str:
        """Let a resident choose options by their places; returns the receipt."""
        body = {"choices": [vote["options"][place]["id"] for place in places], **more}
        answer = self.resident(number).post(f"/consultations/{vote['id']}/ballots", body)
        return str(done(answer, 201)["receipt"])

    def closed(self, vote: dict[str, Any]) -> dict[str, Any]:
        return done(self.committee.post(f"/consultations/{vote['id']}/close"))

    def results(self, vote: dict[str, Any]) -> dict[str, Any]:
        return done(self.api.get(f"/consultations/{vote['id']}/results"))

    def board(self, vote: dict[str, Any]) -> dict[str, Any]:
        return done(self.api.get(f"/consultations/{vote['id']}/board"))


def done(answer: Any, status: int = 200) -> dict[str, Any]:
    """The JSON of an answer that went well."""
    assert answer.status_code == status, answer.text
    content: dict[str, Any] = answer.json
    return content


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    content: dict[str, Any] = answer.json
    return content


def told(kind: str) -> list[dict[str, Any]]:
    """What persons were told of a kind, in the order in which it was written; all of it has
    words."""
    rows = db.session.execute(
        select(OutboxMessage.payload)
        .where(OutboxMessage.kind == "notify")
        .order_by(OutboxMessage.id)
    ).scalars()
    found = [row for row in rows if row["kind"] == kind]
    check_emitted()
    return found


def build(api: ApiClient, residents: int = 6) -> Town:
    """A community with its people."""
    voters = world.make_users(residents, "voter")
    world.make_staff("committee")
    world.make_staff("social_worker", "worker@example.org")
    committee = api.sign_in("committee@example.org")
    return Town(api, voters, committee, api.sign_in("worker@example.org"))


def verify(town: Town, vote: dict[str, Any], folder: Path) -> None:
    """Let the verifier of its own judge what the portal publishes: board, roll and results."""
    arguments = []
    for part, name in (("board", ""), ("roll", "--roll"), ("results", "--results")):
        file = folder / f"{part}.json"
        file.write_text(town.api.get(f"/consultations/{vote['id']}/{part}").text, encoding="utf-8")
        arguments += [name, str(file)] if name else [str(file)]
    assert tool.main(arguments) == 0


@contextmanager
def the_log() -> Iterator[io.StringIO]:
    """What the portal's log says meanwhile, as it would stand in the file."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("portal")
    logger.addHandler(handler)
    try:
        yield written
    finally:
        logger.removeHandler(handler)
