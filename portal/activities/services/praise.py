"""Praise for whoever hosted an activity, by those who took part and those who were served."""

from __future__ import annotations

from portal.activities import policies
from portal.activities.errors import NotAParticipant
from portal.activities.queries import activities, records
from portal.activities.rules import OPEN_STATUSES, ActivityStatus
from portal.core.clock import now
from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.organizations.errors import OwnOrganization
from portal.organizations.queries import is_one_of_ours
from portal.organizations.services import add_praise

PRAISED_WHEN = (*OPEN_STATUSES, ActivityStatus.FINISHED)


def praise_activity(actor: Principal, activity_id: str, score: int, comment: str) -> str:
    """Praise the organization behind an activity, once; returns the praise's id.

    Raises:
        WrongState: it has not begun, was cancelled, or the community itself is the host.
        NotAParticipant: the person neither took part nor lives in the community served.
        OwnOrganization, AlreadyPraised: as they say.
    """
    activity = activities.visible(actor, activity_id)
    if activity.organization_id is None:
        raise WrongState(_l("The community itself was the host. Praise is for organizations."))
    if activity.status not in PRAISED_WHEN or activity.first_starts_at > now():
        raise WrongState
    if is_one_of_ours(actor, activity.organization_id):
        raise OwnOrganization
    took_part = records.took_part(actor.id, activity.id)
    if not took_part and not policies.is_of_community(actor, activities.host_of(activity)):
        raise NotAParticipant
    return add_praise(
        actor, activity.organization_id, activity.id, score, comment, as_participant=took_part
    )
