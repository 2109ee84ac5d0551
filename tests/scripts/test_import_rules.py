"""The import rules of pyproject.toml really refuse what the design forbids."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports_command as lint; lint()"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the portal in which rules may be broken."""
    shutil.copytree(ROOT / "portal", tmp_path / "portal", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    return tmp_path


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-logo", "--no-cache"],
        cwd=house,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("module", "line", "complaint"),
    [
        ("market/stray.py", "import portal.activities", "portal.market is not allowed to import"),
        ("points/stray.py", "import portal.market", "portal.points is not allowed to import"),
        ("core/stray.py", "import portal.regions", "portal.core is not allowed to import"),
        ("market/stray.py", "import portal.points.models", "Illegal imports of protected package"),
        ("points/rules.py", "import flask", "portal.points.rules is not allowed to import flask"),
        ("points/rules.py", "from portal.core.clock import now", "portal.points.rules is not"),
        ("attic/__init__.py", "", "portal.attic"),
    ],
)
def test_a_forbidden_import_is_refused(house: Path, module: str, line: str, complaint: str) -> None:
    file = house / "portal" / module
    file.parent.mkdir(exist_ok=True)
    with file.open("a", encoding="utf-8") as target:
        target.write(f"\n{line}\n")
    answer = lint(house)
    assert answer.returncode == 1, answer.stdout
    assert complaint in " ".join(answer.stdout.split())
