"""Where pictures that people send along with their service are kept."""

from __future__ import annotations

from pathlib import Path

from flask import current_app


def evidence_folder() -> Path:
    return Path(current_app.instance_path) / "uploads" / "evidence"
