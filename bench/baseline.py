"""The baseline: a bare Flask endpoint that calls one database function (on SQLite: one guarded
update in one transaction), with the same server, driver and pool as the portal."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, jsonify, request
from sqlalchemy import Engine, create_engine, event, text

ROWS = 1_000
_FUNCTION = """
CREATE OR REPLACE FUNCTION bench_touch(which bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
    UPDATE bench_counter SET n = n + 1 WHERE id = which AND n >= 0 RETURNING n INTO found;
    RETURN found;
END $$
"""
_UPDATE = "UPDATE bench_counter SET n = n + 1 WHERE id = :id AND n >= 0 RETURNING n"


def create_app() -> Flask:
    engine = _engine(os.environ["DATABASE_URL"])
    _prepare(engine)
    call = text("SELECT bench_touch(:id)" if engine.dialect.name == "postgresql" else _UPDATE)
    app = Flask(__name__)

    @app.post("/touch")
    def touch() -> Any:
        with engine.begin() as connection:
            n = connection.execute(call, {"id": request.get_json()["id"]}).scalar_one()
        return jsonify(n=n)

    @app.get("/readyz")
    def ready() -> Any:
        return jsonify(status="ok")

    return app


def _engine(url: str) -> Engine:
    url = url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, pool_size=10, max_overflow=20)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def configure(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            for pragma in ("busy_timeout=10000", "journal_mode=WAL", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _prepare(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS bench_counter (id BIGINT PRIMARY KEY, n BIGINT)")
        )
        connection.execute(
            text("INSERT INTO bench_counter VALUES (:id, 0) ON CONFLICT DO NOTHING"),
            [{"id": each} for each in range(ROWS)],
        )
        if engine.dialect.name == "postgresql":
            connection.execute(text(_FUNCTION))
