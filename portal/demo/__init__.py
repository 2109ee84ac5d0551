"""The demo district: a believable 红山区, built by a seed through the portal's own services."""

from typing import Any

from flask import Flask


def init_app(app: Flask) -> None:
    """In demo mode pages may name the sign-ins, and who reads the messages."""
    from portal.demo import cast

    def sign_ins() -> dict[str, Any]:
        return {
            "demo_sign_ins": list(cast.SIGN_INS.items()),
            "demo_password": cast.PASSWORD,
            "demo_reader": f"admin@{cast.DOMAIN}",
        }

    if app.settings.demo:  # type: ignore[attr-defined]
        app.context_processor(sign_ins)
