"""Whether a row was inserted is the database's word, on both databases."""

from __future__ import annotations

import pytest

from portal.core import idempotency
from portal.core.clock import now
from portal.core.idempotency import IdempotencyKey
from portal.core.inserts import insert_new
from portal.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("app")


def insert(scope: str) -> bool:
    with unit_of_work():
        return insert_new(IdempotencyKey, scope=scope, body_hash="x", created_at=now())


def test_the_same_row_is_inserted_once() -> None:
    assert [insert("one"), insert("one"), insert("two")] == [True, False, True]


def test_a_key_is_taken_once() -> None:
    with unit_of_work():
        assert idempotency.reserve("scope", b"body") is None
        idempotency.store("scope", 201, {"id": 1})
    with unit_of_work():
        assert idempotency.reserve("scope", b"body") == idempotency.Stored(201, {"id": 1})
