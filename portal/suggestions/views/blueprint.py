"""What all pages of suggestions hang on."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("suggestions", __name__)
