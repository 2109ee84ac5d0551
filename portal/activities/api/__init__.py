"""Activities, places, check-in and service records in the JSON API."""

from portal.activities.api import activities, attendance, records
from portal.activities.api.blueprint import api

__all__ = ["activities", "api", "attendance", "records"]
