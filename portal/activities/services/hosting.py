"""Making activities: draft, review, publishing, cancelling."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update

from portal.activities import policies
from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.activities.queries import activities
from portal.activities.queries.states import is_over
from portal.activities.rules import (
    ACTIVE_SIGNUPS,
    ACTIVITY_TRANSITIONS,
    UNDECIDED_RECORDS,
    ActivityStatus,
    Decision,
    Deed,
    SignupStatus,
)
from portal.activities.services.plans import ActivityPlan, place_values, shift_values
from portal.activities.services.reserves import release_reserve, reserve_full_house
from portal.core import audit, outbox, search
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Invalid, NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.permissions import Permission, Principal
from portal.organizations import queries as organizations
from portal.organizations import rules as organization_rules
from portal.regions.queries import path_of
from portal.regions.rules import codes_of


def create_activity(actor: Principal, plan: ActivityPlan) -> str:
    """Write a draft; returns its id.

    Raises:
        Forbidden: the person is not a manager of the organization, or no social worker there.
        Invalid: something about the plan cannot be.
    """
    host = _planned_host(plan)
    actor.require_that(Permission.ACTIVITY_HOST, policies.may_host(actor, host))
    plan.check(now())
    activity_id = new_id()
    values = {**_columns_of(plan), "id": activity_id, "created_by": actor.id, "created_at": now()}
    db.session.execute(insert(Activity), [{**values, "decision": Decision.DRAFT}])
    _write_shifts(activity_id, plan)
    _make_findable(activity_id, plan)
    return activity_id


def change_draft(actor: Principal, activity_id: str, plan: ActivityPlan) -> None:
    """Write a draft anew, its shifts included.

    Raises:
        WrongState: it is no draft any more.
        Forbidden, Invalid, NotFound: as in :func:`create_activity`.
    """
    row = hosted(actor, activity_id)
    host = _planned_host(plan)
    actor.require_that(Permission.ACTIVITY_HOST, policies.may_host(actor, host))
    plan.check(now())
    changed = db.session.connection().execute(
        update(Activity)
        .where(Activity.id == row.id, Activity.decision == Decision.DRAFT)
        .values(**_columns_of(plan))
    )
    if not changed.rowcount:
        raise WrongState
    db.session.execute(delete(Shift).where(Shift.activity_id == row.id))
    _write_shifts(row.id, plan)
    _make_findable(row.id, plan)


def delete_draft(actor: Principal, activity_id: str) -> None:
    """Throw a draft away, its shifts included: nobody but its hosts (and, once sent back, its
    reviewers) has seen it.

    Raises:
        WrongState: it is no draft (any more).
        NotFound, Forbidden: it is not this person's.
    """
    row = hosted(actor, activity_id)
    # The activity's row is held before its shifts go, as everywhere; it goes last.
    draft = select(Activity.id).where(Activity.id == row.id, Activity.decision == Decision.DRAFT)
    if db.session.execute(draft.with_for_update()).first() is None:
        raise WrongState
    search.index(activities.SEARCH_KIND, row.id)
    db.session.execute(delete(Shift).where(Shift.activity_id == row.id))
    db.session.execute(delete(Activity).where(Activity.id == row.id))
    audit.record(
        actor.id, "activity.draft_deleted", "activity", row.id, region_code=row.region_code
    )


def publish(actor: Principal, activity_id: str) -> str:
    """Publish a draft, or hand it in for review; returns the new status.

    Raises:
        BudgetExceeded: the region's budget does not hold what a full house would earn.
        WrongState: it is no draft, or its first shift has begun.
    """
    row = hosted(actor, activity_id)
    if _needs_review(row):
        _move(row.id, Deed.REVIEW, reason=None)
        audit.record(
            actor.id, "activity.handed_in", "activity", row.id, region_code=row.region_code
        )
        outbox.emit("activity.handed_in", activity_id=row.id)
        return ActivityStatus.IN_REVIEW
    _publish(actor, row, Deed.PUBLISH)
    return ActivityStatus.PUBLISHED


def approve(actor: Principal, activity_id: str) -> None:
    """A reviewer publishes what was handed in.

    Raises:
        Forbidden: the person does not review this region's activities.
        BudgetExceeded, WrongState: as in :func:`publish`.
    """
    row = _reviewed(actor, activity_id)
    _publish(actor, row, Deed.APPROVE)
    _tell_maker(row, "activity.approved", {})


def send_back(actor: Principal, activity_id: str, reason: str) -> None:
    """A reviewer asks for changes: it is a draft again, with the reason on it."""
    row = _reviewed(actor, activity_id)
    _move(row.id, Deed.SEND_BACK, reason=reason)
    audit.record(
        actor.id, "activity.sent_back", "activity", row.id, region_code=row.region_code,
        reason=reason,
    )  # fmt: skip
    _tell_maker(row, "activity.sent_back", {"reason": reason})


def cancel(actor: Principal, activity_id: str, reason: str) -> None:
    """Call it off: what has not begun takes place no more, everybody is told, points go back.

    Raises:
        WrongState: it is finished or cancelled already.
    """
    row = hosted(actor, activity_id)
    _move(row.id, Deed.CANCEL, reason=reason, revision=Activity.revision + 1)
    told = _close_coming_shifts(row.id)
    if row.reserved_at is not None and not _has_undecided_records(row.id):
        release_reserve(row.id, row.region_code, actor.id)
    audit.record(
        actor.id, "activity.cancelled", "activity", row.id, region_code=row.region_code,
        reason=reason, signups=told,
    )  # fmt: skip
    if row.published_at is not None:
        outbox.emit("activity.cancelled", activity_id=row.id)


def hosted(actor: Principal, activity_id: str) -> Row[Any]:
    """An activity that the actor hosts.

    Raises:
        NotFound, Forbidden: it is not theirs to see, or to host.
    """
    row = activities.visible(actor, activity_id)
    host = activities.host_of(row)
    actor.require_that(Permission.ACTIVITY_HOST, policies.may_host(actor, host))
    return row


# --- inside ---------------------------------------------------------------------------------------


def _planned_host(plan: ActivityPlan) -> policies.Host:
    try:
        path = path_of(plan.region_code)
    except NotFound as error:
        raise Invalid.field("region_code", _l("There is no such region.")) from error
    if plan.organization_id is not None:
        try:
            organizations.host(plan.organization_id)
        except NotFound as error:
            raise Invalid.field("organization_id", _l("There is no such organization.")) from error
    return policies.Host(plan.organization_id, plan.region_code, path)


def _columns_of(plan: ActivityPlan) -> dict[str, Any]:
    starts = [shift.starts_at for shift in plan.shifts]
    return {
        "title": plan.title,
        "description": plan.description,
        "category": plan.category,
        "organization_id": plan.organization_id,
        "region_code": plan.region_code,
        "checkin_metres": plan.checkin_metres,
        "minimum_age": plan.minimum_age,
        "skills": plan.skills or None,
        "risks": plan.risks or None,
        "insured": plan.insured,
        "what_to_bring": plan.what_to_bring or None,
        "cancellation_hours": plan.cancellation_hours,
        "first_starts_at": min(starts),
        "last_ends_at": max(shift.ends_at for shift in plan.shifts),
        **place_values(plan.location),
    }


def _write_shifts(activity_id: str, plan: ActivityPlan) -> None:
    rows = [shift_values(activity_id, plan.region_code, shift) for shift in plan.shifts]
    db.session.execute(insert(Shift), rows)


def _make_findable(activity_id: str, plan: ActivityPlan) -> None:
    place = plan.location.name if plan.location else ""
    search.index(activities.SEARCH_KIND, activity_id, plan.title, plan.description, place)


def _reviewed(actor: Principal, activity_id: str) -> Row[Any]:
    row = activities.visible(actor, activity_id)
    host = activities.host_of(row)
    actor.require_that(Permission.ACTIVITY_REVIEW, policies.may_review(actor, host))
    return row


def _needs_review(row: Row[Any]) -> bool:
    """A community's own activity needs none; an organization's none where it is at home, verified,
    and of good standing."""
    if row.organization_id is None:
        return False
    organization = organizations.host(row.organization_id)
    at_home = organization.region_code in codes_of(row.region_path)
    trusted = organization_rules.publishes_without_review(organization.level)
    return not (organization.verified and at_home and trusted)


def _publish(actor: Principal, row: Row[Any], deed: Deed) -> None:
    present = now()
    if row.first_starts_at <= present:
        raise WrongState(_l("Its first shift has begun. Give it new times."))
    _move(row.id, deed, reason=None, published_at=present, reserved_at=present)
    db.session.execute(update(Shift).where(Shift.activity_id == row.id).values(takes_signups=True))
    reserve = reserve_full_house(row, actor.id)
    audit.record(
        actor.id, "activity.published", "activity", row.id, region_code=row.region_code,
        reserve=reserve,
    )  # fmt: skip


def _move(activity_id: str, deed: Deed, **values: Any) -> None:
    """Decide about an activity, if its last decision allows it and it is not over."""
    way = ACTIVITY_TRANSITIONS[deed]
    moved = db.session.connection().execute(
        update(Activity)
        .where(Activity.id == activity_id, Activity.decision.in_(way.sources), ~is_over(now()))
        .values(decision=way.target, **values)
    )
    if not moved.rowcount:
        raise WrongState


def _close_coming_shifts(activity_id: str) -> int:
    """Close the shifts that have not begun and end their sign-ups; returns how many."""
    present = now()
    coming = (Shift.activity_id == activity_id, Shift.starts_at > present)
    # The shifts first: a sign-up that is on its way holds its row, so that it is seen below.
    db.session.execute(
        update(Shift)
        .where(*coming)
        .values(takes_signups=False, taken=0, waiting=0, closed_at=present)
    )
    ended = db.session.connection().execute(
        update(Signup)
        .where(
            Signup.activity_id == activity_id,
            Signup.starts_at > present,
            Signup.status.in_(ACTIVE_SIGNUPS),
        )
        .values(status=SignupStatus.CANCELLED, cancelled_at=present, ended_by_host=True)
    )
    return int(ended.rowcount)


def _has_undecided_records(activity_id: str) -> bool:
    undecided = exists().where(
        ServiceRecord.activity_id == activity_id, ServiceRecord.status.in_(UNDECIDED_RECORDS)
    )
    return bool(db.session.execute(select(undecided)).scalar())


def _tell_maker(row: Row[Any], kind: str, params: dict[str, str]) -> None:
    outbox.emit(
        "notify",
        user_id=row.created_by,
        kind=kind,
        params={"title": row.title, **params},
        url=f"/hosting/activities/{row.id}",
    )
