"""Starts the portal by itself: settings, migrations, the demo on a first run, jobs and pages.

    .venv/bin/python run.py

``make run`` is the same, and sets up what is missing before. Nothing else has to run beside it. In
production, with several processes, take gunicorn and ``flask jobs run`` instead; see README.md.
"""

from __future__ import annotations

import logging
import resource
import signal
import socket
import sys
import time
from types import FrameType

from flask_migrate import upgrade
from sqlalchemy.exc import DBAPIError, OperationalError
from waitress.server import create_server

from portal.app import MOST_UPLOAD, Portal, create_app
from portal.config import ConfigurationError, Settings, from_environment
from portal.core import jobs
from portal.core.database import db, is_unreachable, unreachable_words
from portal.demo import cast, progress, services, walk

THREADS = 8
"""Idle connections take none: only a request that is being answered does."""

CONNECTIONS = 4_000
"""A browser keeps up to six open, so this is some 650 browsers at once."""

IDLE_SECONDS = 20
"""How long a connection may stay open between two requests."""

OTHER_FILES = 256
"""File descriptors that the portal needs beside its connections: database, logs, uploads."""


def main() -> int:
    """Run until stopped. Returns the exit status: 2 for settings that cannot work, 1 for a
    database that cannot be reached or written."""
    try:
        settings = from_environment()
    except ConfigurationError as error:
        return _refuse(str(error))
    app = create_app(settings)
    try:
        require_free_port(settings)  # better now than after the demo is built
        prepare(app)
        serve(app, listen(app))
    except DBAPIError as error:
        return _refuse_database(app, error)
    except PortTaken as error:
        return _refuse(str(error))
    return 0


class PortTaken(Exception):
    """Another program listens there, or the address is not one of this machine."""

    def __init__(self, settings: Settings, error: OSError) -> None:
        where = f"{settings.host}:{settings.port}"
        super().__init__(f"{where} cannot be used ({error}). Choose another: PORT=8001 make run")


def require_free_port(settings: Settings) -> None:
    """Refuse an address that cannot be listened at.

    Raises:
        PortTaken: it cannot.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        raise PortTaken(settings, error) from error


def prepare(app: Portal) -> None:
    """Bring the database up to date and, in demo mode, build the demo district once."""
    with app.app_context():
        _step("Bringing the database up to date")
        upgrade(directory=app.extensions["migrate"].directory)
        if app.settings.demo and not services.is_loaded():
            _step("Building the demo district 红山区 (once, about a minute)")
            started = time.monotonic()
            services.load(cast.RESIDENTS, tell=progress.shown_on(sys.stdout))
            _step(f"The demo district is ready after {time.monotonic() - started:.0f} s")
        if app.settings.demo and app.settings.embedded:
            walk.keep_walkable()
        db.session.remove()


def listen(app: Portal) -> object:
    """Take the port.

    Raises:
        PortTaken: somebody else has it.
    """
    # It speaks of every request that waits a moment for a thread: with more people than threads,
    # of each.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server: object = create_server(
            app,
            host=app.settings.host,
            port=app.settings.port,
            threads=THREADS,
            connection_limit=most_connections(),
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=IDLE_SECONDS // 2,
            asyncore_use_poll=True,  # select() cannot watch descriptors beyond 1,023
            ident=None,
            max_request_body_size=MOST_UPLOAD,
            clear_untrusted_proxy_headers=not app.settings.proxy_hops,
        )
    except OSError as error:
        raise PortTaken(app.settings, error) from error
    return server


def most_connections() -> int:
    """How many connections may be open at once; asks the system for the descriptors they need."""
    wanted = CONNECTIONS + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if soft != unlimited and soft < wanted:
        soft = wanted if hard == unlimited else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == unlimited:
        return CONNECTIONS
    return min(CONNECTIONS, max(soft - OTHER_FILES, soft // 2))


def serve(app: Portal, server: object) -> None:
    """Answer requests and do the jobs until SIGTERM or SIGINT; ends what is at work first."""
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _stop)
    stop_jobs = jobs.start_thread(app)
    _greet(app, server)
    try:
        server.run()  # type: ignore[attr-defined]  # returns after KeyboardInterrupt
    finally:
        _step("Stopping")
        server.close()  # type: ignore[attr-defined]
        stop_jobs()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _greet(app: Portal, server: object) -> None:
    host = app.settings.host
    port = getattr(server, "effective_port", app.settings.port)
    shown = f"[{host}]" if ":" in host else host
    print(f"\n  The portal is open: http://{shown}:{port}\n", flush=True)
    if not app.settings.demo:
        return
    print(f"  Demo sign-ins, all with the password {cast.PASSWORD}:\n")
    for login, who in cast.SIGN_INS.items():
        print(f"    {login:<29} {who}")
    print("\n  Stop with Ctrl+C.\n", flush=True)


def _step(words: str) -> None:
    print(f"==> {words}", flush=True)


def _refuse(words: str, status: int = 2) -> int:
    print(f"\nThe portal cannot start. {words}\n", file=sys.stderr)
    return status


def _refuse_database(app: Portal, error: DBAPIError) -> int:
    if is_unreachable(error):
        with app.app_context():
            return _refuse(unreachable_words(error), 1)
    if isinstance(error, OperationalError):
        return _refuse(f"The database cannot be written: {error.orig}", 1)
    raise error


if __name__ == "__main__":
    sys.exit(main())
