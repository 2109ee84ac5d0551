"""What can be read of organizations, their people, their praise and their standing."""

from portal.organizations.queries.evidence import evidence, praised_by
from portal.organizations.queries.listing import (
    Host,
    detail,
    host,
    managed,
    names_of,
    page,
    standing,
    summaries,
    summary,
    to_decide,
    waiting_for_verification,
)
from portal.organizations.queries.people import (
    hold_people_of,
    invitations_by,
    invitations_of,
    is_one_of_ours,
    members,
    mine,
)
from portal.organizations.queries.praise import (
    count_praise_by,
    flagged,
    flags_of,
    may_change_praise,
    praise_by,
    praise_for,
    praise_to_moderate,
    praises,
)
from portal.organizations.standing import Standing

__all__ = [
    "Host",
    "Standing",
    "count_praise_by",
    "detail",
    "evidence",
    "flagged",
    "flags_of",
    "hold_people_of",
    "host",
    "invitations_by",
    "invitations_of",
    "is_one_of_ours",
    "managed",
    "may_change_praise",
    "members",
    "mine",
    "names_of",
    "page",
    "praise_by",
    "praise_for",
    "praise_to_moderate",
    "praised_by",
    "praises",
    "standing",
    "summaries",
    "summary",
    "to_decide",
    "waiting_for_verification",
]
