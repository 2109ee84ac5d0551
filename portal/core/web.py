"""The web shell of every request: ids, headers, refusals as pages or problems, template names."""

from __future__ import annotations

import json
import logging
import secrets
import time
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Request,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.exc import DBAPIError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import BaseConverter
from werkzeug.utils import cached_property

from portal.core import assets, errors
from portal.core.access import current_principal
from portal.core.database import db
from portal.core.doors import is_api_request, speaker
from portal.core.i18n import LOCALE_COOKIE, current_locale, html_lang
from portal.core.i18n import lazy_gettext as _l
from portal.core.ids import new_id
from portal.core.once import form_key
from portal.core.unit_of_work import is_contention

log = logging.getLogger(__name__)
access_log = logging.getLogger("portal.access")

PROBLEM = "application/problem+json"
MODES = ("standard", "elder")
THEMES = ("auto", "light", "dark")


class IdConverter(BaseConverter):
    regex = "[0-9a-hjkmnp-tv-z]{26}"


class RegionConverter(BaseConverter):
    regex = "[0-9]{2,15}"


class CodeConverter(BaseConverter):
    """A member code or another spoken code, as typed."""

    regex = "[0-9A-Za-z-]{4,40}"


class CookieSessions(SecureCookieSessionInterface):
    """Flask's own, with one signer for the life of the application in place of one a request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


class PortalRequest(Request):
    """A request whose form values hold no NUL: PostgreSQL cannot even be asked for one."""

    @cached_property
    def form(self) -> Any:
        given = super().form
        if not any("\x00" in value for _, value in given.items(multi=True)):
            return given
        return ImmutableMultiDict(
            [(name, value.replace("\x00", "")) for name, value in given.items(multi=True)]
        )


def init_app(app: Flask) -> None:
    app.request_class = PortalRequest
    app.session_interface = CookieSessions()
    app.before_request(_begin)
    app.after_request(_finish)
    app.context_processor(_template_context)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _unexpected)
    assets.init_app(app)


class WordConverter(BaseConverter):
    """A word of another system's: a code or a number, as it was given out here."""

    regex = "[0-9A-Za-z_-]{1,60}"


class EndingConverter(BaseConverter):
    """The format in which an answer is asked for."""

    regex = "(?:json|xml)"


def register_converters(app: Flask) -> None:
    app.url_map.converters.update(
        id=IdConverter,
        region=RegionConverter,
        code=CodeConverter,
        word=WordConverter,
        ending=EndingConverter,
    )


# --- one request ----------------------------------------------------------------------------


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    usable = 8 <= len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum()
    g.request_id = given if usable else new_id()
    g.untraced = _is_untraced()
    g.started = time.perf_counter()
    _keep_forms_short()
    _refuse_nul()


def _is_untraced() -> bool:
    """Whether the view asks for logs that do not lead back to the request."""
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "untraced", False))


def _keep_forms_short() -> None:
    """Werkzeug's limit for what a form holds is for forms with files; it reads others at once."""
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = request.max_form_memory_size


def _refuse_nul() -> None:
    """An address with a NUL in it. (The API's schemas name the field; forms leave it out.)"""
    if not is_api_request() and any("\x00" in value for _, value in request.args.items(multi=True)):
        raise errors.Malformed(_l("The address of this page has a character that cannot be read."))


