"""People and organizations of the stories here, made through the services themselves."""

from __future__ import annotations

from typing import Any

from portal.accounts.directory import SessionDirectory
from portal.accounts.rules import SessionKind
from portal.accounts.services import open_session
from portal.core import jobs
from portal.core.ids import new_id
from portal.core.permissions import Principal
from portal.core.unit_of_work import unit_of_work
from portal.organizations import services
from portal.organizations.services import Application
from tests import world

CREDIT_CODE = "53150402MJX000001Q"


def principal(user_id: str) -> Principal:
    """A person as the portal knows them at this moment."""
    with unit_of_work():
        opened = open_session(user_id, SessionKind.TOKEN)
    found = SessionDirectory().by_token(opened.secret)
    assert found is not None
    return found


def application(**changes: Any) -> Application:
    values: dict[str, Any] = {
        "name": "红山志愿服务队",
        "kind": "team",
        "credit_code": None,
        "region_code": world.COMMUNITY,
        "description": "帮助社区里的老人",
        "contact": "周三下午在活动室",
    }
    return Application(**{**values, **changes})


def committee(scope: str = world.COMMUNITY) -> Principal:
    return principal(world.make_staff("committee", f"{new_id()}@example.org", scope))


def register(login: str = "founder@example.org", **changes: Any) -> tuple[str, str]:
    """A waiting application; returns the organization's and the applicant's id."""
    founder = world.make_user(login)
    actor = principal(founder)
    with unit_of_work():
        return services.register(actor, application(**changes)), founder


def organization(login: str = "founder@example.org", **changes: Any) -> tuple[str, str]:
    """A verified organization; returns its and its manager's id."""
    organization_id, founder = register(login, **changes)
    judge = committee(world.CITY)
    with unit_of_work():
        services.verify(judge, organization_id)
    return organization_id, founder


def join(organization_id: str, user_id: str, role: str = "organization_member") -> None:
    """Somebody is in it from now on."""
    with unit_of_work():
        from portal.accounts.services import grant_role

        grant_role(None, user_id, role, "organization", organization_id)


def praise(organization_id: str, user_id: str, score: int = 5, **changes: Any) -> str:
    """One more praise, for an activity of its own unless one is named."""
    actor = principal(user_id)
    values: dict[str, Any] = {"comment": "谢谢", "as_participant": True, "activity_id": new_id()}
    values |= changes
    with unit_of_work():
        return services.add_praise(actor, organization_id, score=score, **values)


def jobs_done() -> None:
    jobs.run_until_quiet()
