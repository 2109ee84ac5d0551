"""messages are kept for a time; codes and wrong passwords are counted by who asks

``outgoing_message.keep_until``: codes are forgotten with their end, the rest after 30 days.
``one_time_code.network`` and ``sign_in_failure.network`` are keyed hashes of the network from which
somebody asks, empty in a failure for all networks together. Failures counted so far are forgotten:
they say nothing of where they came from.

Revision ID: 0009
Revises: 0007
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from portal.core.clock import now
from portal.core.database import UtcDateTime

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # The code of the release before goes on working: it says nothing of either.
    with op.batch_alter_table("outgoing_message") as table:
        table.add_column(sa.Column("keep_until", UtcDateTime(timezone=True), nullable=True))
        table.create_index("ix_outgoing_message_keep_until", ["keep_until"])
    # What went out before may hold codes: it is not kept longer than what comes.
    message = sa.table("outgoing_message", sa.column("keep_until", UtcDateTime()))
    op.execute(sa.update(message).values(keep_until=now() + timedelta(days=1)))
    with op.batch_alter_table("one_time_code") as table:
        table.add_column(sa.Column("network", sa.String(64), nullable=False, server_default=""))
    _make_failures(sa.Column("network", sa.String(64), primary_key=True, server_default=""))


def downgrade() -> None:
    _make_failures()
    with op.batch_alter_table("one_time_code") as table:
        table.drop_column("network")
    with op.batch_alter_table("outgoing_message") as table:
        table.drop_index("ix_outgoing_message_keep_until")
        table.drop_column("keep_until")


def _make_failures(*further: sa.Column[str]) -> None:
    op.drop_table("sign_in_failure")
    op.create_table(
        "sign_in_failure",
        sa.Column("login_hash", sa.String(64), primary_key=True),
        *further,
        sa.Column("failures", _COUNT, nullable=False),
        sa.Column("last_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("locked_until", UtcDateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_sign_in_failure_last_at", "sign_in_failure", ["last_at"])
