"""The blueprint all pages of this room hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("organizations", __name__)
