"""What the stories of activities stand on: a budget, hosts, an activity, a clock."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy import insert, select, update

from portal.accounts.models import User
from portal.activities.models import Shift
from portal.core.clock import rfc3339, today
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from portal.organizations.models import Organization, OrganizationReputation
from portal.points.services import allocate_budget, set_rule
from tests import world
from tests.browsing import Browser
from tests.conftest import ApiClient
from tests.organizations.neighbours import principal

At = Callable[[datetime], None]
"""Sets the portal's clock (the fixture ``at``)."""
Do = Callable[..., Any]
"""Does a deed in a unit of work of its own."""

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""Noon in 赤峰: the shift of the stories starts two hours later."""
START = NOON + timedelta(hours=2)
END = START + timedelta(hours=2)
BUDGET = 100_000


def fund(amount: int = BUDGET) -> None:
    """Give the community a budget, down from the city."""
    finance = principal(world.make_staff("finance", "finance@example.org", world.CITY))
    for code in (world.CITY, world.DISTRICT, world.STREET, world.COMMUNITY):
        with unit_of_work():
            allocate_budget(finance, code, amount, "2026")


def organization(level: int = 3, name: str = "红山志愿服务队") -> str:
    """A verified organization of the community with a standing; returns its id."""
    founder = world.make_user(f"{new_id()}@example.org")
    row = {
        "id": new_id(),
        "name": name,
        "kind": "team",
        "region_code": world.COMMUNITY,
        "description": "帮助邻里",
        "contact": "周三下午",
        "status": "verified",
        "applied_by": founder,
        "applied_at": NOON,
        "decided_by": founder,
        "decided_at": NOON,
        "verified_at": NOON,
    }
    standing = {
        "organization_id": row["id"],
        "score": 65,
        "level": level,
        "praises": 0,
        "voices": 0,
        "participants": 0,
        "recent": 0,
        "weighed_down": False,
        "computed_at": NOON,
    }
    with unit_of_work():
        db.session.execute(insert(Organization), [row])
        db.session.execute(insert(OrganizationReputation), [standing])
    return str(row["id"])


def manager(organization_id: str, login: str = "manager@example.org") -> str:
    return world.make_user(login, roles=[("organization_manager", "organization", organization_id)])


def plan(organization_id: str | None = None, **changes: Any) -> dict[str, Any]:
    """The body of an activity: one shift of two hours with two places."""
    return {
        "title": "清扫红山公园",
        "description": "一起把公园打扫干净。",
        "category": "environment",
        "organization_id": organization_id,
        "region_code": world.COMMUNITY,
        "shifts": [shift()],
        **changes,
    }


def shift(start: datetime = START, end: datetime = END, capacity: int = 2) -> dict[str, Any]:
    return {"starts_at": rfc3339(start), "ends_at": rfc3339(end), "capacity": capacity}


@dataclass
class Stage:
    """A published activity with its people, each signed in to the API."""

    api: ApiClient
    host: ApiClient
    activity: dict[str, Any]
    organization_id: str | None

    @property
    def id(self) -> str:
        return str(self.activity["id"])

    @property
    def shift_id(self) -> str:
        return str(self.activity["shifts"][0]["id"])

    def resident(self, name: str, **more: Any) -> ApiClient:
        """One more resident of the community, signed in."""
        world.make_user(f"{name}@example.org", **more)
        return self.api.sign_in(f"{name}@example.org")

    def code(self) -> str:
        answer = self.host.get(f"/shifts/{self.shift_id}/checkin-code")
        assert answer.status_code == 200, answer.text
        return str(answer.json["code"])

    def read(self) -> dict[str, Any]:
        return dict(self.api.get(f"/activities/{self.id}").get_json())


def publish(api: ApiClient, *, level: int = 3, **changes: Any) -> Stage:
    """The story's activity, published by an organization of good standing."""
    fund()
    organization_id = organization(level)
    manager(organization_id)
    host = api.sign_in("manager@example.org")
    made = host.post("/activities", plan(organization_id, **changes))
    assert made.status_code == 201, made.text
    published = host.post(f"/activities/{made.json['id']}/publish")
    assert published.status_code == 200, published.text
    return Stage(api, host, published.get_json(), organization_id)


def places(shift_id: str) -> tuple[int, int]:
    """Places taken, and how many wait."""
    db.session.rollback()
    row = db.session.execute(select(Shift.taken, Shift.waiting).where(Shift.id == shift_id)).one()
    return row.taken, row.waiting


def principal_of(login: str) -> Principal:
    user_id = db.session.execute(select(User.id).where(User.email == login)).scalar_one()
    db.session.rollback()
    return principal(user_id)


def born(login: str, day: Any) -> None:
    with unit_of_work():
        db.session.execute(update(User).where(User.email == login).values(birth_date=day))


def report_with_photos(visitor: Browser, organization_id: str | None, *photos: bytes) -> str:
    """Hours of the story's morning, reported by the page with photos; returns the record's
    address."""
    visitor.open("/me/service/report")
    form = visitor.form("/me/service/report")
    sent = {
        **form.values,
        "host": f"organization:{organization_id}",
        "title": "送饭",
        "category": "elderly_care",
        "day": NOON.date().isoformat(),
        "begin": "09:00",
        "minutes": "90",
        "description": "三户",
        "photos": [(io.BytesIO(photo), f"{n}.png") for n, photo in enumerate(photos, 1)],
    }
    answer = visitor.client.post(form.action, data=sent, headers={"Accept-Language": "en"})
    assert answer.status_code == 303, answer.text
    address = answer.headers["Location"]
    visitor.open(address)
    return str(address)


def announce_records(days: int = 3) -> None:
    """From today on the community shows confirmed records for some days before they count."""
    committee = principal(world.make_staff("committee"))
    with unit_of_work():
        set_rule(committee, world.COMMUNITY, "publicity.days", days, today())


def picture(kind: str = "PNG", **more: Any) -> bytes:
    """A small picture as a camera writes it."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(file, kind, **more)
    return file.getvalue()


def photo_of(visitor: Browser) -> str:
    """The address of the first photo on the record's page that is open."""
    return found(r'src="([^"]+/photos/[0-9a-z]{26})"', visitor.page.text)


def found(pattern: str, text: str, flags: re.RegexFlag = re.NOFLAG) -> str:
    """The first group of a pattern that is to be found in a text."""
    match = re.search(pattern, text, flags)
    assert match, f"no {pattern} in {text}"
    return str(match.group(1))
