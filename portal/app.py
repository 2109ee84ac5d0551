"""The application: the one file that knows every room of the house."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Blueprint, Flask
from flask.cli import AppGroup
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import config
from portal.config import ROOT, Settings
from portal.core import access, database, i18n, limits, logs, messages, web
from portal.core.cli import Commands
from portal.core.clock import clock

ROOMS = (
    "core",
    "regions",
    "accounts",
    "points",
    "organizations",
    "activities",
    "market",
    "consultations",
    "suggestions",
    "open311",
    "supervision",
    "notices",
    "notifications",
    "api",
    "admin",
    "demo",
)
"""Every feature, lowest floor first."""

DOORS = ("models", "subscribers", "jobs", "views", "api", "cli")
"""The modules of a room that the house must know; a room has those it needs."""

MOST_UPLOAD = 80 * 1024 * 1024


class Portal(Flask):
    """The Flask application of the portal."""

    settings: Settings

    def __init__(self, import_name: str, **more: Any) -> None:
        super().__init__(import_name, **more)
        self.cli = Commands(self.name)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Functions as they are: none of the portal's is a coroutine, and asking each of them at
        every request costs more than most of them."""
        return func


def create_app(settings: Settings | None = None, **overrides: Any) -> Portal:
    """Build the portal from the environment, or from settings given.

    Args:
        settings: used instead of the environment.
        overrides: Flask configuration on top (tests).

    Raises:
        SystemExit: a setting of the environment cannot be used.
    """
    settings = settings or config.from_environment_or_exit()
    app = Portal(
        "portal",
        static_folder=None,
        template_folder=str(ROOT / "templates"),
        instance_path=str(settings.instance_path),
    )
    app.settings = settings
    _configure(app, settings)
    app.config.update(overrides)
    _furnish(app, settings)
    for room in ROOMS:
        _open(app, room)
    _introduce()
    for warning in settings.warnings:
        app.logger.warning(warning)
    return app


def _introduce() -> None:
    """Let neighbours ask each other what they may not import."""
    from portal.accounts.queries import display_names, member_by_code  # after the rooms are open
    from portal.points import members, owners

    members.register(member_by_code)
    owners.register(owners.RESIDENT, owners.OwnerKind(display_names))


def _configure(app: Portal, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="portal",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        MAX_CONTENT_LENGTH=MOST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        PREFERRED_URL_SCHEME="https" if settings.cookie_secure else "http",
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )


def _furnish(app: Portal, settings: Settings) -> None:
    """What every room stands on."""
    logs.configure(settings.log_level)
    clock.configure(settings.time_zone, settings.demo_clock_file)
    web.register_converters(app)
    database.init_app(app, settings)
    i18n.init_app(app)
    web.init_app(app)
    access.init_app(app)
    limits.init_app(app, settings)
    app.extensions["portal_providers"] = messages.providers(settings)


def _open(app: Portal, room: str) -> None:
    """Load a room's doors: its tables, listeners, jobs, pages, endpoints and commands."""
    package = import_module(f"portal.{room}")
    if hasattr(package, "init_app"):
        package.init_app(app)
    for door in DOORS:
        name = f"portal.{room}.{door}"
        if find_spec(name) is None:
            continue
        for thing in vars(import_module(name)).values():
            if isinstance(thing, Blueprint) and thing.name not in app.blueprints:
                app.register_blueprint(thing)
            elif isinstance(thing, AppGroup) and thing.name not in app.cli.commands:
                app.cli.add_command(thing)
