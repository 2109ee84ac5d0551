"""Residents propose options and support them, by the API."""

from __future__ import annotations

from typing import Any

from tests.consultations.stage import Town, done

BENCH = {"title": "凉亭", "text": "在树下建一座凉亭。"}


def path(vote: dict[str, Any], *parts: str) -> str:
    return "/".join((f"/consultations/{vote['id']}", *parts))


def discussed(town: Town, **more: Any) -> dict[str, Any]:
    return town.discussed(proposals_allowed=True, **more)


def proposed(town: Town, vote: dict[str, Any], number: int = 0, **more: Any) -> dict[str, Any]:
    answer = town.resident(number).post(path(vote, "proposals"), {**BENCH, **more})
    return done(answer, 201)


def supports(town: Town, number: int, vote: dict[str, Any], proposal: dict[str, Any]) -> Any:
    address = path(vote, "proposals", proposal["id"], "support")
    return town.resident(number).request("PUT", address)
