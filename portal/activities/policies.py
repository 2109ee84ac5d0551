"""Who may do what to activities and records: pure functions, for services and templates alike."""

from __future__ import annotations

from dataclasses import dataclass

from portal.activities.rules import PUBLIC_STATUSES, RecordStatus
from portal.core.permissions import Permission, Principal


@dataclass(frozen=True)
class Host:
    """Who answers for an activity or a record: an organization, or (None) the community itself.

    ``path`` is the region's code and those of all above it, city first.
    """

    organization_id: str | None
    region_code: str
    path: tuple[str, ...]

    def held_by(self, principal: Principal | None, permission: Permission) -> bool:
        if principal is None:
            return False
        if self.organization_id is not None:
            return principal.holds(permission, organization=self.organization_id)
        return principal.holds(permission, regions=self.path)


def may_host(principal: Principal | None, host: Host) -> bool:
    return host.held_by(principal, Permission.ACTIVITY_HOST)


def may_confirm(principal: Principal | None, host: Host) -> bool:
    return host.held_by(principal, Permission.RECORD_CONFIRM)


def may_review(principal: Principal | None, host: Host) -> bool:
    return principal is not None and principal.holds(Permission.ACTIVITY_REVIEW, regions=host.path)


def may_see_activity(
    principal: Principal | None, host: Host, status: str, *, was_published: bool
) -> bool:
    """What was published is public; the rest is for its host and its reviewers."""
    if was_published and status in PUBLIC_STATUSES:
        return True
    return may_host(principal, host) or may_review(principal, host)


def may_see_record(principal: Principal, host: Host, resident_id: str, status: str) -> bool:
    """The person, the host; and during the publicity period the whole community."""
    if principal.id == resident_id or may_confirm(principal, host):
        return True
    return status == RecordStatus.PROVISIONAL and is_of_community(principal, host)


def may_see_evidence(principal: Principal, host: Host, resident_id: str) -> bool:
    """The photos sent with a report: the person and the host. They may show a neighbour's home, so
    the publicity period shows what was done, and not them."""
    return principal.id == resident_id or may_confirm(principal, host)


def is_of_community(principal: Principal, host: Host) -> bool:
    """Whether the person is a verified resident of the region served."""
    return principal.verified and host.region_code in principal.home_path


def may_dispute(principal: Principal, host: Host, resident_id: str, status: str) -> bool:
    """The person at any time; the community while the record is announced."""
    if principal.id == resident_id:
        return True
    return status == RecordStatus.PROVISIONAL and is_of_community(principal, host)
