"""The room's part of the API."""

from __future__ import annotations

from portal.core.endpoint import ApiBlueprint

api = ApiBlueprint("activities", __name__, tag="Organizations and activities")
