"""The addresses of Open311 GeoReport v2."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, current_app, g, request
from werkzeug.wrappers import Response

from portal.core import idempotency
from portal.core.access import requires
from portal.core.endpoint import KEY_HEADER, REPLAY_HEADER
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.core.limits import CODES, OPEN311, limit
from portal.core.permissions import Permission
from portal.core.unit_of_work import unit_of_work
from portal.open311 import queries, reading, telling
from portal.open311.filing import file_request, jurisdiction_of, system_of
from portal.open311.formats import answer
from portal.suggestions.queries import departments

blueprint = Blueprint("open311", __name__, url_prefix="/open311")

MOST_SERVICES = 1_000


@blueprint.get("/discovery.<ending:ending>", endpoint="root_discovery")
@blueprint.get("/v2/discovery.<ending:ending>")
@requires(Permission.PUBLIC)
def discovery(ending: str) -> Response:
    """What is served here, and where."""
    settings: Any = current_app.settings  # type: ignore[attr-defined]
    content = telling.discovery(_base(), queries.changed_at(), is_test=settings.demo)
    return answer(ending, "discovery", content)


@blueprint.get("/v2/services.<ending:ending>")
@requires(Permission.PUBLIC)
def list_services(ending: str) -> Response:
    """What requests can be about."""
    region = jurisdiction_of(reading.argument("jurisdiction_id"))
    rows = departments.categories(region, limit=MOST_SERVICES).items
    return answer(ending, "services", telling.services(rows))


@blueprint.get("/v2/services/<word:service_code>.<ending:ending>")
@requires(Permission.PUBLIC)
def define_service(service_code: str, ending: str) -> Response:
    """The questions of one service."""
    jurisdiction_of(reading.argument("jurisdiction_id"))
    category = departments.category(service_code)
    if category is None:
        raise NotFound(_l("There is no service with this service_code."))
    content = telling.definition(category.code, category.attributes)
    return answer(ending, "service_definition", content)


@blueprint.get("/v2/requests.<ending:ending>")
@requires(Permission.PUBLIC)
def list_requests(ending: str) -> Response:
    """Requests of some days."""
    jurisdiction = jurisdiction_of(reading.argument("jurisdiction_id"))
    return _told(ending, queries.requests(reading.wanted(), jurisdiction))


@blueprint.get("/v2/requests/<word:number>.<ending:ending>")
@requires(Permission.PUBLIC)
def get_request(number: str, ending: str) -> Response:
    """One request."""
    return _told(ending, [_asked_for(number)])


@blueprint.get("/v2/requests/<word:number>/updates.<ending:ending>")
@requires(Permission.PUBLIC)
def list_updates(number: str, ending: str) -> Response:
    """What happened to one request (an extension)."""
    return answer(ending, "service_request_updates", telling.updates(_asked_for(number)))


@blueprint.get("/v2/tokens/<word:number>.<ending:ending>")
@requires(Permission.PUBLIC)
def get_token(number: str, ending: str) -> Response:
    """The request behind a token. Requests get their ids at once: token and id are the same."""
    row = _asked_for(number)
    content = [{"service_request_id": row.number, "token": row.number}]
    return answer(ending, "service_requests", content)


@blueprint.post("/v2/requests.<ending:ending>")
@requires(Permission.PUBLIC)
def post_request(ending: str) -> Response:
    """File a request. Whoever does so is known by a key, not by a cookie."""
    form = reading.sent()
    try:
        g.open311_system = system_of(form.fields.get("api_key") or reading.argument("api_key"))
    except Forbidden:
        _count_wrong_key()
        raise
    return _filed(ending, form)


post_request.without_csrf = True  # type: ignore[attr-defined]


@limit(CODES)
def _count_wrong_key() -> None:
    """Nobody tries keys by the thousand."""


@limit(lambda: OPEN311, key_func=lambda: f"open311:{g.open311_system}")
def _filed(ending: str, form: reading.Sent) -> Response:
    scope = _scope()
    with unit_of_work():
        if scope and (stored := idempotency.reserve(scope, _meaning(form))):
            response = answer(ending, "service_requests", stored.answer)
            response.headers[REPLAY_HEADER] = "true"
            return response
        received = file_request(g.open311_system, form)
        working_days = queries.request_of(received.number, None).due_working_days
        content = [
            {
                "service_request_id": received.number,
                "service_notice": telling.promise(working_days),
                "account_id": form.fields.get("account_id"),
            }
        ]
        if scope:
            idempotency.store(scope, 200, content)
    return answer(ending, "service_requests", content)


def _scope() -> str | None:
    """As everywhere in the portal: a request that is sent again under its key is one request."""
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not (key.isascii() and key.isprintable()):
        raise Invalid.field(KEY_HEADER, _l("The key has 1 to 255 characters."))
    return idempotency.scope_of(f"open311:{g.open311_system}", "requests", key)


def _meaning(form: reading.Sent) -> bytes:
    plain = {name: value for name, value in form.fields.items() if name != "api_key"}
    return json.dumps([plain, dict(form.answers)], sort_keys=True).encode()


def _asked_for(number: str) -> queries.RequestRow:
    return queries.request_of(number, jurisdiction_of(reading.argument("jurisdiction_id")))


def _told(ending: str, rows: Any) -> Response:
    content = telling.requests(rows, _base(), extended=reading.wants_extensions())
    return answer(ending, "service_requests", content)


def _base() -> str:
    """How addresses of the portal begin."""
    settings: Any = current_app.settings  # type: ignore[attr-defined]
    return str(settings.public_url or request.host_url.rstrip("/"))
