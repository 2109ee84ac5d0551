"""Open311 GeoReport v2: suggestions as other cities' programs speak of them (docs/open311.md)."""

from __future__ import annotations

from flask import Flask

from portal.core import doors
from portal.open311.formats import refusal

PREFIX = "/open311/"


def init_app(_app: Flask) -> None:
    doors.speak_at(PREFIX, refusal)
