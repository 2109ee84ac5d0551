"""Notices (公告): what a region makes known to those it concerns, and whom it has reached."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Say what leaving means for what somebody was told."""
    from portal.notices import closing  # the application loads rooms one by one

    closing.register()
