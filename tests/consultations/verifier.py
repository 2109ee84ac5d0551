"""The verifier as a module, for tests: it is a program that stands alone, not part of a package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

TOOL = Path(__file__).parents[2] / "tools" / "verify_board.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_board", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = _load()
