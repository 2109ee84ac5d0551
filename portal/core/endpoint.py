"""Endpoints of the JSON API: declared once, read strictly, described truthfully.

``ApiBlueprint`` registers a function with its permission, its query, its body and its answers. The
same declaration checks the request, opens the unit of work, keeps the idempotency key, and makes
the OpenAPI document.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Blueprint, Response, g, request
from marshmallow import Schema

from portal.core import idempotency
from portal.core.access import current_principal, requires
from portal.core.endpoint_files import Files, kept_files, picture
from portal.core.errors import Invalid, Malformed, TooLarge, UnsupportedMediaType
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission
from portal.core.schema import Input, load
from portal.core.unit_of_work import unit_of_work

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
MOST_DIGITS = 40
KEY_HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotency-Replayed"
PREFIX = "/api/v1"
JSON = "application/json"

Function = TypeVar("Function", bound=Callable[..., Any])


class Nothing(Input):
    """No fields at all: the query of most writes."""


@dataclass(frozen=True)
class Endpoint:
    """One operation of the API, as declared."""

    method: str
    path: str
    name: str
    tag: str
    summary: str
    permission: Permission
    query: type[Schema]
    body: type[Schema] | None
    answer: type[Schema] | None
    status: int
    refusals: tuple[str, ...]
    idempotent: bool
    statuses: tuple[int, ...] = field(default=())
    secrets: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    media_type: str = JSON
    files: Files | None = None


endpoints: list[Endpoint] = []
"""Every declared endpoint, in the order of registration; the OpenAPI document is made of them."""


class ApiBlueprint(Blueprint):
    """A feature's part of the API."""

    def __init__(self, name: str, import_name: str, *, tag: str) -> None:
        super().__init__(f"{name}_api", import_name, url_prefix=PREFIX)
        self.tag = tag

    def read(
        self,
        path: str,
        *,
        permission: Permission,
        answer: type[Schema],
        query: type[Schema] = Nothing,
        anywhere: bool = False,
        refusals: tuple[str, ...] = (),
    ) -> Callable[[Function], Function]:
        """Register a GET. The function gets the path's values and, if it has fields, ``query``.
        It returns the answer's JSON."""
        return self._register(
            Endpoint("GET", path, "", self.tag, "", permission, query, None, answer, 200,
                     refusals, idempotent=False),
            anywhere=anywhere, transaction=False,
        )  # fmt: skip

    def export(
        self,
        path: str,
        *,
        permission: Permission,
        media_type: str,
        refusals: tuple[str, ...] = (),
    ) -> Callable[[Function], Function]:
        """Register a GET of a file. The function returns its text, which is sent in UTF-8."""
        return self._register(
            Endpoint("GET", path, "", self.tag, "", permission, Nothing, None, None, 200,
                     refusals, idempotent=False, media_type=media_type),
            anywhere=False, transaction=False,
        )  # fmt: skip

    def picture(
        self,
        path: str,
        *,
        permission: Permission,
        query: type[Schema] = Nothing,
        media_type: str = "image/webp",
    ) -> Callable[[Function], Function]:
        """Register a GET of a picture. The function returns the path of its file, and whether
        everybody may see it."""
        return self._register(
            Endpoint("GET", path, "", self.tag, "", permission, query, None, None, 200, (),
                     idempotent=False, media_type=media_type),
            anywhere=False, transaction=False,
        )  # fmt: skip

    def upload(
        self,
        path: str,
        *,
        permission: Permission,
        files: Files,
        answer: type[Schema],
        status: int = 201,
        refusals: tuple[str, ...] = (),
    ) -> Callable[[Function], Function]:
        """Register a POST of files (multipart/form-data, RFC 7578).

        ``files.admit`` says with the path's values whether the caller may send any at all; then
        they are kept, outside of any transaction; then the function gets their ``names`` inside a
        unit of work, as with :meth:`write`. What it refuses is not kept.
        """
        return self._register(
            Endpoint("POST", path, "", self.tag, "", permission, Nothing, None, answer, status,
                     refusals, idempotent=True, files=files),
            anywhere=False, transaction=True,
        )  # fmt: skip

    def write(
        self,
        path: str,
        *,
        permission: Permission,
        method: str = "POST",
        body: type[Schema] | None = None,
        answer: type[Schema] | None = None,
        status: int = 200,
        anywhere: bool = False,
        refusals: tuple[str, ...] = (),
        idempotent: bool | None = None,
        transaction: bool = True,
        statuses: tuple[int, ...] = (),
        secrets: Mapping[str, Callable[[Any], Any]] | None = None,
    ) -> Callable[[Function], Function]:
        """Register a POST, PUT or DELETE.

        The function runs inside a unit of work (unless ``transaction`` is false) and, for a POST,
        under the caller's idempotency key. It gets the path's values and ``body`` if there is
        one, and returns the answer's JSON, or None for 204.

        ``refusals`` are the codes of 409s (and other special ones) it can answer with;
        ``statuses`` are further statuses of refusals. ``secrets`` are members of the answer that
        are not kept with an idempotency key, and how each is made again from the rest.
        """
        takes_key = (method == "POST" and transaction) if idempotent is None else idempotent
        return self._register(
            Endpoint(method, path, "", self.tag, "", permission, Nothing, body, answer,
                     204 if answer is None else status, refusals, takes_key, statuses=statuses,
                     secrets=secrets or {}),
            anywhere=anywhere, transaction=transaction,
        )  # fmt: skip

    def _register(
        self, draft: Endpoint, *, anywhere: bool, transaction: bool
    ) -> Callable[[Function], Function]:
        def register(function: Function) -> Function:
            summary = summary_of(function.__doc__)
            endpoint = Endpoint(**{**draft.__dict__, "name": function.__name__, "summary": summary})
            view = _view(endpoint, function, transaction=transaction)
            view.__name__ = function.__name__
            view.untraced = getattr(function, "untraced", False)
            requires(endpoint.permission, anywhere=anywhere)(view)
            self.add_url_rule(endpoint.path, function.__name__, view, methods=[endpoint.method])
            endpoints.append(endpoint)
            return function

        return register


