"""Every room tells people only what notices can put into words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import portal
from portal.notifications.kinds import KINDS
from tests.notifications.contract import ENRICHED

ROOT = Path(portal.__file__).parent
TELLING = re.compile(r"^(emit|_tell\w*|_notify\w*)$")
A_KIND = re.compile(r"^[a-z]+\.[a-z_]+$")


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a function that tells somebody something."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                function = node.func
                name = getattr(function, "attr", getattr(function, "id", ""))
                if TELLING.match(name) and not (name == "emit" and first(node) != "notify"):
                    yield path, node


def first(call: ast.Call) -> object:
    return call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None


def kinds_in(call: ast.Call) -> list[str]:
    """The kinds that a call names outright."""
    given = [*call.args, *(each.value for each in call.keywords if each.arg == "kind")]
    words = [each.value for each in given if isinstance(each, ast.Constant)]
    return [word for word in words if isinstance(word, str) and A_KIND.match(word)]


def test_every_kind_that_is_told_has_words() -> None:
    told = {kind: path for path, call in calls() for kind in kinds_in(call)}
    assert len(told) > 15
    assert {kind: path for kind, path in told.items() if kind not in KINDS} == {}


def test_what_is_written_out_in_full_has_all_that_its_words_need() -> None:
    seen = 0
    for path, call in calls():
        params = next((each.value for each in call.keywords if each.arg == "params"), None)
        literal = isinstance(params, ast.Dict) and None not in params.keys
        for kind in kinds_in(call) if literal else []:
            assert isinstance(params, ast.Dict)
            names = {key.value for key in params.keys if isinstance(key, ast.Constant)}
            given = {ENRICHED.get(str(name), str(name)) for name in names}
            assert KINDS[kind].needs <= given, (path, kind)
            seen += 1
    assert seen >= 5
