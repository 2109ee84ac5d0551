"""Regions are brought up to the published divisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from portal.core import audit
from portal.core.database import db, on_sqlite
from portal.regions import division_file
from portal.regions.division_file import Division, Fault
from portal.regions.models import Region
from portal.regions.rules import GridKind, Level, path_below


class ImportRefused(Exception):
    """The file has faults; nothing was imported."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} faults")


@dataclass(frozen=True)
class Imported:
    """How many regions an import made, renamed and moved, and how many are in the file."""

    lines: int
    created: int
    renamed: int
    moved: int


def import_divisions(content: bytes) -> Imported:
    """Bring the regions up to a file of divisions, in the transaction at hand.

    Regions that are not in the file stay. Where one is moved, all below it moves along.

    Raises:
        ImportRefused: with every fault of the file.
    """
    if not on_sqlite():  # readers go on; a second import waits
        db.session.execute(text("LOCK TABLE region IN SHARE ROW EXCLUSIVE MODE"))
    present = _present()
    levels = {code: region["level"] for code, region in present.items()}
    divisions, faults = division_file.read(content, levels)
    if faults:
        raise ImportRefused(faults)
    planned = _planned(present, divisions)
    created = [row for code, row in planned.items() if code not in present]
    changed = [row for code, row in planned.items() if code in present and row != present[code]]
    _write(created, changed)
    imported = Imported(
        lines=len(divisions),
        created=len(created),
        renamed=sum(row["name"] != present[row["code"]]["name"] for row in changed),
        moved=sum(row["parent_code"] != present[row["code"]]["parent_code"] for row in changed),
    )
    if created or changed:
        audit.record(None, "regions.imported", "region", "*", **vars(imported))
    return imported


def _present() -> dict[str, dict[str, Any]]:
    rows = db.session.execute(select(*Region.__table__.c)).mappings()
    return {row["code"]: dict(row) for row in rows}


def _planned(
    present: dict[str, dict[str, Any]], divisions: Iterable[Division]
) -> dict[str, dict[str, Any]]:
    """Every region as it shall be, parents before children, paths made anew."""
    wanted = {code: dict(row) for code, row in present.items()}
    for division in divisions:
        before = present.get(division.code)
        wanted[division.code] = {
            "code": division.code,
            "name": division.name,
            "level": division.level.value,
            "parent_code": division.parent_code,
            "path": "",
            "grid_kind": before["grid_kind"] if before else _grid_kind(division.level),
            "retired_at": before["retired_at"] if before else None,
        }
    order = {level.value: position for position, level in enumerate(Level)}
    planned: dict[str, dict[str, Any]] = {}
    for row in sorted(wanted.values(), key=lambda each: (order[each["level"]], each["code"])):
        parent = row["parent_code"]
        row["path"] = path_below(planned[parent]["path"] if parent else "", row["code"])
        planned[row["code"]] = row
    return planned


def _grid_kind(level: Level) -> str | None:
    """The file does not tell; a grid is a general one until somebody says otherwise."""
    return GridKind.GENERAL.value if level is Level.GRID else None


def _write(created: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    connection = db.session.connection()
    if created:
        connection.execute(insert(Region), created)
    if changed:
        connection.execute(
            update(Region.__table__)  # type: ignore[arg-type]
            .where(Region.__table__.c.code == bindparam("which"))
            .values(
                name=bindparam("new_name"),
                parent_code=bindparam("new_parent"),
                path=bindparam("new_path"),
            ),
            [
                {
                    "which": row["code"],
                    "new_name": row["name"],
                    "new_parent": row["parent_code"],
                    "new_path": row["path"],
                }
                for row in changed
            ],
        )
