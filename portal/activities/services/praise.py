"""Praise for whoever hosted an activity, by those who took part and those who were served."""

from __future__ import annotations

from portal.activities import policies
from portal.activities.errors import NotAParticipant
from portal.activities.queries import activities, records
from portal.activities.rules import ActivityStatus
from portal.core.errors import NotFound, WrongState
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Principal
from portal.organizations import queries as organizations
from portal.organizations.errors import OwnOrganization
from portal.organizations.services import add_praise
from portal.organizations.services import change_praise as change_said

PRAISED_WHEN = (ActivityStatus.RUNNING, ActivityStatus.FINISHED)


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
    if activity.status not in PRAISED_WHEN:
        raise WrongState
    if organizations.is_one_of_ours(actor, activity.organization_id):
        raise OwnOrganization
    took_part = records.took_part(actor.id, activity.id)
    if not took_part and not policies.is_of_community(actor, activities.host_of(activity)):
        raise NotAParticipant
    return add_praise(
        actor, activity.organization_id, activity.id, score, comment, as_participant=took_part
    )


def change_praise(actor: Principal, activity_id: str, score: int, comment: str) -> str:
    """Say something else about an activity that one has praised; returns the praise's id.

    Raises:
        NotFound: the person has not praised it, or may not see it.
        WrongState, OwnOrganization, Invalid: as in
            :func:`portal.organizations.services.change_praise`.
    """
    activity = activities.visible(actor, activity_id)
    own = organizations.praise_by(actor.id, activity.id)
    if own is None:
        raise NotFound
    change_said(actor, own.id, score, comment)
    return str(own.id)
