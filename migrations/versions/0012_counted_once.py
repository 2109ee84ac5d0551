"""merchants carry what they are recognized for; wallets that expire are found in order

``merchant.neighbours`` and ``.thanks`` count the vouchers and thank-yous that are marked
``counted``; the rest is added when somebody asks, and moved over by a job. What is there is counted
here. The code of the release before goes on working: it counts vouchers itself.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FIGURES = ("neighbours", "thanks")
_EXPIRING = "ix_ledger_lot_expiring"
_UNSPENT = "remaining > 0"

_COUNT_NEIGHBOURS = """
    UPDATE merchant SET neighbours = (
        SELECT count(DISTINCT resident_id) FROM voucher
         WHERE merchant_id = merchant.id AND status = 'redeemed')"""
_COUNT_THANKS = """
    UPDATE merchant SET thanks = (SELECT count(*) FROM thanks WHERE merchant_id = merchant.id)"""


def upgrade() -> None:
    for name in _FIGURES:
        op.add_column("merchant", sa.Column(name, _COUNT, nullable=False, server_default="0"))
    for table in ("voucher", "thanks"):
        counted = sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.false())
        op.add_column(table, counted)
    op.execute(_COUNT_NEIGHBOURS)
    op.execute(_COUNT_THANKS)
    op.drop_index("ix_voucher_served", table_name="voucher")
    redeemed = sa.table("voucher", sa.column("status"), sa.column("counted"))
    op.execute(sa.update(redeemed).where(redeemed.c.status == "redeemed").values(counted=sa.true()))
    op.execute(sa.update(sa.table("thanks", sa.column("counted"))).values(counted=sa.true()))
    redeemed_and = "redeemed_at IS NOT NULL AND counted IS"
    _index("ix_voucher_served", "voucher", ["merchant_id", "resident_id"], f"{redeemed_and} TRUE")
    _index("ix_voucher_uncounted", "voucher", ["merchant_id"], f"{redeemed_and} FALSE")
    _index("ix_thanks_uncounted", "thanks", ["merchant_id"], "counted IS FALSE")
    op.drop_index(_EXPIRING, table_name="ledger_lot")
    _index(_EXPIRING, "ledger_lot", ["expires_on", "account_id"], _UNSPENT)


def downgrade() -> None:
    op.drop_index(_EXPIRING, table_name="ledger_lot")
    _index(_EXPIRING, "ledger_lot", ["expires_on"], _UNSPENT)
    for name, table in (
        ("ix_thanks_uncounted", "thanks"),
        ("ix_voucher_uncounted", "voucher"),
        ("ix_voucher_served", "voucher"),
    ):
        op.drop_index(name, table_name=table)
    for table in ("voucher", "thanks"):
        op.drop_column(table, "counted")
    for name in _FIGURES:
        op.drop_column("merchant", name)
    _index("ix_voucher_served", "voucher", ["merchant_id", "resident_id"], "status = 'redeemed'")


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    """Partial, by a condition that SQLite writes with 0 and 1."""
    on_sqlite = where.replace("IS TRUE", "IS 1").replace("IS FALSE", "IS 0")
    op.create_index(
        name, table, columns, sqlite_where=sa.text(on_sqlite), postgresql_where=sa.text(where)
    )
