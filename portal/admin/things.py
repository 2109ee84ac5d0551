"""What the things of the audit log are called, and where those are that have a page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from portal.accounts.models import PlaceClaim
from portal.accounts.queries import display_names
from portal.accounts.scopes import scope_names
from portal.activities.models import Activity, ServiceRecord, Shift, Signup
from portal.admin.deeds import Names
from portal.admin.places import to
from portal.consultations.models import Comment, Commitment, Consultation, Talk
from portal.core.database import db
from portal.core.permissions import ScopeKind
from portal.market.models import Offer, Voucher
from portal.notices.models import NoticeText
from portal.notices.rules import FIRST_LOCALE
from portal.organizations.models import Organization, Praise
from portal.regions.models import Region
from portal.regions.rules import spoken_name
from portal.supervision.models import SupervisionQuestion

_SCOPES = tuple(ScopeKind)

_PLACES = (
    PlaceClaim.id,
    select(PlaceClaim.id, Region.name).join(Region, Region.code == PlaceClaim.region_code),
)
_TITLES: dict[str, tuple[Any, Any]] = {
    "activity": (Activity.id, select(Activity.id, Activity.title)),
    "comment": (
        Comment.id,
        select(Comment.id, Consultation.title).join(
            Consultation, Consultation.id == Comment.consultation_id
        ),
    ),
    "commitment": (Commitment.id, select(Commitment.id, Commitment.title)),
    "consultation": (Consultation.id, select(Consultation.id, Consultation.title)),
    "home_claim": _PLACES,
    "notice": (
        NoticeText.notice_id,
        select(NoticeText.notice_id, NoticeText.title).where(NoticeText.locale == FIRST_LOCALE),
    ),
    "offer": (Offer.id, select(Offer.id, Offer.title)),
    "praise": (
        Praise.id,
        select(Praise.id, Organization.name).join(
            Organization, Organization.id == Praise.organization_id
        ),
    ),
    "question": (
        SupervisionQuestion.id,
        select(SupervisionQuestion.id, SupervisionQuestion.text),
    ),
    "service_record": (ServiceRecord.id, select(ServiceRecord.id, ServiceRecord.title)),
    "shift": (
        Shift.id,
        select(Shift.id, Activity.title).join(Activity, Activity.id == Shift.activity_id),
    ),
    "signup": (
        Signup.id,
        select(Signup.id, Activity.title).join(Activity, Activity.id == Signup.activity_id),
    ),
    "talk": (
        Talk.id,
        select(Talk.id, Consultation.title).join(
            Consultation, Consultation.id == Talk.consultation_id
        ),
    ),
    "voucher": (Voucher.id, select(Voucher.id, Voucher.title)),
    "work_claim": _PLACES,
}

_PAGES: dict[str, tuple[str, str]] = {
    "activity": ("activity", "activity_id"),
    "commitment": ("promise", "commitment_id"),
    "merchant": ("merchant", "merchant_id"),
    "organization": ("organization", "organization_id"),
    "question": ("question", "question_id"),
    "region": ("region", "code"),
}
"""Public pages alone: who reads the log may not open every thing that it names."""


def names_of_things(things: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What some things of the log are called, by kind and id, one statement a kind; unknown ones
    are left out."""
    ids: dict[str, set[str]] = {}
    for kind, thing_id in things:
        ids.setdefault(kind, set()).add(thing_id)
    found = {("user", each): name for each, name in display_names(ids.get("user", ())).items()}
    scopes = scope_names((kind, each) for kind in _SCOPES for each in ids.get(kind, ()))
    found |= {each: spoken_name(name) for each, name in scopes.items()}
    for kind in ids.keys() & _TITLES.keys():
        key, titles = _TITLES[kind]
        rows = db.session.execute(titles.where(key.in_(ids[kind])))
        found |= {(kind, thing_id): title for thing_id, title in rows}
    return found


def page_of(kind: str, thing_id: str, names: Names) -> str | None:
    """The address of a thing's public page; None where it has none, or is not known."""
    if kind not in _PAGES or (kind, thing_id) not in names:
        return None
    place, argument = _PAGES[kind]
    return to(place, **{argument: thing_id})
