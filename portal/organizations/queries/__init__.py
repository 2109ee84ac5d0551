"""What can be read of organizations, their people, their praise and their standing."""

from portal.organizations.queries.evidence import evidence, praised_by
from portal.organizations.queries.listing import (
    Host,
    detail,
    host,
    managed,
    page,
    standing,
    summaries,
    summary,
    to_decide,
    waiting_for_verification,
)
from portal.organizations.queries.people import (
    invitations_by,
    invitations_of,
    is_one_of_ours,
    members,
    mine,
)
from portal.organizations.queries.praise import (
    flagged,
    flags_of,
    praise_for,
    praise_to_moderate,
    praises,
)
from portal.organizations.standing import Standing

__all__ = [
    "Host",
    "Standing",
    "detail",
    "evidence",
    "flagged",
    "flags_of",
    "host",
    "invitations_by",
    "invitations_of",
    "is_one_of_ours",
    "managed",
    "members",
    "mine",
    "page",
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
