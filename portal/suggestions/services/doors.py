"""Whom a deed is for: a case that the person may see, and what they are to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from portal.core.errors import Forbidden
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.regions.rules import codes_of
from portal.suggestions.queries import cases
from portal.suggestions.queries.visibility import departments_of
from portal.suggestions.services.recording import Change


def for_dispatcher(actor: Principal, suggestion_id: str) -> Row[Any]:
    """A case of a region where the person dispatches.

    Raises:
        NotFound: there is none that the person may see.
        Forbidden: it is another dispatcher's.
    """
    row = cases.visible(actor, suggestion_id)
    actor.require(Permission.SUGGESTION_DISPATCH, regions=codes_of(row.region_path))
    return row


def for_supervisor(actor: Principal, suggestion_id: str) -> Row[Any]:
    """A case of a region where the person supervises.

    Raises:
        NotFound: there is none that the person may see.
        Forbidden: it is another supervisor's.
    """
    row = cases.visible(actor, suggestion_id)
    actor.require(Permission.SUGGESTION_SUPERVISE, regions=codes_of(row.region_path))
    return row


def for_lead(actor: Principal, suggestion_id: str) -> Change:
    """A change of a case that a department of the person's has.

    Raises:
        NotFound: there is none that the person may see.
        Forbidden: another department has it.
    """
    row = cases.visible(actor, suggestion_id)
    actor.require(Permission.SUGGESTION_HANDLE, department=row.department_id)
    return Change(row)


def for_department(actor: Principal, suggestion_id: str) -> Change:
    """A change of a case that a department of the person's has, or has a part in.

    Raises:
        NotFound: there is none that the person may see.
        Forbidden: other departments have it.
    """
    change = Change(cases.visible(actor, suggestion_id))
    mine = departments_of(actor)
    actor.require_that(
        Permission.SUGGESTION_HANDLE,
        change.case.department_id in mine or any(each in change.case.parts for each in mine),
    )
    return change


def for_reporter(actor: Principal, suggestion_id: str) -> Change:
    """A change of a case that the person has reported.

    Raises:
        NotFound: there is none that the person may see.
        Forbidden: somebody else has reported it.
    """
    row = cases.visible(actor, suggestion_id)
    if row.reported_by != actor.id:
        raise Forbidden(_l("Only who asked can judge the answer."))
    return Change(row)
