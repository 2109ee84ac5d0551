"""Rate limits: how often one caller may try what is worth trying often.

Counted in Redis where there is one, else in this process. They slow down guessing and flooding;
what must never happen twice is decided by the database instead. Whatever writes and has no rule of
its own may be asked as often as ``WRITES`` says, by one caller and one address of the portal:
more than any person does, less than a flood.
"""

from __future__ import annotations

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from portal.config import Settings
from portal.core.access import current_principal
from portal.core.errors import Unauthenticated

SIGN_IN = "20 per minute"
REGISTRATION = "10 per hour"
RECOVERY = "6 per hour"
CODES = "60 per minute"
WRITES = "120 per minute"
SEARCHES = "60 per minute"
REPORTS = "20 per hour"
OPEN311 = "2000 per hour"  # of one system, for all its people
PHOTOS = "120 per hour"  # each may hold six
CASES = "60 per hour"  # a grid worker on patrol writes one a minute


def caller() -> str:
    """The person if signed in, else the address."""
    try:
        principal = current_principal()
    except Unauthenticated:
        principal = None
    return f"user:{principal.id}" if principal else f"address:{get_remote_address()}"


def _only_reads() -> bool:
    return request.method in ("GET", "HEAD", "OPTIONS")


limiter = Limiter(
    key_func=caller,
    headers_enabled=False,
    default_limits=[WRITES],
    default_limits_exempt_when=_only_reads,
)


def init_app(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_ENABLED"] = settings.rate_limits
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    app.config["RATELIMIT_STRATEGY"] = "fixed-window"
    app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = bool(settings.redis_url)
    limiter.init_app(app)


limit = limiter.limit
"""Decorate a view beneath its route with a rule; past it the answer is 429."""
