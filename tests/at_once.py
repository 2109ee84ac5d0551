"""Deeds of many people at the same moment, on threads of one process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from portal.app import Portal
from portal.core.database import db
from portal.core.errors import DomainError
from portal.core.unit_of_work import unit_of_work

THREADS = 16  # connections of the pool


def all_at_once(app: Portal, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of it, sixteen at the same moment, each in a unit of work of its own; what each gave,
    or the code with which it was refused."""

    def one(deed: Callable[[], Any], gate: threading.Barrier) -> Any:
        with app.app_context():
            gate.wait(timeout=60)
            try:
                with unit_of_work():
                    return deed()
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    outcomes: list[Any] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for begin in range(0, len(deeds), THREADS):
            wave = deeds[begin : begin + THREADS]
            together = threading.Barrier(len(wave))
            outcomes += pool.map(lambda deed, gate=together: one(deed, gate), wave)
    db.session.rollback()  # the test's own look must not be an old one
    return outcomes
