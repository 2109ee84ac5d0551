"""How pages look to this person: language, elder mode, colours."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, request

from portal.accounts import services
from portal.accounts.views.blueprint import blueprint
from portal.core.access import current_principal, requires
from portal.core.errors import Invalid
from portal.core.i18n import LOCALES, current_locale
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.core.web import MODES, THEMES, Display, remember_display, safe_next

_ALLOWED = {"locale": LOCALES, "mode": MODES, "theme": THEMES}


@blueprint.post("/preferences")
@requires(Permission.PUBLIC)
def preferences() -> Any:
    """Keep what was chosen: in cookies, and in the profile of who is signed in."""
    chosen = {name: request.form[name] for name in _ALLOWED if name in request.form}
    for name, value in chosen.items():
        if value not in _ALLOWED[name]:
            raise Invalid
    principal = current_principal()
    if principal and chosen:
        with unit_of_work():
            services.set_display(principal.id, **chosen)
    display = Display()
    before = {"locale": current_locale(), "mode": display.mode, "theme": display.theme}
    way_back = safe_next(request.form.get("next"), f"{request.script_root}/")
    response = make_response(redirect(way_back, 303))
    remember_display(response, **{**before, **chosen})
    return response
