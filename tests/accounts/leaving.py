"""Somebody closes their account, and all that follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import MetaData, select, update

from portal.accounts import services
from portal.core import jobs, outbox
from portal.core.database import db
from portal.core.outbox import OutboxMessage
from portal.core.unit_of_work import unit_of_work
from portal.points.verification import verify
from tests.organizations.neighbours import principal
from tests.world import PASSWORD

NAME, EMAIL, PHONE = "欧阳锦绣", "ouyang.jinxiu@example.org", "+8613812345678"
ADDRESS = "锦绣楼 8 单元 801"
WORKPLACE = "锦绣裁缝铺，河堤路 12 号"


def close(user_id: str) -> None:
    services.close_account(principal(user_id), PASSWORD)


def told() -> None:
    """All that follows, also what is said again when nothing can be under way any more."""
    jobs.run_until_quiet()
    with unit_of_work():
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.available_at.is_not(None))
            .values(available_at=datetime.now(UTC) - timedelta(seconds=1))
        )
    jobs.run_until_quiet()
    db.session.rollback()


def close_and_tell(user_id: str) -> None:
    close(user_id)
    told()


def again(user_id: str, times: int = 3) -> None:
    for _ in range(times):
        with unit_of_work():
            outbox.emit("account.closed", user_id=user_id)
    told()


def books_are_in_order() -> None:
    db.session.rollback()
    report = verify()
    assert report.ok, report.problems
    db.session.rollback()


def everything_written() -> Iterator[tuple[str, str]]:
    """Every value of every table as text."""
    db.session.rollback()
    metadata = MetaData()
    metadata.reflect(db.engine)
    for table in metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            for value in row:
                yield table.name, str(value)
    db.session.rollback()