def _finish(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = g.get("request_id", "")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if is_api_request():
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("Vary", "Accept-Language, Authorization, Cookie")
    else:
        _page_headers(response)
    _log_request(response)
    return response


def _page_headers(response: Response) -> None:
    headers = response.headers
    headers["Content-Security-Policy"] = _content_security_policy()
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # What a page says to one person must not come back by the Back button of a shared computer.
    signed_in = g.get("principal") is not None
    headers.setdefault("Cache-Control", "no-store" if signed_in else "private, no-cache")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"


def _content_security_policy() -> str:
    nonce = csp_nonce()
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _log_request(response: Response) -> None:
    """One line a request: the rule, not the address, so that no code or id is kept."""
    rule = request.url_rule.rule if request.url_rule else "-"
    milliseconds = (time.perf_counter() - g.get("started", time.perf_counter())) * 1000
    access_log.info(
        "request",
        extra={
            "method": request.method,
            "rule": rule,
            "status": response.status_code,
            "ms": round(milliseconds, 1),
        },
    )


# --- what templates know --------------------------------------------------------------------


class Display:
    """How this person wants to see pages: chosen by cookie, else from the profile."""

    def __init__(self) -> None:
        principal = current_principal()
        self.mode = _chosen("mode", MODES, principal.mode if principal else "standard")
        self.theme = _chosen("theme", THEMES, principal.theme if principal else "auto")


def _chosen(cookie: str, allowed: tuple[str, ...], otherwise: str) -> str:
    value = request.cookies.get(cookie, otherwise)
    return value if value in allowed else allowed[0]


def _template_context() -> dict[str, Any]:
    return {
        "html_lang": html_lang(),
        "locale": current_locale(),
        "display": Display(),
        "principal": g.get("principal"),
        "csp_nonce": csp_nonce(),
        "csrf_token": generate_csrf,
        "form_key": form_key,
        "request_id": g.get("request_id", ""),
    }


def remember_display(response: Response, *, locale: str, mode: str, theme: str) -> None:
    """Keep the display preferences in cookies, for a year."""
    for name, value in ((LOCALE_COOKIE, locale), ("mode", mode), ("theme", theme)):
        response.set_cookie(
            name,
            value,
            max_age=365 * 24 * 3600,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )


def safe_next(address: str | None, otherwise: str) -> str:
    """A way back that stays on this site."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    if any(c < " " or c == "\x7f" for c in address):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc or "\\" in address else address


# --- errors ---------------------------------------------------------------------------------


def _domain_error(error: errors.DomainError) -> Any:
    if speak := speaker():
        return speak(error)
    if is_api_request():
        return _problem(error)
    if isinstance(error, errors.Unauthenticated):
        return redirect(url_for("accounts.login", next=_here()))
    return _error_page(error)


def _here() -> str:
    """Where to go on after signing in: this page; what only takes forms has none of its own."""
    rule = request.url_rule
    has_page = rule is not None and "GET" in (rule.methods or ())
    return request.full_path.rstrip("?") if has_page else "/"


def _http_error(error: HTTPException) -> Any:
    """Werkzeug's own refusals, in our words."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    domain = _as_domain_error(error)
    response = make_response(_domain_error(domain))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


_BY_STATUS: dict[int, type[errors.DomainError]] = {
    400: errors.Malformed,
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    413: errors.TooLarge,
    415: errors.UnsupportedMediaType,
    422: errors.Invalid,
    429: errors.TooManyRequests,
}


class MethodNotAllowed(errors.DomainError):
    code = "method_not_allowed"
    status = 405
    title = _l("Not possible here")
    detail = _l("This address does not take this kind of request.")


class Unexpected(errors.DomainError):
    code = "internal"
    status = 500
    title = _l("Something went wrong on our side")
    detail = _l("It has been noted. The number of this request helps us to find it.")


def _as_domain_error(error: HTTPException) -> errors.DomainError:
    if isinstance(error, RequestEntityTooLarge):
        return errors.TooLarge()
    if error.code == 405:
        return MethodNotAllowed()
    known = _BY_STATUS.get(error.code or 500)
    return known() if known else Unexpected()


def _database_error(error: DBAPIError) -> Any:
    db.session.rollback()
    if is_contention(error):
        return _domain_error(errors.InProgress())
    return _unexpected(error)


def _unexpected(error: Exception) -> Any:
    log.error("unexpected error", exc_info=error)
    db.session.rollback()
    return _domain_error(Unexpected())


def problem_document(error: errors.DomainError) -> dict[str, Any]:
    """A refusal as RFC 9457 writes it."""
    document: dict[str, Any] = {
        "type": f"/api/v1/docs#{error.code}",
        "title": str(error.title),
        "status": error.status,
        "detail": str(error.detail),
        "code": error.code,
    }
    if error.errors or error.status == 422:
        document["errors"] = [each.as_json() for each in error.errors]
    return document


def _problem(error: errors.DomainError) -> Response:
    body = json.dumps(problem_document(error), ensure_ascii=False)
    response = Response(body, status=error.status, content_type=PROBLEM)
    if isinstance(error, errors.TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _error_page(error: errors.DomainError) -> Response:
    page = render_template(
        "errors/error.html",
        status=error.status,
        title=error.title,
        detail=error.detail,
        problems=error.errors,
    )
    response = Response(page, status=error.status, content_type="text/html; charset=utf-8")
    if isinstance(error, errors.TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
