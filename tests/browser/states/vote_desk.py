"""The desk of votes and the polling table: empty, filled in wrongly, and what they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.scenes import Scene
from tests.browser.states.forms import wrong
from tests.browser.states.lists import empty, quietly
from tests.browser.states.state import State, at
from tests.browser.states.votes import counted, drafted, opened, step

DESK, TABLE = "/desk/consultations", "/desk/polling"
TRUSTEES: dict[str, Any] = {"trustees": {"shares": 3, "needed": 2}}
Reach = Callable[[Scene], object]


def desk(vote: dict[str, Any], scene: Scene, page: str = "") -> object:
    scene.come("committee")
    return scene.go(f"{DESK}/{vote['id']}{page}")


def table(vote: dict[str, Any], scene: Scene, page: str = "") -> object:
    scene.come("socialworker")
    return scene.go(f"{TABLE}/{vote['id']}{page}")


def on_desk(page: str, **more: Any) -> Reach:
    """A page about an open vote."""
    return lambda scene: desk(opened(scene, **more), scene, page)


def checked(scene: Scene) -> object:
    budget = {"budget": {"amount": 9_000_00, "currency": "CNY"}}
    return desk(drafted(scene, "equal_shares", **budget), scene, "/check")


def to_change(scene: Scene) -> object:
    return desk(drafted(scene, "approval", **TRUSTEES), scene, "/edit")


def audited(scene: Scene) -> object:
    vote = opened(scene)
    scene.come("auditor")
    return scene.go(f"{DESK}/{vote['id']}/roll/people")


def shares(scene: Scene) -> object:
    """Opened by the page: the only time that the trustees' shares are seen."""
    vote = drafted(scene, "single", **TRUSTEES)
    step(scene, vote, "start-discussion")
    desk(vote, scene, "/check")
    return scene.send("/open")


def with_trustees(scene: Scene) -> object:
    return desk(opened(scene, **TRUSTEES), scene, "/close")


def to_decide(scene: Scene) -> object:
    return desk(counted(scene, "single", ((0,), (1,), (0,))), scene, "/decide")


def looked_up(number: int, *, twice: bool = False) -> Reach:
    """Somebody at the table; ``twice``: who has had a paper ballot."""

    def reach(scene: Scene) -> object:
        vote = opened(scene)
        code = scene.calls(f"resident{number}").must("GET", "/me")["member_code"]
        table(vote, scene)
        if twice:
            paper = {"member_code": code}
            path = f"/consultations/{vote['id']}/paper-ballots"
            scene.calls("socialworker").must("POST", path, paper, status=201)
        return scene.send("/look-up", member_code=code)

    return reach


def marked(scene: Scene) -> object:
    looked_up(7)(scene)
    return scene.send("/mark")


def entering(method: str) -> Reach:
    return lambda scene: table(opened(scene, method), scene, "/tally")


def over(scene: Scene) -> object:
    return table(counted(scene, "single", ((0,),)), scene)


STATES = (
    empty("consultations/desk/index.html", quietly(DESK)),
    empty("consultations/desk/index.html, waiting", quietly(f"{DESK}/waiting")),
    empty("consultations/desk/polling_tables.html", quietly(TABLE)),
    empty("consultations/desk/polling.html", over),
    wrong("consultations/desk/form.html", at("committee", f"{DESK}/new"), "/new", title=""),
    wrong("consultations/desk/cancel.html", on_desk("/cancel"), "/cancel", reason=""),
    wrong("consultations/desk/roll.html", on_desk("/roll"), "/roll", reason=""),
    wrong("consultations/desk/close.html", with_trustees, "/close", **{"shares-0": "1-X"}),
    wrong("consultations/desk/decide.html", to_decide, "/decide", reasons=""),
    wrong("consultations/desk/polling.html", lambda scene: table(opened(scene), scene),
          "/look-up", member_code="0000"),
    State("vote desk", "draft to change", to_change, "[name=trustees]"),
    State("vote desk", "people on the roll", audited, ".table"),
    State("vote desk", "checklist", checked, ".status-wait"),
    State("vote desk", "open", on_desk(""), ".progress"),
    State("vote desk", "shares", shares, ".share-sheet", paper=True),
    State("polling", "may have a ballot", looked_up(5), ".till-check"),
    State("polling", "has voted", looked_up(6, twice=True), ".till-refused"),
    State("polling", "marked", marked, ".till-ok"),
    State("paper", "single", entering("single"), ".choice"),
    State("paper", "ranked", entering("ranked"), ".rank"),
)  # fmt: skip