def summary_of(docstring: str | None) -> str:
    """What the API says of an endpoint: the first paragraph of its docstring, as one line."""
    return " ".join((docstring or "").strip().split("\n\n")[0].split())


def _view(endpoint: Endpoint, function: Callable[..., Any], *, transaction: bool) -> Any:
    query_schema = endpoint.query()
    query_argument = bool(query_schema.fields)
    body_schema = endpoint.body() if endpoint.body else None

    def view(**values: Any) -> Response:
        query = _query(query_schema)
        if query_argument:
            values["query"] = query
        if endpoint.files is not None:
            return _with_files(endpoint, endpoint.files, function, values)
        if endpoint.method in ("POST", "PUT", "PATCH"):
            body = read_body(body_schema)
            if body_schema is not None:
                values["body"] = body
        if endpoint.method == "GET" or not transaction:
            return _read(endpoint, function(**values))
        scope = _idempotency_scope() if endpoint.idempotent else None
        meaning = _meaning(request.get_data()) if scope else b""
        return _in_transaction(endpoint, function, values, scope, meaning)

    return view


def _with_files(
    endpoint: Endpoint, files: Files, function: Callable[..., Any], values: dict[str, Any]
) -> Response:
    scope = _idempotency_scope()
    files.admit(**values)
    with kept_files(files) as sent:
        done = _in_transaction(
            endpoint, function, {**values, "names": sent.names}, scope, sent.meaning
        )
        if REPLAY_HEADER in done.headers:
            sent.forget()
        return done


def _read(endpoint: Endpoint, content: Any) -> Response:
    """What was asked for, as what it is."""
    if endpoint.media_type == JSON:
        return answer(content, endpoint.status)
    if endpoint.media_type.startswith("image/"):
        path, seen_by_all = content
        return picture(path, seen_by_all, endpoint.media_type)
    return Response(content, content_type=f"{endpoint.media_type}; charset=utf-8")


