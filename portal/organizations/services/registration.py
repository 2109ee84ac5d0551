"""An organization applies, is verified or declined by the committee, and tends its page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.accounts import services as accounts
from portal.core import audit, outbox, search
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_new
from portal.core.permissions import Principal, Role, ScopeKind
from portal.organizations import rules
from portal.organizations.errors import AlreadyRegistered, OwnApplication
from portal.organizations.models import Organization
from portal.organizations.queries import detail, managed, to_decide
from portal.organizations.queries.listing import PENDING, SEARCH_KIND, VERIFIED
from portal.organizations.services.reputation import begin
from portal.regions import queries as regions

REGISTERED = "registered"
TEAM = "team"
DECLINED = "declined"
HOME_LEVELS = ("community", "street", "district")


@dataclass(frozen=True)
class Application:
    """What somebody says about the organization they register.

    ``kind`` is ``registered`` (then ``credit_code`` is needed) or ``team``; ``region_code`` is the
    community (or street, or district) that it serves; ``contact`` is shown to everybody.
    """

    name: str
    kind: str
    credit_code: str | None
    region_code: str
    description: str
    contact: str


def register(actor: Principal, application: Application) -> str:
    """Apply for an organization, for the committee of its region to verify; returns its id.

    Raises:
        Invalid: the credit code is wrong or taken, or the region is not one to serve.
    """
    organization_id = new_id()
    inserted = insert_new(
        Organization,
        id=organization_id,
        status=PENDING,
        applied_by=actor.id,
        applied_at=now(),
        **_checked(application),
    )
    if not inserted:
        raise AlreadyRegistered
    begin(organization_id)
    search.index(SEARCH_KIND, organization_id, application.name, application.description)
    audit.record(
        actor.id,
        "organization.applied",
        "organization",
        organization_id,
        region_code=application.region_code,
        kind=application.kind,
    )
    return organization_id


def apply_again(actor: Principal, organization_id: str, application: Application) -> None:
    """Correct an application that waits or was declined; it waits for the committee (again).

    Raises:
        NotFound: it is not the actor's application.
        WrongState: it is verified already.
        Invalid: as for :func:`register`.
    """
    row = detail(organization_id, actor)
    if row.applied_by != actor.id:
        raise NotFound
    values = _checked(application) | {
        "status": PENDING,
        "applied_at": now(),
        "decided_at": None,
        "decided_by": None,
        "decline_reason": None,
    }
    _change(organization_id, Organization.status != VERIFIED, values)
    search.index(SEARCH_KIND, organization_id, application.name, application.description)
    audit.record(
        actor.id,
        "organization.applied_again",
        "organization",
        organization_id,
        region_code=application.region_code,
    )


def verify(actor: Principal, organization_id: str) -> None:
    """Confirm an organization: it is public from now on, and who applied for it manages it.

    Raises:
        NotFound: it is none of the actor's regions.
        OwnApplication: the actor applied for it.
        WrongState: it does not wait for a decision (any more).
    """
    row = _to_decide(actor, organization_id)
    values = {
        "status": VERIFIED,
        "verified_at": now(),
        "decided_at": now(),
        "decided_by": actor.id,
    }
    _change(organization_id, Organization.status == PENDING, values)
    accounts.grant_role(
        actor.id,
        row.applied_by,
        Role.ORGANIZATION_MANAGER,
        ScopeKind.ORGANIZATION,
        organization_id,
    )
    _decided(actor, row, "organization.verified", {"organization": row.name})


def decline(actor: Principal, organization_id: str, reason: str) -> None:
    """Send an application back, with the reason that its applicant reads.

    Raises:
        NotFound: it is none of the actor's regions.
        OwnApplication: the actor applied for it.
        WrongState: it does not wait for a decision (any more).
    """
    row = _to_decide(actor, organization_id)
    values = {
        "status": DECLINED,
        "decided_at": now(),
        "decided_by": actor.id,
        "decline_reason": reason,
    }
    _change(organization_id, Organization.status == PENDING, values)
    params = {"organization": row.name, "reason": reason}
    _decided(actor, row, "organization.declined", params)


def update_page(actor: Principal, organization_id: str, description: str, contact: str) -> None:
    """Change what an organization says about itself. Its name and code were verified and stay.

    Raises:
        Forbidden: the actor does not manage it.
    """
    row = managed(organization_id, actor)
    db.session.execute(
        update(Organization)
        .where(Organization.id == organization_id)
        .values(description=description, contact=contact)
    )
    search.index(SEARCH_KIND, organization_id, row.name, description)
    audit.record(
        actor.id,
        "organization.page_changed",
        "organization",
        organization_id,
        region_code=row.region_code,
    )


def _checked(application: Application) -> dict[str, Any]:
    """The application's columns."""
    values = asdict(application)
    registered = application.kind == REGISTERED
    values["credit_code"] = rules.credit_code(application.credit_code or "") if registered else None
    unknown = Invalid.field("region_code", _l("Choose a community, a street or a district."))
    try:
        level = regions.level_of(application.region_code)
    except NotFound as error:
        raise unknown from error
    if level not in HOME_LEVELS:
        raise unknown
    return values


def _to_decide(actor: Principal, organization_id: str) -> Any:
    row = to_decide(organization_id, actor)
    if row.applied_by == actor.id:
        raise OwnApplication
    return row


def _change(organization_id: str, guard: Any, values: dict[str, Any]) -> None:
    statement = update(Organization).where(Organization.id == organization_id, guard)
    try:
        with db.session.begin_nested():
            changed = db.session.connection().execute(statement.values(**values)).rowcount
    except IntegrityError as error:  # the unique credit code decides
        raise AlreadyRegistered from error
    if not changed:
        raise WrongState


def _decided(actor: Principal, row: Any, kind: str, params: dict[str, str]) -> None:
    audit.record(actor.id, kind, "organization", row.id, region_code=row.region_code, **params)
    outbox.emit(
        "notify",
        user_id=row.applied_by,
        kind=kind,
        params=params,
        url=f"/organizations/{row.id}",
    )
