"""Whether the portal is alive and ready: for a proxy or a supervisor."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.core.access import requires
from portal.core.database import db
from portal.core.endpoint import answer
from portal.core.permissions import Permission

blueprint = Blueprint("core", __name__)


@blueprint.get("/healthz")
@requires(Permission.PUBLIC)
def alive() -> Response:
    """The process answers."""
    return answer({"status": "ok"}, 200)


@blueprint.get("/readyz")
@requires(Permission.PUBLIC)
def ready() -> Response:
    """The database answers and has every migration."""
    try:
        present = MigrationContext.configure(db.session.connection()).get_current_heads()
    except SQLAlchemyError:
        db.session.rollback()
        return answer({"status": "unavailable", "database": "unreachable"}, 503)
    script = ScriptDirectory(current_app.extensions["migrate"].directory)
    if set(present) != set(script.get_heads()):
        return answer({"status": "unavailable", "database": "migrations missing"}, 503)
    return answer({"status": "ok"}, 200)
