"""At the door: who is asking, and does the view say whom it is for.

A view declares a permission with :func:`requires`; one that declares none is not answered. Who is
asking is read once a request, by a directory that ``portal.accounts`` registers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from flask import Flask, current_app, g, has_request_context, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms import ValidationError

from portal.core.doors import is_api_request
from portal.core.errors import Forbidden, NotFound, Unauthenticated
from portal.core.i18n import lazy_gettext as _l
from portal.core.permissions import Permission, Principal
from portal.core.unit_of_work import before_commit

log = logging.getLogger(__name__)

SESSION_KEY = "session_id"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_AT_THE_DOOR = frozenset({Permission.PUBLIC, Permission.SIGNED_IN, Permission.VERIFIED_RESIDENT})

View = TypeVar("View", bound=Callable[..., Any])
csrf = CSRFProtect()


class Directory(Protocol):
    """Finds who is behind a token or a session; None when it is unknown, ended or too old."""

    def by_token(self, token: str) -> Principal | None: ...

    def by_session(self, session_id: str) -> Principal | None: ...


@dataclass(frozen=True)
class Requirement:
    """What a view asks for; ``anywhere`` means that holding it in any scope opens the door."""

    permission: Permission
    anywhere: bool = False


def requires(permission: Permission, *, anywhere: bool = False) -> Callable[[View], View]:
    """Declare whom a view is for.

    A permission of a role without ``anywhere`` must be asked again for the thing at hand
    (``Principal.require``): a unit of work in which it was not asked is not committed.
    """

    def declare(view: View) -> View:
        view.requirement = Requirement(permission, anywhere)  # type: ignore[attr-defined]
        return view

    return declare


def init_app(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a form left open overnight loses nothing
    csrf.init_app(app)
    app.before_request(_guard)
    if _permission_was_asked not in before_commit:
        before_commit.append(_permission_was_asked)


def register_directory(app: Flask, directory: Directory) -> None:
    app.extensions["portal_directory"] = directory


def requirement_of(view: Any) -> Requirement | None:
    return getattr(view, "requirement", None)


def current_principal() -> Principal | None:
    """Who is asking; None for a stranger. Read once a request.

    Raises:
        Unauthenticated: the request brings a token that is not (or no longer) good.
    """
    if not has_request_context():
        return None
    if "principal" not in g:
        g.principal = None  # a failure below must not be tried again by the error page
        g.principal = _identify()
    principal: Principal | None = g.principal
    return principal


def the_principal() -> Principal:
    """Who is asking, on a view that is not for strangers.

    Raises:
        Unauthenticated: nobody is signed in.
    """
    principal = current_principal()
    if principal is None:
        raise Unauthenticated
    return principal


def _identify() -> Principal | None:
    header = request.headers.get("Authorization", "")
    if header and is_api_request():
        scheme, _, token = header.partition(" ")
        principal = _directory().by_token(token.strip()) if scheme.lower() == "bearer" else None
        if principal is None:
            raise Unauthenticated(_l("This token is not valid, or no longer."))
        return principal
    session_id = session.get(SESSION_KEY)
    if not session_id or (is_api_request() and not _cookie_counts()):
        return None
    return _directory().by_session(session_id)


def _directory() -> Directory:
    directory: Directory = current_app.extensions["portal_directory"]
    return directory


def _cookie_counts() -> bool:
    """A cookie alone may not change anything by the API: another site could send it."""
    if request.method in _SAFE:
        return True
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValidationError:
        return False
    return True


def _guard() -> None:
    if request.url_rule is None or request.method == "OPTIONS":
        return
    requirement = requirement_of(current_app.view_functions.get(request.endpoint or ""))
    if requirement is None:
        log.error("view declares no permission", extra={"endpoint": request.endpoint})
        raise NotFound
    g.requirement = requirement
    principal = current_principal()
    if requirement.permission is not Permission.PUBLIC:
        _admit(requirement, principal)
    if not is_api_request() and request.method not in _SAFE:
        _check_csrf()


def _admit(requirement: Requirement, principal: Principal | None) -> None:
    if principal is None:
        raise Unauthenticated
    if requirement.permission is Permission.VERIFIED_RESIDENT and not principal.verified:
        raise Forbidden(_l("Your community must confirm first that you live there."))
    if requirement.anywhere and not principal.holds_anywhere(requirement.permission):
        raise NotFound


def _check_csrf() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "without_csrf", False):
        return
    try:
        csrf.protect()
    except CSRFError as error:
        log.info("form without a valid token", extra={"reason": str(error.description)})
        raise Forbidden(
            _l("This form is too old. Open the page again and send it once more.")
        ) from error


def _permission_was_asked() -> None:
    """Before a commit: the permission that the view declared was asked for the thing at hand."""
    if not has_request_context():
        return
    requirement: Requirement | None = g.get("requirement")
    if requirement is None or requirement.anywhere or requirement.permission in _AT_THE_DOOR:
        return
    principal = g.get("principal")
    if principal is None or requirement.permission not in principal.checked:
        raise RuntimeError(f"{request.endpoint} never asked for {requirement.permission}")
