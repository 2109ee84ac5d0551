"""Fixtures every test stands on: a fresh database, the portal, clients, a clock to set.

``TEST_DATABASE_URL`` names a PostgreSQL database (its owner may create others beside it); without
it the tests run on SQLite. Every worker of a parallel run has a database of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import has_app_context
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as property_settings
from sqlalchemy import inspect, make_url, text
from werkzeug.test import TestResponse

from portal.accounts import credentials
from portal.app import Portal, create_app
from portal.config import Settings
from portal.core.clock import clock as portal_clock
from portal.core.database import db
from portal.core.ids import random_code
from tests import templates
from tests import world as world_module
from tests.api import contract

SECRET = "tests-only-secret-0123456789-abcdefghijklmnop"
FOLDERS = {"browser": "browser", "states": "browser", "fuzz": "api"}
KEPT_TABLES = ("alembic_version",)


class CheckedClient(FlaskClient):
    """Each request has an application context of its own, as it has in the server.

    ``checks`` are called with every answer, in that context.
    """

    checks: tuple[Callable[[TestResponse], None], ...] = (contract.hold,)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.rollback()  # a test's own read must not go on seeing what was before
        with self.application.app_context():
            response = super().open(*args, **kwargs)
            for check in self.checks:
                check(response)
        return response


class ApiClient:
    """The JSON API as an outside client uses it."""

    def __init__(self, client: FlaskClient, token: str | None = None) -> None:
        self.client, self.token = client, token

    def sign_in(self, login: str, password: str = world_module.PASSWORD) -> ApiClient:
        response = self.post("/tokens", {"login": login, "password": password})
        assert response.status_code == 201, response.text
        return ApiClient(self.client, response.json["token"])

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.request("GET", path, **kwargs)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> TestResponse:
        return self.request("POST", path, body, key=key)

    def delete(self, path: str) -> TestResponse:
        return self.request("DELETE", path)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> TestResponse:
        sent = {"Accept-Language": "en", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            sent["Idempotency-Key"] = key
        if body is not None:
            kwargs["json"] = body
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, **kwargs)


# --- the application and its database --------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    # A machine that is busy is no bug: no property test fails because it took long.
    property_settings.register_profile(
        "portal", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    property_settings.load_profile("portal")
    _hash_quickly()
    if templates.keep_for_this_session():
        config.add_cleanup(templates.forget)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`make test-browser` and `make test-fuzz` look into one folder each: nothing may lie where
    nobody would run it."""
    for item in items:
        for marker, folder in FOLDERS.items():
            inside = item.path.is_relative_to(Path(__file__).parent / folder)
            if item.get_closest_marker(marker) and not inside:
                raise pytest.UsageError(f"{item.nodeid} is marked {marker}: put it into {folder}/")


def _hash_quickly() -> None:
    """A fifth of all time would go into passwords: thousands sign in here, and nobody guesses. (The
    portal's own settings are held by a test of ``tests.accounts``, in a process of its own.)"""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    credentials._hasher = hasher
    credentials._DUMMY = hasher.hash("nobody's")


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated database of this worker's own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{worker}_{random_code(6)}".lower()
    folder = tmp_path_factory.mktemp("database")
    with templates.database(templates.MIGRATED, name, folder) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        database_url=database_url,
        secret_key=SECRET,
        instance_path=tmp_path_factory.mktemp("instance"),
        embedded=False,
        cookie_secure=False,
        rate_limits=False,
        demo=True,
    )


@pytest.fixture(scope="session")
def application(settings: Settings) -> Iterator[Portal]:
    """The portal, built once for all tests of this worker."""
    app = create_app(settings, TESTING=True)
    app.test_client_class = CheckedClient
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def database(application: Portal) -> None:
    """An empty, migrated database for one test."""
    with application.app_context():
        if application.settings.on_sqlite:
            fill(application, templates.MIGRATED)
        else:
            _empty_tables()


def fill(app: Portal, kind: str) -> None:
    """Let the worker's database hold what a template holds."""
    db.session.remove()
    db.engine.dispose()
    templates.fill(make_url(app.settings.database_url), kind)


def _empty_tables() -> None:
    """Those that hold something: six times as fast as TRUNCATE of all. The append-only ones let
    nobody do that but the owner of the server."""
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in connection.execute(text(_filled_tables())).scalars().all():
            connection.execute(text(f'DELETE FROM "{name}"'))
        connection.execute(
            text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")
        )


@cache
def _filled_tables() -> str:
    """A question for the names of all tables that hold something."""
    names = [name for name in inspect(db.engine).get_table_names() if name not in KEPT_TABLES]
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names
    )


@pytest.fixture
def app(application: Portal, database: None) -> Iterator[Portal]:
    """The portal with an application context pushed, for a test's own look at the database."""
    with application.app_context():
        yield application
        db.session.remove()


@pytest.fixture
def client(app: Portal) -> FlaskClient:
    """A browser without JavaScript: pages, forms, cookies."""
    return app.test_client()


@pytest.fixture
def api(app: Portal) -> ApiClient:
    return ApiClient(app.test_client())


@pytest.fixture
def world(app: Portal) -> Any:
    """The regions every story happens in, and ways to put people there (``tests.world``)."""
    world_module.build_regions()
    return world_module


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """Set the portal's clock: ``at(instant)``, as often as the story moves on."""
    held: list[AbstractContextManager[None]] = []

    def hold(instant: datetime) -> None:
        context = portal_clock.held_at(instant)
        context.__enter__()
        held.append(context)

    yield hold
    for context in reversed(held):
        context.__exit__(None, None, None)
