"""Taking a case down for somebody at the counter or on the phone."""

from __future__ import annotations

from portal.accounts.queries import facts_of, member_by_code
from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.regions.queries import paths_of
from portal.suggestions.rules.machine import By
from portal.suggestions.services.recording import instant
from portal.suggestions.services.taking_in import Received, Report, enter, judged


def receive_for(actor: Principal, report: Report, member_code: str = "") -> Received:
    """Take a case down for somebody.

    Args:
        actor: the social worker, whom the case names beside who asked.
        report: what the person says.
        member_code: of a resident, who finds the case among their own; empty for somebody who has
            no account or does not want to be named.

    Raises:
        Forbidden: the actor does no such work in that region.
        Invalid: as :func:`receive`; or the code is not one of a resident confirmed there.
    """
    category = judged(report)
    actor.require(Permission.SUGGESTION_TAKE, regions=_path(report.region_code))
    person = _resident(actor, member_code) if member_code else None
    return enter(
        report,
        category,
        By.SOCIAL_WORKER,
        instant(),
        reported_by=person,
        user_id=actor.id,
        filed_by=actor.id,
    )


def _resident(actor: Principal, member_code: str) -> str:
    """The id of a resident whose home is confirmed in a community where the actor works. Whose
    code is another's is said to be nobody's: it is no way to learn who lives where."""
    found = member_by_code(member_code)
    person = facts_of(found[0]) if found else None
    home = person.home_region_code if person and person.home_verified_at else None
    if person is None or not home or not _works_in(actor, home):
        raise Invalid.field(
            "member_code", _l("This is not the member code of a confirmed resident here.")
        )
    return str(person.id)


def _works_in(actor: Principal, home: str) -> bool:
    return actor.holds(Permission.SUGGESTION_TAKE, regions=_path(home))


def _path(code: str) -> tuple[str, ...]:
    return paths_of([code]).get(code, ())
