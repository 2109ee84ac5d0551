"""The operator brings the regions up to the published divisions."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.core.audit import AuditEvent
from portal.core.database import db
from portal.regions import queries
from portal.regions.models import Region

HEADER = "code,name,level,parent_code\n"
SMALL = (
    HEADER + "1504,赤峰市,city,\n150402,红山区,district,1504\n150402010,西城街道,street,150402\n"
)


@pytest.fixture
def importing(app: Any, tmp_path: Path) -> Any:
    def run(content: str | bytes) -> Any:
        file = tmp_path / "divisions.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=["regions", "import", str(file)])
        db.session.rollback()
        return result

    return run


def names() -> dict[str, str]:
    return dict(db.session.execute(select(Region.code, Region.name)).all())


def paths() -> dict[str, str]:
    return dict(db.session.execute(select(Region.code, Region.path)).all())


def test_the_file_becomes_a_tree(importing: Any) -> None:
    result = importing(SMALL)
    assert result.exit_code == 0, result.output
    assert paths() == {
        "1504": "/1504/",
        "150402": "/1504/150402/",
        "150402010": "/1504/150402/150402010/",
    }


def test_importing_twice_changes_nothing(importing: Any) -> None:
    importing(SMALL)
    before = paths(), names()
    result = importing(SMALL)
    assert "0 new, 0 renamed, 0 moved" in result.output
    assert (paths(), names()) == before
    assert db.session.execute(select(func.count()).select_from(AuditEvent)).scalar_one() == 1


def test_children_may_stand_before_their_parents(importing: Any) -> None:
    lines = SMALL.splitlines(keepends=True)
    result = importing("".join([lines[0], *reversed(lines[1:])]))
    assert result.exit_code == 0, result.output
    assert queries.path_of("150402010") == ("1504", "150402", "150402010")


def test_a_rename_is_applied(importing: Any) -> None:
    importing(SMALL)
    result = importing(SMALL.replace("西城街道", "新城街道"))
    assert "1 renamed" in result.output
    assert names()["150402010"] == "新城街道"


def test_a_move_takes_all_below_along(importing: Any) -> None:
    importing(
        SMALL + "150402010003,红山郡社区,community,150402010\n150403,元宝山区,district,1504\n"
    )
    result = importing(HEADER + "150402010,西城街道,street,150403\n")
    assert "1 moved" in result.output
    assert queries.path_of("150402010") == ("1504", "150403", "150402010")
    assert queries.path_of("150402010003") == ("1504", "150403", "150402010", "150402010003")
    assert queries.page(parent="150402").items == []


def test_regions_that_are_not_in_the_file_stay(importing: Any) -> None:
    importing(SMALL)
    importing(HEADER + "12,天津市,city,\n")
    assert set(names()) == {"12", "1504", "150402", "150402010"}


def test_grids_are_general_until_somebody_says_otherwise(importing: Any) -> None:
    result = importing(
        SMALL
        + "150402010003,红山郡社区,community,150402010\n150402010003001,一网格,grid,150402010003\n"
    )
    assert result.exit_code == 0, result.output
    assert queries.lineage("150402010003001")[-1].grid_kind == "general"


BAD_LINES = [
    ("150402a,红山区,district,1504", "a district has 6 digits"),
    ("15040２,红山区,district,1504", "a district has 6 digits"),
    ("1504020,红山区,district,1504", "a district has 6 digits"),
    ("150,赤峰,city,", "a city has 4 or 2 digits"),
    ("150402,红山区,District,1504", "level 'District'"),
    ("150402,红山区,,1504", "level ''"),
    ("150402,,district,1504", "the name is empty"),
    ("150402, ,district,1504", "the name is empty"),
    ("150402," + "红" * 101 + ",district,1504", "longer than 100"),
    ("150402,红山区,district,", "a district needs a parent"),
    ("1505,通辽市,city,1504", "a city has no parent"),
    ("150402,红山区,district,9999", "parent '9999' is unknown"),
    ("150402010,西城街道,street,1504", "parent 1504 is a city; a street needs a district"),
    ("1504,赤峰市,city,", "code 1504 stands in line 2 already"),
    ("150402,红山区,district", "4 columns are needed, there are 3"),
    ("150402,红山区,district,1504,", "4 columns are needed, there are 5"),
    ("", "4 columns are needed, there are 0"),
    ("150402,红山\x00区,district,1504", "control character"),
    ("150402,红山\u202e区,district,1504", "control character"),
    ('150402,"红山\t区",district,1504', "control character"),
    ('150402,"红山区,district,1504', "not CSV"),
]


@pytest.mark.parametrize(("line", "reason"), BAD_LINES)
def test_a_bad_line_is_named_and_nothing_is_imported(
    importing: Any, line: str, reason: str
) -> None:
    result = importing(f"{HEADER}1504,赤峰市,city,\n{line}\n")
    assert result.exit_code == 1
    (first, *_) = result.stderr.splitlines()
    assert first.startswith("line 3: ")
    assert reason in first
    assert names() == {}


def test_every_bad_line_is_named_in_order(importing: Any) -> None:
    result = importing(HEADER + "x,a,city,\n1504,赤峰市,city,\n150402,红山区,district,77\n,,,\n")
    said = [line.split(":")[0] for line in result.stderr.splitlines() if line.startswith("line")]
    assert said == ["line 2", "line 4", "line 5"]


@pytest.mark.parametrize(
    "content", ["", "name,code,level,parent_code\n", "code,name,level\n", "\n" + SMALL]
)
def test_another_header_is_line_one(importing: Any, content: str) -> None:
    result = importing(content)
    assert result.exit_code == 1
    assert result.stderr.startswith("line 1: the header")


def test_bytes_that_are_not_utf8_are_named_by_their_line(importing: Any) -> None:
    result = importing(SMALL.encode() + "150403,元宝山区,district,1504\n".encode("gb18030"))
    assert result.exit_code == 1
    assert result.stderr.startswith("line 5: this is not UTF-8")
    assert names() == {}


def test_a_quoted_line_break_keeps_the_line_numbers_right(importing: Any) -> None:
    result = importing(HEADER + '1504,"赤\n峰市",city,\nx,y,city,\n')
    said = [line.split(":")[0] for line in result.stderr.splitlines() if line.startswith("line")]
    assert said == ["line 2", "line 4"]


def test_a_byte_order_mark_and_windows_line_ends_are_understood(importing: Any) -> None:
    result = importing(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert result.exit_code == 0, result.output
    assert len(names()) == 3


def test_a_whole_city_is_read_in_seconds(importing: Any) -> None:
    lines = [HEADER, "1504,赤峰市,city,\n"]
    for district in range(1, 13):
        d = f"1504{district:02d}"
        lines.append(f"{d},区{district},district,1504\n")
        for street in range(1, 21):
            s = f"{d}{street:03d}"
            lines.append(f"{s},街{street},street,{d}\n")
            lines.extend(f"{s}{n:03d},社区{n},community,{s}\n" for n in range(1, 51))
    started = time.monotonic()
    result = importing("".join(lines))
    assert result.exit_code == 0, result.output
    assert time.monotonic() - started < 20
    assert len(paths()) == 1 + 12 + 240 + 12_000
