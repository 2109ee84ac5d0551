"""Praise is given, answered, flagged and moderated."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, update

from portal.core import audit, moderation, outbox
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.inserts import insert_new
from portal.core.permissions import Permission, Principal
from portal.organizations import rules
from portal.organizations.errors import AlreadyPraised, OwnOrganization
from portal.organizations.models import Praise, PraiseFlag
from portal.organizations.queries import host, is_one_of_ours, praise_for, praise_to_moderate
from portal.organizations.queries.evidence import organizations_of
from portal.organizations.queries.people import managers
from portal.organizations.services.reputation import moved, refresh


def add_praise(  # noqa: PLR0917 - the order that the room of activities knows
    actor: Principal,
    organization_id: str,
    activity_id: str,
    score: int,
    comment: str,
    as_participant: bool,  # noqa: FBT001
) -> str:
    """Praise an organization for one of its activities; returns the praise's id.

    The caller has made sure that the actor took part (``as_participant``) or lives, verified, in
    the community that the activity served, and that the activity is this organization's.

    Raises:
        NotFound: there is no such verified organization.
        OwnOrganization: the actor belongs to it.
        AlreadyPraised: the actor has praised this activity before.
        Invalid: the score is not 1 to 5.
    """
    organization = host(organization_id)
    if not organization.verified:
        raise NotFound
    _check_said(actor, organization_id, score)
    praise_id = new_id()
    praised = insert_new(
        Praise,
        id=praise_id,
        organization_id=organization_id,
        activity_id=activity_id,
        author_id=actor.id,
        region_code=organization.region_code,
        score=score,
        comment=comment,
        as_participant=as_participant,
        created_at=now(),
    )
    if not praised:
        raise AlreadyPraised
    refresh(organization_id)  # who praises sees it counted; the rest may come a moment later
    moved(organizations_of(actor.id) - {organization_id})
    for manager in managers(organization_id):
        _tell(manager, "praise.received", organization_id, organization.name, score=score)
    return praise_id


def change_praise(actor: Principal, praise_id: str, score: int, comment: str) -> None:
    """Say it otherwise: for some days, as long as nobody has answered, flagged or hidden it. It
    keeps its day, so that it neither gets fresher nor leaves a burst.

    Raises:
        NotFound: it is not this person's.
        OwnOrganization: the actor belongs to the organization by now.
        WrongState: it is too old, answered, flagged or hidden.
        Invalid: the score is not 1 to 5.
    """
    row = praise_for(praise_id)
    if row.author_id != actor.id:
        raise NotFound
    _check_said(actor, row.organization_id, score)
    unread = and_(
        Praise.answer.is_(None),
        Praise.flagged_at.is_(None),
        Praise.hidden_at.is_(None),
        Praise.created_at >= now() - rules.PRAISE_CHANGED_FOR,
    )
    _change(praise_id, unread, {"score": score, "comment": comment})
    _note(actor, "praise.changed", row, before=str(row.score), after=str(score))
    refresh(row.organization_id)
    moved(organizations_of(actor.id) - {row.organization_id})


def answer_praise(actor: Principal, praise_id: str, text: str) -> str:
    """Answer a praise for the organization, or change the answer; returns the organization's id.

    Raises:
        Forbidden: the actor does not manage the organization.
        WrongState: the praise is hidden.
    """
    row = praise_for(praise_id)
    actor.require(Permission.ORGANIZATION_MANAGE, organization=row.organization_id)
    values = {"answer": text, "answered_by": actor.id, "answered_at": now()}
    _change(praise_id, Praise.hidden_at.is_(None), values)
    if row.answer is None:
        _tell(row.author_id, "praise.answered", row.organization_id, row.organization)
    _note(actor, "praise.answered", row)
    return str(row.organization_id)


def flag_praise(actor: Principal, praise_id: str, reason: str) -> str:
    """Ask the moderators to look at a praise, once; returns the organization's id.

    Raises:
        NotFound: there is no such praise.
        WrongState: it is hidden already.
    """
    row = praise_for(praise_id)
    values = {"praise_id": praise_id, "user_id": actor.id, "reason": reason}
    moderation.object_to(Praise, praise_id, PraiseFlag, **values)
    return str(row.organization_id)


def hide_praise(actor: Principal, praise_id: str, reason: str) -> None:
    """Hide a praise; the reason stands in its place, and it counts for nothing.

    Raises:
        Forbidden: the actor does not moderate in its region, or belongs to the organization.
        WrongState: it is hidden already.
    """
    row = praise_to_moderate(praise_id, actor)
    moderation.hide(Praise, praise_id, actor, reason)
    _moderated(actor, row, "praise.hidden", reason=reason)


def show_praise(actor: Principal, praise_id: str) -> None:
    """Show a hidden praise again.

    Raises:
        Forbidden: the actor does not moderate in its region, or belongs to the organization.
        WrongState: it is not hidden.
    """
    row = praise_to_moderate(praise_id, actor)
    moderation.show(Praise, praise_id)
    _moderated(actor, row, "praise.shown")


def keep_praise(actor: Principal, praise_id: str) -> None:
    """Look at what was flagged and leave it as it is.

    Raises:
        Forbidden: the actor does not moderate in its region, or belongs to the organization.
        WrongState: nobody has flagged it (any more).
    """
    row = praise_to_moderate(praise_id, actor)
    moderation.keep(Praise, praise_id)
    _note(actor, "praise.kept", row)


def _check_said(actor: Principal, organization_id: str, score: int) -> None:
    if is_one_of_ours(actor, organization_id):
        raise OwnOrganization
    if not rules.LEAST_STARS <= score <= rules.MOST_STARS:
        raise Invalid.field("score", _l("Give 1 to 5."))


def _moderated(actor: Principal, row: Any, action: str, **facts: str) -> None:
    _note(actor, action, row, **facts)
    moved({row.organization_id} | organizations_of(row.author_id))


def _change(praise_id: str, guard: Any, values: dict[str, Any]) -> None:
    statement = update(Praise).where(Praise.id == praise_id, guard).values(**values)
    if not db.session.connection().execute(statement).rowcount:
        raise WrongState


def _tell(user_id: str, kind: str, organization_id: str, name: str, **params: Any) -> None:
    outbox.emit(
        "notify",
        user_id=user_id,
        kind=kind,
        params={"organization": name, **params},
        url=f"/organizations/{organization_id}#praise",
    )


def _note(actor: Principal, action: str, row: Any, **facts: str) -> None:
    audit.record(
        actor.id,
        action,
        "praise",
        row.id,
        region_code=row.region_code,
        organization_id=row.organization_id,
        **facts,
    )
