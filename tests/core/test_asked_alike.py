"""Addresses that ask for what the present one does."""

from __future__ import annotations

import pytest

from portal.app import Portal
from portal.core.pages import asked_alike


@pytest.mark.parametrize(
    ("present", "address"),
    [
        ("/list", "/file"),
        ("/list?cursor=abc", "/file"),
        ("/list?kind=a&cursor=abc&since=", "/file?kind=a"),
        ("/list?region=15&kind=a&kind=b", "/file?kind=a&kind=b"),
        ("/list?q=%E7%BA%A2%26x%3D1", "/file?q=%E7%BA%A2%26x%3D1"),
        ("/list?_external=1&endpoint=x", "/file?_external=1&endpoint=x"),
    ],
)
def test_the_questions_are_kept_and_the_place_is_not(
    app: Portal, present: str, address: str
) -> None:
    with app.test_request_context(present):
        assert asked_alike("/file", without="region") == address
