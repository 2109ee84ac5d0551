"""One organization that cannot be computed keeps no other from growing older."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from portal.core.clock import clock, now, today
from portal.core.database import db
from portal.core.jobs import Unfinished
from portal.organizations.models import OrganizationReputation
from portal.organizations.services import reputation
from tests.organizations.neighbours import organization

pytestmark = pytest.mark.usefixtures("world")


def test_one_bad_organization_keeps_no_other_waiting(
    at: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = sorted(organization(f"{name}@example.org", name=name)[0] for name in ("a", "b"))
    refresh = reputation.refresh

    def poisoned(organization_id: str) -> None:
        if organization_id == bad:
            raise ArithmeticError
        refresh(organization_id)

    monkeypatch.setattr(reputation, "refresh", poisoned)
    at(now() + timedelta(days=2))
    with pytest.raises(Unfinished) as unfinished:
        reputation.refresh_stale()
    assert (unfinished.value.done, unfinished.value.failed) == (1, 1)
    fresh = db.session.execute(
        select(OrganizationReputation.organization_id).where(
            OrganizationReputation.computed_at >= clock.start_of(today())
        )
    ).scalars()
    assert list(fresh) == [good]
