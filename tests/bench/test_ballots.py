"""What `make bench-ballots` measures is closed and counted like any other vote."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bench import ballots, town
from portal.accounts.models import User
from portal.app import Portal
from portal.consultations.rules.ballots import Method
from portal.core.database import db


@pytest.mark.parametrize("method", Method)
def test_every_ballot_stands_on_the_board(app: Portal, method: Method) -> None:
    town.build(town.Plan(residents=20, entries=0, requests=1, confirm_shifts=0))
    _opening, closing, lines = ballots._held(method, 5)
    people = db.session.execute(select(func.count()).select_from(User)).scalar_one()
    assert lines == people >= 20
    assert closing.seconds > 0
