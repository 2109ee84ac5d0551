"""What was written stays: the database refuses changes, and what is forced is found and named."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, String, text
from sqlalchemy.exc import DBAPIError

from portal.app import Portal
from portal.core import audit
from portal.core.append_only import Protected, protect
from portal.core.database import db, on_sqlite
from portal.core.unit_of_work import unit_of_work
from portal.points import ledger, services
from portal.points.ledger import accounts
from portal.points.verification import verify
from tests.points.books import award, fund, rows, served, spend
from tests.world import COMMUNITY

LI, WANG = "a" * 26, "b" * 26
KEPT = (
    "ledger_transaction", "ledger_entry", "ledger_lot_take", "ledger_hold_lot", "audit_event",
    "audit_link",
)  # fmt: skip
PARTLY_KEPT = ("ledger_lot", "ledger_account", "ledger_hold")


@pytest.fixture
def history(world: ModuleType) -> None:
    """Awards, a redemption, a refund, a correction, an open hold, audited."""
    fund(1_000)
    record = award(LI, 40)
    award(LI, 30)
    bought = spend(LI, 20)
    with unit_of_work():
        services.refund_redemption(bought, "cold", None)
        services.hold_points(LI, 5, "voucher:1")
    with unit_of_work():
        services.correct_service(served(LI, record_id=record.record_id, minutes=60), None, 1)
        audit.record(None, "rule.set", "region", COMMUNITY)
        audit.record(None, "rule.set", "region", COMMUNITY)
    audit.link()
    ledger.roll_up()


def force(statement: str, **values: Any) -> None:
    """Change a row as somebody with the keys of the database could: triggers and keys put aside."""
    db.session.rollback()
    if on_sqlite():
        _force_on_sqlite(statement, values)
        return
    with db.engine.begin() as connection:
        tables = [*KEPT, *PARTLY_KEPT]
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(statement), values)
        for table in tables:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def _force_on_sqlite(statement: str, values: dict[str, Any]) -> None:
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        triggers = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        for name, _sql in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(text(statement), values)
        for _name, sql in triggers:
            connection.exec_driver_sql(sql)
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")


def one(statement: str) -> Any:
    return rows(statement)[0][0]


def named() -> set[tuple[str, str, str]]:
    return {(each.kind, each.table, each.id) for each in verify().problems}


@pytest.mark.usefixtures("history")
class TestTheDatabaseRefuses:
    @pytest.mark.parametrize("table", KEPT)
    def test_to_change_or_delete(self, table: str) -> None:
        column = rows(f"SELECT * FROM {table}")[0]._fields[-1]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
                db.session.execute(text(statement))

    @pytest.mark.parametrize("table", [*KEPT, *PARTLY_KEPT])
    def test_to_empty_a_table(self, table: str) -> None:
        statement = f"DELETE FROM {table}" if on_sqlite() else f"TRUNCATE {table} CASCADE"
        with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
            db.session.execute(text(statement))

    @pytest.mark.parametrize("table", [*KEPT, *PARTLY_KEPT])
    def test_to_replace_a_row(self, table: str) -> None:
        if not on_sqlite():
            pytest.skip("REPLACE is SQLite's")
        for how in ("INSERT OR REPLACE INTO", "REPLACE INTO"):
            with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
                db.session.execute(text(f"{how} {table} SELECT * FROM {table} LIMIT 1"))

    @pytest.mark.parametrize(
        ("table", "key"),
        [
            ("ledger_transaction", "idempotency_key"),
            ("ledger_transaction", "reverses"),
            ("ledger_entry", "transaction_id, position"),
            ("audit_link", "event_id"),
        ],
    )
    def test_to_replace_over_a_unique_key(self, table: str, key: str) -> None:
        if not on_sqlite():
            pytest.skip("REPLACE is SQLite's")
        primary = "position" if table == "audit_link" else "id"
        other = "'new'" if table == "ledger_transaction" else "99999"
        fields = [f for f in rows(f"SELECT * FROM {table}")[0]._fields if f != primary]
        columns = ", ".join(fields)
        condition = " AND ".join(f"{part.strip()} IS NOT NULL" for part in key.split(","))
        statement = (
            f"INSERT OR REPLACE INTO {table} ({primary}, {columns})"
            f" SELECT {other}, {columns} FROM {table} WHERE {condition} LIMIT 1"
        )
        with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
            db.session.execute(text(statement))

    @pytest.mark.parametrize("table", [*KEPT, *PARTLY_KEPT])
    def test_to_replace_a_row_by_its_number(self, table: str) -> None:
        """A row of SQLite's has a rowid beside its keys (or one of them is it): the other keys are
        new, the row is the old."""
        if not on_sqlite():
            pytest.skip("rowids are SQLite's")
        fields = rows(f"SELECT * FROM {table} LIMIT 1")[0]._fields
        texts = {row.name for row in rows(f"PRAGMA table_info({table})") if "CHAR" in row.type}
        numbers = {row.name for row in rows(f"PRAGMA table_info({table})") if row.pk} - texts
        fields = [name for name in fields if name not in numbers & {"id", "position"}]
        keys = {"id", "idempotency_key", "key", "hold_id", "transaction_id"} & texts
        values = ", ".join(f"'new' || {name}" if name in keys else name for name in fields)
        with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
            db.session.execute(
                text(
                    f"INSERT OR REPLACE INTO {table} (rowid, {', '.join(fields)})"
                    f" SELECT rowid, {values} FROM {table} LIMIT 1"
                )
            )

    @pytest.mark.parametrize("table", PARTLY_KEPT)
    @pytest.mark.parametrize("name", ["rowid", "_rowid_", "oid"])
    def test_to_renumber_a_row(self, table: str, name: str) -> None:
        if not on_sqlite():
            pytest.skip("rowids are SQLite's")
        for how in ("UPDATE", "UPDATE OR REPLACE"):
            with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
                db.session.execute(text(f"{how} {table} SET {name} = {name} + 1"))

    @pytest.mark.parametrize(
        "change",
        [
            "ledger_account SET id = id + 1000",
            "ledger_account SET region_code = '1'",
            "ledger_account SET digest = 'x'",
            "ledger_lot SET id = id + 1000",
            "ledger_hold SET amount = amount + 1",
            "ledger_hold SET key = 'another'",
            "ledger_lot SET amount = amount + 1",
            "ledger_lot SET expires_on = '2099-12-31'",
            "ledger_account SET owner_id = 'somebody else'",
            "ledger_account SET guarded = NOT guarded",
        ],
    )
    def test_to_change_whose_or_how_much_or_until_when(self, change: str) -> None:
        with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
            db.session.execute(text(f"UPDATE {change}"))

    @pytest.mark.parametrize(
        "change",
        [
            "ledger_account SET balance = -1 WHERE guarded",
            "ledger_account SET held = -1 WHERE guarded",
            "ledger_account SET balance = 1 WHERE NOT guarded",
            "ledger_lot SET remaining = -1",
            "ledger_lot SET remaining = amount, held = 1",
            "ledger_hold SET status = 'lost'",
            "ledger_hold SET status = 'voided'",
        ],
    )
    def test_values_that_cannot_be(self, change: str) -> None:
        with pytest.raises(DBAPIError, match=r"(?i)check"), unit_of_work():
            db.session.execute(text(f"UPDATE {change}"))


@pytest.mark.usefixtures("history")
class TestVerify:
    def test_finds_nothing_in_whole_books(self, app: Portal) -> None:
        report = verify()
        assert report.problems == []
        assert report.checked["transactions"] == one("SELECT count(*) FROM ledger_transaction")
        assert report.checked["entries"] == one("SELECT count(*) FROM ledger_entry")
        done = app.test_cli_runner().invoke(args=["ledger", "verify", "--json"])
        assert done.exit_code == 0
        assert json.loads(done.output) == {"ok": True, "checked": report.checked, "problems": []}

    def test_names_a_changed_entry(self, app: Portal) -> None:
        entry = rows("SELECT id, transaction_id FROM ledger_entry ORDER BY id DESC LIMIT 1")[0]
        force("UPDATE ledger_entry SET amount = amount + 1 WHERE id = :id", id=entry.id)
        assert ("digest", "ledger_transaction", entry.transaction_id) in named()
        assert ("unbalanced", "ledger_transaction", entry.transaction_id) in named()
        done = app.test_cli_runner().invoke(args=["ledger", "verify"])
        assert done.exit_code == 1
        assert entry.transaction_id in done.output

    @pytest.mark.parametrize(
        ("table", "change", "kind"),
        [
            ("ledger_transaction", "memo = 'forged'", "digest"),
            ("ledger_transaction", "created_at = '2020-01-01 00:00:00.000000'", "digest"),
            ("ledger_transaction", "value_date = '2020-01-01'", "digest"),
            ("ledger_transaction", "actor_id = 'b'", "digest"),
            ("ledger_transaction", "region_code = '1'", "digest"),
            ("ledger_transaction", "kind = 'gift'", "digest"),
            ("ledger_lot", "expires_on = '2099-12-31'", "digest"),
            ("ledger_lot", "amount = amount + 1, remaining = remaining + 1", "digest"),
            ("ledger_lot_take", "amount = amount + 1", "digest"),
            ("ledger_lot_take", "amount = amount + 1", "lot"),
            ("ledger_account", "balance = balance + 1", "balance"),
            ("ledger_account", "held = held + 1, balance = balance - 1", "held"),
        ],
    )
    def test_names_a_changed_row(self, table: str, change: str, kind: str) -> None:
        where = {
            "ledger_transaction": "id = (SELECT max(id) FROM ledger_transaction)",
            "ledger_lot": "id = (SELECT max(id) FROM ledger_lot)",
            "ledger_lot_take": "amount = (SELECT max(amount) FROM ledger_lot_take)",
            "ledger_account": "purpose = 'wallet'",
        }[table]
        force(f"UPDATE {table} SET {change} WHERE {where}")
        assert kind in {found[0] for found in named()}

    def test_names_a_removed_entry_and_a_removed_transaction(self) -> None:
        gone = one("SELECT transaction_id FROM ledger_entry ORDER BY id DESC LIMIT 1")
        force("DELETE FROM ledger_entry WHERE transaction_id = :id", id=gone)
        assert ("empty", "ledger_transaction", gone) in named()

    def test_names_two_changes_that_cancel_out(self) -> None:
        """Somebody moves points from one account to another and keeps all sums."""
        entries = rows("SELECT id, transaction_id, amount FROM ledger_entry ORDER BY id DESC")
        target = entries[0].transaction_id
        force("UPDATE ledger_entry SET amount = amount * 2 WHERE transaction_id = :id", id=target)
        assert ("digest", "ledger_transaction", target) in named()

    def test_names_a_wrong_roll_up(self) -> None:
        account = one("SELECT id FROM ledger_account WHERE rolled_up <> 0")
        force("UPDATE ledger_account SET rolled_up = rolled_up + 5 WHERE id = :id", id=account)
        assert named() == {("roll_up", "ledger_account", str(account))}

    def test_names_a_hold_opened_by_hand(self) -> None:
        wallet = one("SELECT id FROM ledger_account WHERE purpose = 'wallet'")
        force(
            "INSERT INTO ledger_hold (id, account_id, amount, key, created_at)"
            " VALUES ('forged', :wallet, 7, 'forged', '2026-01-01 00:00:00.000000')",
            wallet=wallet,
        )
        assert named() == {
            ("held", "ledger_account", str(wallet)),
            ("hold", "ledger_hold", "forged"),
            ("digest", "ledger_hold", "forged"),
        }

    def test_names_a_hold_given_back_by_hand(self) -> None:
        hold = one("SELECT id FROM ledger_hold WHERE status = 'open'")
        force(
            "UPDATE ledger_hold SET status = 'voided', closed_at = created_at WHERE id = :id",
            id=hold,
        )
        assert {found[0] for found in named()} == {"held", "lot_held", "digest"}

    def test_names_wallets_that_were_exchanged(self) -> None:
        """All sums agree: only the digest of each account knows whose it was."""
        fund(10)
        award(WANG, 5)
        wallets = rows("SELECT id FROM ledger_account WHERE purpose = 'wallet' ORDER BY id")
        first, second = (row.id for row in wallets)
        force(
            "UPDATE ledger_account SET owner_id = CASE owner_id WHEN :li THEN 'x' ELSE :li END"
            " WHERE purpose = 'wallet'",
            li=LI,
        )
        force("UPDATE ledger_account SET owner_id = :wang WHERE owner_id = 'x'", wang=WANG)
        assert named() == {
            ("digest", "ledger_account", str(first)),
            ("digest", "ledger_account", str(second)),
        }

    @pytest.mark.parametrize(
        ("table", "change", "where", "kind"),
        [
            ("ledger_account", "owner_kind = 'region'", "purpose = 'hours'", "digest"),
            ("ledger_account", "region_code = '1'", "purpose = 'wallet'", "digest"),
            ("ledger_account", "rolled_up_to = 999999", "purpose = 'received'", "roll_up"),
            ("ledger_hold", "key = 'another'", "status = 'open'", "digest"),
            ("ledger_hold", "created_at = '2020-01-01 00:00:00.000000'", "1 = 1", "digest"),
            ("ledger_hold", "closed_at = '2020-01-01 00:00:00.000000'", "status = 'posted'",
             "digest"),
            ("ledger_hold", "status = 'voided', transaction_id = NULL", "status = 'posted'",
             "digest"),
            ("ledger_hold", "account_id = (SELECT min(id) FROM ledger_account)", "1 = 1", "hold"),
        ],
    )  # fmt: skip
    def test_names_what_sums_do_not_show(
        self, table: str, change: str, where: str, kind: str
    ) -> None:
        changed = {str(row.id) for row in rows(f"SELECT id FROM {table} WHERE {where}")}
        assert changed
        force(f"UPDATE {table} SET {change} WHERE {where}")
        found = named()
        assert {(kind, table, each) for each in changed} <= found

    def test_names_points_that_nobody_paid(self) -> None:
        """An account that only collects pays a budget: every sum of the books agrees."""
        source = accounts.Account(
            accounts.Book.POINTS, "region", COMMUNITY, accounts.Purpose.SHORTFALL, COMMUNITY
        )
        move = ledger.Transfer(source=source, target=accounts.budget(COMMUNITY), amount=7)
        with unit_of_work():
            ledger.post(ledger.Posting(
                kind=ledger.Kind.RELEASE, region_code=COMMUNITY, moves=(move,)
            ))  # fmt: skip
        account = one("SELECT id FROM ledger_account WHERE purpose = 'shortfall'")
        assert named() == {("nobody_paid", "ledger_account", str(account))}

    def test_names_the_end_of_the_audit_log_when_it_is_cut_off(self) -> None:
        last = rows("SELECT position, event_id FROM audit_link ORDER BY position DESC LIMIT 1")[0]
        force("DELETE FROM audit_link WHERE position = :last", last=last.position)
        force("DELETE FROM audit_event WHERE id = :event", event=last.event_id)
        assert named() == {("missing", "audit_link", str(last.position))}

    def test_names_a_changed_audit_row(self) -> None:
        event = one("SELECT id FROM audit_event ORDER BY id DESC LIMIT 1")
        force("UPDATE audit_event SET action = 'nothing' WHERE id = :id", id=event)
        assert ("changed", "audit_event", event) in named()

    def test_names_a_wrong_reversal(self) -> None:
        """A correction that gives back to the budget more than the award took from it."""
        award_id = one("SELECT id FROM ledger_transaction WHERE kind = 'award' AND id NOT IN"
                       " (SELECT reverses FROM ledger_transaction WHERE reverses IS NOT NULL)"
                       " ORDER BY id LIMIT 1")  # fmt: skip
        unearn = ledger.Unearn(
            source=accounts.wallet(LI, COMMUNITY),
            target=accounts.budget(COMMUNITY),
            amount=500,
            owed=500,
            of=(award_id,),
        )
        posting = ledger.Posting(
            kind=ledger.Kind.CORRECTION,
            region_code=COMMUNITY,
            moves=(unearn,),
            reverses=award_id,
        )
        with unit_of_work():
            ledger.post(posting)
        assert named() == {("reversal", "ledger_transaction", posting.id)}


def test_a_table_can_be_altered_and_protected_again(app: Portal, world: ModuleType) -> None:
    """A later migration makes the table anew on SQLite: nothing hinders it, and it stays kept."""
    if not on_sqlite():
        pytest.skip("batch mode makes tables anew on SQLite only")
    fund(10)
    award(LI, 5)
    before = rows("SELECT id, amount FROM ledger_entry ORDER BY id")
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN")
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("ledger_entry", recreate="always") as batch:
            batch.add_column(Column("note", String(10), nullable=True))
        protect(connection, Protected("ledger_entry", (("id",), ("transaction_id", "position"))))
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("BEGIN")
    assert rows("SELECT id, amount FROM ledger_entry ORDER BY id") == before
    with pytest.raises(DBAPIError, match="keeps what was written"), unit_of_work():
        db.session.execute(text("DELETE FROM ledger_entry"))
    fund(10)
