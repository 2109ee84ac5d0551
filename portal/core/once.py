"""A form sent twice has one effect.

People double-click, and phones send again when the line was lost. A form that moves points or
takes a place carries a key of its own (``form_key`` in templates); the second arrival goes where
the first one went.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import g, request
from markupsafe import Markup

from portal.core import idempotency
from portal.core.access import the_principal
from portal.core.ids import new_id
from portal.core.unit_of_work import unit_of_work

FIELD = "form_key"
_SEE_OTHER = 303


def form_key() -> Markup:
    """The hidden field, for templates."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_id())


def once(work: Callable[[], str]) -> str:
    """Run ``work`` in a unit of work, at most once for the form at hand.

    Args:
        work: does the deed and returns the address of the page to show.

    Returns:
        The address; for a form that arrives again, the one of its first arrival.

    Raises:
        DomainError: what ``work`` refuses; then the form may be sent again.
    """
    key = request.form.get(FIELD, "")[:64]
    scope = idempotency.scope_of(the_principal().id, request.path, key) if key else None
    with unit_of_work():
        if scope and (stored := idempotency.reserve(scope, b"")):
            g.requirement = None  # the same person was let through with this form before
            return str(stored.answer)
        address = work()
        if scope:
            idempotency.store(scope, _SEE_OTHER, address)
    return address