def _in_transaction(
    endpoint: Endpoint,
    function: Callable[..., Any],
    values: dict[str, Any],
    scope: str | None,
    meaning: bytes,
) -> Response:
    with unit_of_work():
        if scope and (stored := idempotency.reserve(scope, meaning)):
            g.requirement = None  # the same caller was let through with the same request before
            again = {name: made(stored.answer) for name, made in endpoint.secrets.items()}
            replay = answer({**stored.answer, **again} if again else stored.answer, stored.status)
            replay.headers[REPLAY_HEADER] = "true"
            return replay
        content = function(**values)
        if scope:
            idempotency.store(scope, endpoint.status, _without(content, endpoint.secrets))
    return answer(content, endpoint.status)


def _meaning(data: bytes) -> bytes:
    """A body as it is compared under a key: no body is ``{}``, and the order of names and the
    blanks between them say nothing (RFC 8259)."""
    content = _parsed(data) if data.strip() else {}
    return json.dumps(content, sort_keys=True).encode()


def _without(content: Any, names: Mapping[str, Any]) -> Any:
    """What may be kept of an answer."""
    return {n: v for n, v in content.items() if n not in names} if names else content


def _idempotency_scope() -> str | None:
    key = request.headers.get(KEY_HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= 255 or not (key.isascii() and key.isprintable()):
        raise Invalid.field(KEY_HEADER, _l("The key has 1 to 255 characters."))
    principal = current_principal()
    return idempotency.scope_of(principal.id if principal else "", request.path, key)


def answer(content: Any, status: int) -> Response:
    """A JSON answer; None is an empty one."""
    if content is None:
        response = Response(status=status)
        del response.headers["Content-Type"]
        return response
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status=status, content_type=JSON)


def _query(schema: Schema) -> dict[str, Any]:
    _refuse_unreadable(request.query_string)
    arguments = request.args
    if not arguments:
        return load(schema, {}) if schema.fields else {}
    values: dict[str, Any] = {}
    for name, given in arguments.lists():
        if len(given) > 1:
            raise Invalid.field(name, _l("Give this once."))
        values[name] = given[0]
    return load(schema, values)


def _refuse_unreadable(query: bytes) -> None:
    """Bytes that are no UTF-8 would reach the fields as something else than was sent."""
    try:
        unquote_to_bytes(query).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(_l("The address has characters that cannot be read.")) from error


def read_body(schema: Schema | None) -> dict[str, Any]:
    """The JSON body of this request, by a schema. Where no field is needed (or there is no schema,
    so that it must be ``{}``) it may be left out.

    Raises:
        UnsupportedMediaType, TooLarge, Malformed, Invalid: what is wrong with it.
    """
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge
    data = request.get_data(cache=True)
    if len(data) > MOST_BYTES:
        raise TooLarge
    if not data.strip() and not needs_body(schema):
        return {} if schema is None else load(schema, {})
    if request.mimetype != JSON or "Content-Encoding" in request.headers:
        raise UnsupportedMediaType
    content = _parsed(data)
    if not isinstance(content, Mapping):
        raise Invalid(_l("The body must be a JSON object."))
    return load(schema or Nothing(), content)


def needs_body(schema: Schema | None) -> bool:
    """Whether a body must be sent at all."""
    return schema is not None and any(each.required for each in schema.fields.values())


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode("utf-8"),
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_countable,
            object_pairs_hook=_each_once,
        )
    except (ValueError, RecursionError) as error:
        raise Malformed from error


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are different: readers disagree on which of two counts (RFC 8259 §4).
    A name that cannot be sent back becomes one that can, and is unknown."""
    found: dict[str, Any] = {}
    for given, value in members:
        name = given.encode("utf-8", "replace").decode()
        if name in found:
            raise Invalid.field(name, _l("Give this once."))
        found[name] = value
    return found


def _countable(text: str) -> float:
    """An integer; one of more digits than any field takes is no number the field will take."""
    return int(text) if len(text) <= MOST_DIGITS else math.nan


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):  # 1e999: JSON, but no number we can keep; the field will refuse it
        return math.nan
    return value
