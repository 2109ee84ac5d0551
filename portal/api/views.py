"""The document of the API, and the page that makes it readable."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, json, render_template

from portal.api import document, reference, refusals
from portal.core.access import requires
from portal.core.endpoint import PREFIX, endpoints
from portal.core.i18n import force_locale
from portal.core.permissions import Permission

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


def the_document() -> dict[str, Any]:
    """The OpenAPI document of this application, made once."""
    known = current_app.extensions.get("portal_openapi")
    if known is None:
        with force_locale("en"):
            known = document.build(endpoints)
        current_app.extensions["portal_openapi"] = known
    described: dict[str, Any] = known
    return described


@blueprint.get("/openapi.json")
@requires(Permission.PUBLIC)
def openapi() -> Response:
    """What the API can do, for machines."""
    text = json.dumps(the_document(), ensure_ascii=False, sort_keys=False)
    response = Response(text, content_type="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/docs")
@requires(Permission.PUBLIC)
def docs() -> str:
    """What the API can do, for people."""
    return render_template(
        "api/docs.html",
        operations=reference.operations_by_tag(endpoints, the_document()),
        refusals=refusals.catalogue(),
    )
