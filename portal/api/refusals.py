"""Every refusal the API knows, by its code: the domain errors of all rooms."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core import errors
from portal.core.endpoint import Endpoint
from portal.core.errors import DomainError
from portal.core.permissions import Permission

OWN_FAULT = "internal"
"""The code of a 500: never promised, so never declared."""

_WHO_ASKS = frozenset({Permission.PUBLIC, Permission.SIGNED_IN})


def catalogue() -> dict[str, type[DomainError]]:
    """Code to error, alphabetically; where several share a code, the first one declared."""
    found: dict[str, type[DomainError]] = {}
    for error in _all(DomainError):
        if error.code != OWN_FAULT:
            found.setdefault(error.code, error)
    return dict(sorted(found.items()))


def _all(parent: type[DomainError]) -> Iterator[type[DomainError]]:
    yield parent
    for child in parent.__subclasses__():
        yield from _all(child)


def codes_by_status(endpoint: Endpoint) -> dict[int, list[str]]:
    """Which refusals an endpoint can answer with: its own, and those of its kind.

    Raises:
        LookupError: a declared code belongs to no domain error.
    """
    codes: dict[int, set[str]] = {}
    for code in (*_of_its_kind(endpoint), *endpoint.refusals):
        codes.setdefault(_status(code), set()).add(code)
    for status in endpoint.statuses:
        codes.setdefault(status, set()).update(_general(status))
    return {status: sorted(codes[status]) for status in sorted(codes)}


def _status(code: str) -> int:
    try:
        return catalogue()[code].status
    except KeyError:
        raise LookupError(f"no domain error has the code {code!r}") from None


def _general(status: int) -> set[str]:
    """The core's own refusals with a status."""
    return {
        code
        for code, error in catalogue().items()
        if error.status == status and error.__module__ == errors.__name__
    }


def _of_its_kind(endpoint: Endpoint) -> Iterator[str]:
    yield "unauthenticated"  # a token that is not good is refused at every door
    yield "invalid"  # so is a query that is not understood
    if "<" in endpoint.path or endpoint.permission not in _WHO_ASKS:
        yield "not_found"
    if endpoint.permission is not Permission.PUBLIC:
        yield "forbidden"
    if endpoint.method == "GET":
        return
    yield from ("in_progress", "too_many_requests")
    if endpoint.method != "DELETE":
        yield from ("malformed", "too_large", "unsupported_media_type")
    if endpoint.idempotent:
        yield "idempotency_mismatch"
