"""Staff with browsers: what is filled in at the desk and at the polling table."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from tests import world
from tests.browsing import Browser
from tests.consultations.stage import TITLES

DESK = "/desk/consultations"
TABLE = "/desk/polling"


def at_desk(client: FlaskClient, login: str, language: str = "en") -> Browser:
    """Somebody of staff, signed in with a browser of their own."""
    return Browser(client.application.test_client(), language).sign_in(login)


def filled(titles: tuple[str, ...] = TITLES, costs: tuple[str, ...] = (), **more: Any) -> Any:
    """The form of a draft, as a committee fills it in."""
    rows = {f"options-{place}-title": title for place, title in enumerate(titles)}
    rows |= {f"options-{place}-cost": cost for place, cost in enumerate(costs)}
    return {
        "title": "小院添点什么",
        "question": "今年的钱只够一样，先做哪一样？",
        "region_code": world.COMMUNITY,
        "method": "single",
        **rows,
        **more,
    }


def draft(desk: Browser, **more: Any) -> str:
    """Keep a draft; returns its id."""
    desk.open(f"{DESK}/new")
    desk.send(f"{DESK}/new", **filled(**more))
    found = re.fullmatch(rf"{DESK}/(\w+)/check", desk.address)
    assert found, desk.text
    return found[1]


def discussed(desk: Browser, **more: Any) -> str:
    vote = draft(desk, **more)
    desk.send(f"{DESK}/{vote}/start-discussion")
    return vote


def opened(desk: Browser, **more: Any) -> str:
    """Open voting by the pages; the browser stands at what comes then."""
    vote = discussed(desk, **more)
    desk.open(f"{DESK}/{vote}/check")
    desk.send(f"{DESK}/{vote}/open")
    return vote


def option_ids(town: Any, vote: str) -> list[str]:
    answer = town.api.get(f"/consultations/{vote}")
    return [option["id"] for option in answer.json["options"]]


def entered(browser: Browser, vote: str, *ballots: tuple[str, ...], field: str = "choices") -> None:
    """Enter paper ballots one after the other; ``()`` is a blank one."""
    address = f"{TABLE}/{vote}/tally"
    browser.open(address)
    for ballot in ballots:
        if ballot:
            marked: dict[str, Any] = {field: list(ballot)}
            browser.send(address, deed="next", **marked)
        else:
            browser.send(address, deed="blank")


def handed_in(browser: Browser, vote: str) -> None:
    address = f"{TABLE}/{vote}/tally"
    browser.send(address, deed="look")
    browser.send(address, deed="hand_in")
