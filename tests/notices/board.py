"""A committee and the notices it writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal.core import jobs
from portal.core.database import db
from portal.core.permissions import Grant, Principal, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.notices import services
from portal.notices.rules import Audience
from portal.notices.services import NoticePlan, Words
from portal.notifications.models import Notification
from tests import world
from tests.world import COMMUNITY, principal

CHINESE = Words(
    "六月起换新电表", "六月起，社区免费换新电表，请留人在家。", "具体安排如下。\n逐栋进行。"
)
ENGLISH = Words("New meters from June", "From June you get a new meter for free.", "By building.")


def committee(scope: str = COMMUNITY) -> Principal:
    user_id = world.make_staff(Role.COMMITTEE, f"committee{scope}@example.org", scope=scope)
    return principal(user_id, Grant(Role.COMMITTEE, ScopeKind.REGION, scope))


def written(actor: Principal, region: str = COMMUNITY, **more: Any) -> str:
    """A draft; returns its id."""
    values: dict[str, Any] = {
        "region_code": region,
        "audiences": (Audience.RESIDENTS,),
        "texts": {"zh_Hans": CHINESE, "en": ENGLISH},
        **more,
    }
    with unit_of_work():
        return services.create(actor, NoticePlan(**values))


def published(actor: Principal, region: str = COMMUNITY, **more: Any) -> str:
    """A notice that everybody concerned has been told of."""
    notice_id = written(actor, region, **more)
    do(services.publish, actor, notice_id)
    jobs.run_until_quiet()
    return notice_id


def do(deed: Any, actor: Principal, *values: Any) -> Any:
    with unit_of_work():
        return deed(actor, *values)


def told(user_id: str) -> list[str]:
    """Of what kinds of notices somebody was told."""
    db.session.rollback()
    rows = db.session.execute(
        select(Notification.kind).where(
            Notification.user_id == user_id, Notification.kind.startswith("notice.")
        )
    )
    return list(rows.scalars())
