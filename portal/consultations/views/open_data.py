"""Results and turnout as files for a spreadsheet; each column stands in docs/open-data.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from flask import Response, request

from portal.consultations.queries import cells, results
from portal.consultations.views.blueprint import blueprint
from portal.consultations.views.outcome import counted
from portal.core.access import requires
from portal.core.errors import NotFound
from portal.core.permissions import Permission
from portal.core.spreadsheets import minute_of, spreadsheet
from portal.regions.queries import names_of

RESULT_COLUMNS = (
    "vote_id",
    "title",
    "region_code",
    "region",
    "method",
    "status",
    "opened_at",
    "closed_at",
    "budget_yuan",
    "roll",
    "voted",
    "voted_online",
    "voted_on_paper",
    "blank",
    "quorum",
    "quorum_met",
    "accepted",
    "head_hash",
    "option_id",
    "option",
    "cost_yuan",
    "votes",
    "chosen",
)
TURNOUT_COLUMNS = ("vote_id", "region_code", "region", "roll", "voted")


@blueprint.get("/consultations/results.csv")
@requires(Permission.PUBLIC)
def all_results_csv() -> Response:
    """All counted votes of a region (``region``) and below, a row for each option."""
    region = request.args.get("region", "")
    if region and region not in names_of([region]):
        raise NotFound
    return spreadsheet("results", RESULT_COLUMNS, _rows(results.every(region or None)))


@blueprint.get("/consultations/<id:consultation_id>/results.csv")
@requires(Permission.PUBLIC)
def results_csv(consultation_id: str) -> Response:
    """One counted vote, a row for each option."""
    row = counted(consultation_id)
    return spreadsheet(f"results-{row.id}", RESULT_COLUMNS, _rows([results.of_one(row)]))


@blueprint.get("/consultations/<id:consultation_id>/turnout.csv")
@requires(Permission.PUBLIC)
def turnout_csv(consultation_id: str) -> Response:
    """The turnout by where people live, without a region that of who only works there; numbers that
    would point at anybody are left empty."""
    row = counted(consultation_id)
    lines = [
        (
            row.id,
            each.code or "",
            each.name or "",
            *((each.cell.size, each.cell.voted) if each.cell else ("", "")),
        )
        for each in cells.areas_of(row.id)
    ]
    return spreadsheet(f"turnout-{row.id}", TURNOUT_COLUMNS, lines)


def _rows(outcomes: Iterable[results.Outcome]) -> Iterator[tuple[Any, ...]]:
    for outcome in outcomes:
        about = _about(outcome)
        for each in outcome.options:
            option = each.option
            yield (
                *about,
                option.id,
                option.title,
                _yuan(option.cost),
                each.votes,
                _flag(each.chosen),
            )


def _about(outcome: results.Outcome) -> tuple[Any, ...]:
    row = outcome.row
    return (
        row.id,
        row.title,
        row.region_code,
        row.region_name,
        row.method,
        row.status,
        minute_of(row.opened_at),
        minute_of(row.closed_at),
        _yuan(row.budget),
        row.roll_size,
        outcome.turnout.voted,
        outcome.turnout.online,
        outcome.turnout.paper,
        outcome.blank,
        row.quorum,
        _flag(outcome.quorum_met),
        "" if row.accepted is None else _flag(row.accepted),
        row.head_hash,
    )


def _flag(value: bool) -> int:  # noqa: FBT001
    """1 for yes, 0 for no: spreadsheets write their own words for true and false."""
    return int(value)


def _yuan(amount: int | None) -> Any:
    return "" if amount is None else Decimal(amount) / 100
