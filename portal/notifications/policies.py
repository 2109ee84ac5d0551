"""Which kinds of notifications can concern whom."""

from __future__ import annotations

from portal.core.permissions import Permission, Principal, Role
from portal.notifications.kinds import KINDS, Kind, Whom

_HOLDING: dict[Whom, tuple[Permission, ...]] = {
    Whom.REVIEWERS: (Permission.ACTIVITY_REVIEW,),
    Whom.HOSTS: (Permission.ACTIVITY_HOST,),
    Whom.JUDGES: (Permission.RECORD_CONFIRM,),
    Whom.DECIDERS: (Permission.CONSULTATION_MANAGE,),
    Whom.ORGANIZERS: (Permission.ORGANIZATION_MANAGE,),
    Whom.SHOPKEEPERS: (Permission.MERCHANT_MANAGE,),
    Whom.DISPATCHERS: (Permission.SUGGESTION_DISPATCH,),
    Whom.HANDLERS: (Permission.SUGGESTION_HANDLE,),
    Whom.SUPERVISORS: (Permission.SUGGESTION_SUPERVISE,),
    Whom.CASEWORKERS: (Permission.SUGGESTION_DISPATCH, Permission.SUGGESTION_HANDLE),
}


def kinds_concerning(person: Principal, *, has_organization: bool) -> list[Kind]:
    """The kinds of which a person can be told, in their order.

    Args:
        person: whose roles count.
        has_organization: whether they belong to an organization, or have applied for one.
    """
    return [
        kind
        for kind in KINDS.values()
        if _is_one(person, kind.whom, has_organization=has_organization)
    ]


def _is_one(person: Principal, whom: Whom, *, has_organization: bool) -> bool:
    if whom is Whom.EVERYBODY:
        return True
    if whom is Whom.STAFF:
        return bool(person.roles - {Role.RESIDENT})
    if whom is Whom.FOUNDERS:
        return has_organization
    return any(map(person.holds_anywhere, _HOLDING[whom]))
