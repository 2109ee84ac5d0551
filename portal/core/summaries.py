"""Related things in answers of the API, each as short as it can be named."""

from __future__ import annotations

from typing import Any

from portal.core.schema import Identifier, Input, RegionCode, Text


class RegionSummary(Input):
    code = RegionCode(required=True)
    name = Text(longest=100, required=True)


class NameSummary(Input):
    """An organization, a merchant, a resident."""

    id = Identifier(required=True)
    name = Text(longest=80, required=True)


class TitleSummary(Input):
    """An activity, an offer."""

    id = Identifier(required=True)
    title = Text(longest=80, required=True)


def region_of(row: Any) -> dict[str, str]:
    """The region of a row that has its ``region_code`` and ``region_name``."""
    return {"code": row.region_code, "name": row.region_name}
