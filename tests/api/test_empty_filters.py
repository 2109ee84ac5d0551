"""An empty search is no search, in every list alike."""

from __future__ import annotations

import pytest

from tests.conftest import ApiClient


@pytest.mark.usefixtures("world")
def test_an_empty_search_filters_nothing(api: ApiClient) -> None:
    document = api.get("/openapi.json").json
    searched = [
        path
        for path, operations in document["paths"].items()
        for each in operations.get("get", {}).get("parameters", ())
        if each.get("name") == "q"
    ]
    assert len(searched) >= 3
    for path in searched:
        address = path.removeprefix("/api/v1")
        assert api.get(f"{address}?q=").json == api.get(address).json, path
        assert api.get(f"{address}?q=%20").status_code == 200, path
