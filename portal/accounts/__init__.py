"""People: sign-up and sign-in, sessions, roles, consent, and where they live."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    # Imported here, so that a pure module of this room can be read without the whole house.
    from portal.accounts import closing, directory
    from portal.core.access import register_directory

    register_directory(app, directory.SessionDirectory())
    directory.init_app(app)
    closing.register()
