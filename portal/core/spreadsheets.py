"""Files for spreadsheets: comma-separated, row by row, and without anything that would be run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response, stream_with_context

from portal.core.clock import clock

MARK = "\ufeff"
"""Spreadsheets read UTF-8 only with this mark."""

MOST_ROWS_AT_ONCE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def spreadsheet(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Response:
    """A file to download, sent while it is written: however long, it is never held as a whole.

    Args:
        name: of the file, without ending.
        head: the columns' names.
        rows: their values; texts that a spreadsheet would run as a formula are made plain.
    """
    return Response(
        stream_with_context(_written(head, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def minute_of(instant: Any) -> str:
    """An instant as a spreadsheet sorts it: day and minute in the portal's time zone."""
    return f"{instant.astimezone(clock.zone):%Y-%m-%d %H:%M}"


def _written(head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield MARK
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_plain(each) for each in head])
    for number, row in enumerate(rows, 1):
        writer.writerow([_plain(each) for each in row])
        if number % MOST_ROWS_AT_ONCE == 0:
            yield _emptied(out)
    yield _emptied(out)


def _emptied(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, int):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
