"""Sums that must agree, each as one statement that finds the rows where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text

from portal.core.database import db
from portal.points.verification.problems import Problem

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Check:
    """A statement that selects ``id, kept, found`` of each wrong row of a table, and what ``kept``
    and ``found`` mean."""

    kind: str
    table: str
    meaning: str
    statement: str


CHECKS = (
    Check(
        "book",
        "ledger_entry",
        "the book must sum to {kept}, and sums to {found}",
        """
        SELECT a.book AS id, 0 AS kept, sum(e.amount) AS found
          FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
         GROUP BY a.book HAVING sum(e.amount) <> 0
        """,
    ),
    Check(
        "guard",
        "ledger_account",
        "an account for {kept} is guarded: {found}",
        """
        SELECT id, purpose AS kept, guarded AS found FROM ledger_account
         WHERE guarded <> (purpose IN ('wallet', 'hours', 'budget', 'reserve'))
        """,
    ),
    Check(
        "guard",
        "ledger_account",
        "an account that only collects keeps a balance: {kept} and {found} held",
        """
        SELECT id, balance AS kept, held AS found FROM ledger_account
         WHERE NOT guarded AND (balance <> 0 OR held <> 0)
        """,
    ),
    Check(
        "nobody_paid",
        "ledger_account",
        "the account for {kept} stands at {found}, and nobody answers for that",
        """
        SELECT a.id, a.purpose AS kept, sum(e.amount) AS found
          FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
         WHERE NOT a.guarded
         GROUP BY a.id, a.purpose
        HAVING sum(e.amount) * CASE WHEN a.purpose IN ('received', 'service')
                                    THEN -1 ELSE 1 END < 0
        """,
    ),
    Check(
        "balance",
        "ledger_account",
        "balance and held are {kept}, its entries {found}",
        """
        SELECT a.id, a.balance + a.held AS kept, coalesce(e.amount, 0) AS found
          FROM ledger_account a
          LEFT JOIN (SELECT account_id, sum(amount) AS amount
                       FROM ledger_entry GROUP BY account_id) e ON e.account_id = a.id
         WHERE a.guarded AND a.balance + a.held <> coalesce(e.amount, 0)
        """,
    ),
    Check(
        "roll_up",
        "ledger_account",
        "the roll-up is {kept}, the entries up to it {found}",
        """
        SELECT a.id, a.rolled_up AS kept, coalesce(e.amount, 0) AS found
          FROM ledger_account a
          LEFT JOIN (SELECT r.account_id, sum(r.amount) AS amount
                       FROM ledger_entry r JOIN ledger_account u ON u.id = r.account_id
                      WHERE r.id <= u.rolled_up_to
                      GROUP BY r.account_id) e ON e.account_id = a.id
         WHERE a.rolled_up <> coalesce(e.amount, 0)
        """,
    ),
    Check(
        "roll_up",
        "ledger_account",
        "rolled up to the entry {kept}, and the newest is {found}",
        """
        SELECT a.id, a.rolled_up_to AS kept, n.newest AS found
          FROM ledger_account a
          CROSS JOIN (SELECT coalesce(max(id), 0) AS newest FROM ledger_entry) n
         WHERE a.rolled_up_to > n.newest OR a.guarded AND a.rolled_up_to <> 0
        """,
    ),
    Check(
        "total",
        "ledger_total",
        "the totals are off by {kept} bookings and {found} points, or by points or hours of"
        " residents",
        """
        SELECT region_code || ' ' || kind || ' by ' || span AS id,
               sum(bookings) AS kept, sum(points) AS found
          FROM (
            SELECT region_code, kind, span, bookings, points, points_in, points_out,
                   minutes_in, minutes_out
              FROM ledger_total
             UNION ALL
            SELECT t.region_code, t.kind, s.span,
                   CASE WHEN e.position = 1 THEN -1 ELSE 0 END,
                   CASE WHEN a.book = 'points' AND e.amount > 0 THEN -e.amount ELSE 0 END,
                   CASE WHEN a.book = 'points' AND a.owner_kind = 'resident' AND e.amount > 0
                        THEN -e.amount ELSE 0 END,
                   CASE WHEN a.book = 'points' AND a.owner_kind = 'resident' AND e.amount < 0
                        THEN e.amount ELSE 0 END,
                   CASE WHEN a.book = 'hours' AND a.owner_kind = 'resident' AND e.amount > 0
                        THEN -e.amount ELSE 0 END,
                   CASE WHEN a.book = 'hours' AND a.owner_kind = 'resident' AND e.amount < 0
                        THEN e.amount ELSE 0 END
              FROM ledger_entry e
              JOIN ledger_transaction t ON t.id = e.transaction_id
              JOIN ledger_account a ON a.id = e.account_id
             CROSS JOIN (SELECT 'day' AS span UNION ALL SELECT 'month') s
             WHERE e.id <= (SELECT coalesce(max(totalled_to), 0) FROM ledger_total_head)
          ) d
         GROUP BY region_code, kind, span
        HAVING sum(bookings) <> 0 OR sum(points) <> 0
            OR sum(points_in) <> 0 OR sum(points_out) <> 0
            OR sum(minutes_in) <> 0 OR sum(minutes_out) <> 0
        """,
    ),
    Check(
        "total",
        "ledger_account_total",
        "the totals of the account are off by {kept} bookings and {found} in, or by what went out",
        """
        SELECT account_id || ' ' || kind || ' by ' || span AS id,
               sum(bookings) AS kept, sum(amount_in) AS found
          FROM (
            SELECT account_id, kind, span, bookings, amount_in, amount_out
              FROM ledger_account_total
             UNION ALL
            SELECT e.account_id, t.kind, s.span,
                   CASE WHEN EXISTS (SELECT 1 FROM ledger_entry f
                                      WHERE f.transaction_id = e.transaction_id
                                        AND f.account_id = e.account_id
                                        AND f.position < e.position)
                        THEN 0 ELSE -1 END,
                   CASE WHEN e.amount > 0 THEN -e.amount ELSE 0 END,
                   CASE WHEN e.amount < 0 THEN e.amount ELSE 0 END
              FROM ledger_entry e
              JOIN ledger_transaction t ON t.id = e.transaction_id
              JOIN ledger_account a ON a.id = e.account_id AND NOT a.guarded
             CROSS JOIN (SELECT 'day' AS span UNION ALL SELECT 'month') s
             WHERE e.id <= (SELECT coalesce(max(totalled_to), 0) FROM ledger_total_head)
          ) d
         GROUP BY account_id, kind, span
        HAVING sum(bookings) <> 0 OR sum(amount_in) <> 0 OR sum(amount_out) <> 0
        """,
    ),
    Check(
        "wallet",
        "ledger_account",
        "the balance is {kept}, what remains on its lots {found}",
        """
        SELECT a.id, a.balance AS kept, coalesce(l.amount, 0) AS found
          FROM ledger_account a
          LEFT JOIN (SELECT account_id, sum(remaining) AS amount
                       FROM ledger_lot GROUP BY account_id) l ON l.account_id = a.id
         WHERE (a.purpose = 'wallet' OR l.account_id IS NOT NULL)
           AND a.balance <> coalesce(l.amount, 0)
        """,
    ),
    Check(
        "held",
        "ledger_account",
        "held are {kept}, the open holds {found}",
        """
        SELECT a.id, a.held AS kept, coalesce(h.amount, 0) AS found
          FROM ledger_account a
          LEFT JOIN (SELECT account_id, sum(amount) AS amount
                       FROM ledger_hold WHERE status = 'open' GROUP BY account_id) h
            ON h.account_id = a.id
         WHERE a.held <> coalesce(h.amount, 0)
        """,
    ),
    Check(
        "hold",
        "ledger_hold",
        "the hold is of {kept}, its lots of {found}",
        """
        SELECT h.id, h.amount AS kept, coalesce(l.amount, 0) AS found
          FROM ledger_hold h
          LEFT JOIN (SELECT hold_id, sum(amount) AS amount
                       FROM ledger_hold_lot GROUP BY hold_id) l ON l.hold_id = h.id
         WHERE h.amount <> coalesce(l.amount, 0)
        """,
    ),
    Check(
        "hold",
        "ledger_hold",
        "the hold of {kept} was posted, the transaction took {found} from its lots",
        """
        SELECT h.id, h.amount AS kept, coalesce(t.amount, 0) AS found
          FROM ledger_hold h
          LEFT JOIN (SELECT p.hold_id, sum(p.amount) AS amount
                       FROM ledger_hold_lot p
                       JOIN ledger_hold c ON c.id = p.hold_id
                       JOIN ledger_lot_take k
                         ON k.transaction_id = c.transaction_id AND k.lot_id = p.lot_id
                        AND k.amount >= p.amount
                      GROUP BY p.hold_id) t ON t.hold_id = h.id
         WHERE h.status = 'posted' AND h.amount <> coalesce(t.amount, 0)
        """,
    ),
    Check(
        "hold",
        "ledger_hold",
        "the hold is of the account {kept}, its lots of {found}",
        """
        SELECT h.id, h.account_id AS kept, min(l.account_id) AS found
          FROM ledger_hold h
          JOIN ledger_hold_lot p ON p.hold_id = h.id
          JOIN ledger_lot l ON l.id = p.lot_id
         WHERE l.account_id <> h.account_id
         GROUP BY h.id, h.account_id
        """,
    ),
    Check(
        "orphan",
        "ledger_hold_lot",
        "the lot {kept} is held by a hold that is missing{found}",
        """
        SELECT p.hold_id AS id, p.lot_id AS kept, '' AS found
          FROM ledger_hold_lot p LEFT JOIN ledger_hold h ON h.id = p.hold_id
         WHERE h.id IS NULL
        """,
    ),
    Check(
        "reversal",
        "ledger_transaction",
        "with it corrections took back {kept} points, and the awards of their record gave {found}",
        """
        SELECT max(id) AS id, sum(back) AS kept, sum(given) AS found
          FROM (
            SELECT t.id, replace(rtrim(t.idempotency_key, '0123456789'), 'correction:', 'award:')
                         AS record,
                   CASE WHEN e.amount < 0 THEN -e.amount ELSE 0 END AS back,
                   CASE WHEN e.amount > 0 THEN e.amount ELSE 0 END AS given
              FROM ledger_transaction t
              JOIN ledger_entry e ON e.transaction_id = t.id
              JOIN ledger_account a ON a.id = e.account_id AND a.purpose = 'wallet'
             WHERE t.kind IN ('award', 'correction')
          ) moved
         GROUP BY record HAVING sum(back) > sum(given)
        """,
    ),
    Check(
        "lot_held",
        "ledger_lot",
        "held of the lot are {kept}, by open holds {found}",
        """
        SELECT l.id, l.held AS kept, coalesce(p.amount, 0) AS found
          FROM ledger_lot l
          LEFT JOIN (SELECT h.lot_id, sum(h.amount) AS amount
                       FROM ledger_hold_lot h JOIN ledger_hold o ON o.id = h.hold_id
                      WHERE o.status = 'open' GROUP BY h.lot_id) p ON p.lot_id = l.id
         WHERE l.held <> coalesce(p.amount, 0)
        """,
    ),
    Check(
        "lot",
        "ledger_lot",
        "the lot is of {kept}; what remains, is held and was taken of {found}",
        """
        SELECT l.id, l.amount AS kept, l.remaining + l.held + coalesce(t.amount, 0) AS found
          FROM ledger_lot l
          LEFT JOIN (SELECT lot_id, sum(amount) AS amount
                       FROM ledger_lot_take GROUP BY lot_id) t ON t.lot_id = l.id
         WHERE l.amount <> l.remaining + l.held + coalesce(t.amount, 0)
        """,
    ),
    *(
        Check(
            "orphan",
            table,
            "the row belongs to the transaction {kept}, which is missing",
            f"""
            SELECT o.{key} AS id, o.transaction_id AS kept, '' AS found
              FROM {table} o LEFT JOIN ledger_transaction t ON t.id = o.transaction_id
             WHERE t.id IS NULL AND o.transaction_id IS NOT NULL
            """,  # noqa: S608 (names of our own tables)
        )
        for table, key in (
            ("ledger_entry", "id"),
            ("ledger_lot", "id"),
            ("ledger_lot_take", "lot_id"),
            ("ledger_hold", "id"),
        )
    ),
)


def check(each: Check) -> Iterator[Problem]:
    """The rows where a sum does not agree."""
    found = db.session.execute(text(each.statement), execution_options={"yield_per": _AT_ONCE})
    for row in found:
        detail = each.meaning.format(kept=row.kept, found=row.found)
        yield Problem(each.kind, each.table, str(row.id), detail)
