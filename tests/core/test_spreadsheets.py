"""Files for spreadsheets: read by people, run by nobody."""

from __future__ import annotations

import csv
import io

import pytest

from portal.app import Portal
from portal.core.spreadsheets import MOST_ROWS_AT_ONCE, spreadsheet


def written(app: Portal, *rows: list[object]) -> list[list[str]]:
    with app.test_request_context():
        answer = spreadsheet("list", ["What", "How many"], rows)
        text = answer.get_data(as_text=True)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "－1", "＋1", "＠x"]
)
def test_what_looks_like_a_formula_is_made_plain(app: Portal, text: str) -> None:
    assert written(app, [text, 1])[1][0].replace("\r\n", "\n") == f"'{text}"


def test_numbers_stay_numbers(app: Portal) -> None:
    assert written(app, ['a, "b"\nc', -12], ["", None])[1:] == [['a, "b"\nc', "-12"], ["", ""]]


def test_a_long_file_is_sent_in_pieces(app: Portal) -> None:
    count = 2 * MOST_ROWS_AT_ONCE + 3
    with app.test_request_context():
        answer = spreadsheet("list", ["n"], ([n] for n in range(count)))
        pieces = list(answer.response)
    assert len(pieces) == 4
    lines = "".join(map(str, pieces)).removeprefix("\ufeff").split()
    assert lines == ["n", *map(str, range(count))]
