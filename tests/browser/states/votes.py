"""Votes in every state, their ballots and their counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import text

from tests.browser.scenes import COMMUNITY, Scene
from tests.browser.states.forms import wrong
from tests.browser.states.lists import QUIET_COMMUNITY, empty, quietly
from tests.browser.states.state import State, at

TITLES = ("更换三盏路灯", "楼道安装扶手", "楼道清理日")
COSTS = (6_000_00, 3_500_00, 0)
BUDGET = {"budget": {"amount": 9_000_00, "currency": "CNY"}}
Reach = Callable[[Scene], object]


def drafted(scene: Scene, method: str, **more: Any) -> dict[str, Any]:
    costs = COSTS if "budget" in more else (None, None, None)
    options = [
        {"title": title, "cost": cost if cost is None else {"amount": cost, "currency": "CNY"}}
        for title, cost in zip(TITLES, costs, strict=True)
    ]
    body = {
        "title": "小院添点什么",
        "question": "今年的钱只够一样。\n先做哪一样？",
        "region_code": COMMUNITY,
        "method": method,
        "options": options,
        "quorum": 0.02,
        **more,
    }
    made: dict[str, Any] = scene.calls("committee").must("POST", "/consultations", body, status=201)
    return made


def step(scene: Scene, vote: dict[str, Any], *names: str) -> None:
    for name in names:
        scene.calls("committee").must("POST", f"/consultations/{vote['id']}/{name}")


def opened(scene: Scene, method: str = "single", **more: Any) -> dict[str, Any]:
    vote = drafted(scene, method, **more)
    step(scene, vote, "start-discussion", "open")
    return vote


def counted(
    scene: Scene, method: str, ballots: Sequence[tuple[int, ...]], **more: Any
) -> dict[str, Any]:
    vote = opened(scene, method, **more)
    for number, places in enumerate(ballots, start=1):
        body = {"choices": [vote["options"][place]["id"] for place in places]}
        path = f"/consultations/{vote['id']}/ballots"
        scene.calls(f"resident{number}").must("POST", path, body, status=201)
    step(scene, vote, "close")
    return vote


def look(scene: Scene, vote: dict[str, Any], page: str = "", who: str = "resident9") -> object:
    scene.come(who)
    return scene.go(f"/consultations/{vote['id']}{page}")


def in_state(status: str) -> Reach:
    """The page of a vote in a state, as a resident sees it (of a draft: the committee)."""

    def reach(scene: Scene) -> object:
        vote = drafted(scene, "single")
        path = f"/consultations/{vote['id']}"
        if status == "draft":
            return look(scene, vote, who="committee")
        step(scene, vote, "start-discussion")
        said = {"text": "长椅放在哪儿？"}
        asked = scene.calls("resident1").must("POST", f"{path}/comments", said, status=201)
        answer = {"text": "树下吧。", "reply_to": asked["id"]}
        scene.calls("resident2").must("POST", f"{path}/comments", answer, status=201)
        step(scene, vote, *{"discussion": (), "cancelled": ()}.get(status, ("open",)))
        if status in ("closed", "decided"):
            step(scene, vote, "close")
        if status == "decided":
            decision = {"accepted": True, "reasons": "多数人选了它。"}
            scene.calls("committee").must("POST", f"{path}/decide", decision)
        if status == "cancelled":
            scene.calls("committee").must("POST", f"{path}/cancel", {"reason": "预算被收回"})
        return look(scene, vote)

    return reach


def ballot(method: str, **more: Any) -> Reach:
    def reach(scene: Scene) -> object:
        return look(scene, opened(scene, method, **more), "/vote")

    return reach


def voted(scene: Scene) -> object:
    look(scene, opened(scene), "/vote")
    scene.page.locator("input[name=choices]").first.check()
    scene.page.locator("button[value=review]").click()
    scene.page.locator("button[value=cast]").click()
    return scene.page.wait_for_selector(".notice-success")


def off_the_roll(scene: Scene) -> object:
    return look(scene, opened(scene), "/vote", who="neighbour1")


def result(method: str, ballots: Sequence[tuple[int, ...]], **more: Any) -> Reach:
    def reach(scene: Scene) -> object:
        return look(scene, counted(scene, method, ballots, **more), "/results")

    return reach


def board(ballots: Sequence[tuple[int, ...]], **more: Any) -> Reach:
    def reach(scene: Scene) -> object:
        return look(scene, counted(scene, "ranked", ballots, **more), "/board")

    return reach


def far_away(address: str) -> Reach:
    """The page of somebody who lives where nothing has been asked yet."""

    def reach(scene: Scene) -> object:
        if "far away" not in scene.notes:
            community = scene.id_of(
                "SELECT code FROM region WHERE level = 'community' AND code NOT LIKE '150402010%'"
                " AND code <> :quiet ORDER BY code",
                quiet=QUIET_COMMUNITY,
            )
            scene.come("camera")
            scene.go(f"/me/home?community={community}")
            scene.send("", address="3 号楼 2 单元 301")
            scene.notes["far away"] = "camera"
        scene.come("camera")
        return scene.go(address)

    return reach


def counting(scene: Scene) -> object:
    """Sealed, and half of the envelopes opened; nobody finishes it before the trustees do."""
    vote = opened(scene, trustees={"shares": 3, "needed": 2})
    for number in (1, 2, 4):
        body: dict[str, Any] = {"choices": []}
        path = f"/consultations/{vote['id']}/ballots"
        scene.calls(f"resident{number}").must("POST", path, body, status=201)
    for statement in (
        "UPDATE consultation SET sealed_at = opened_at WHERE id = :id",
        "INSERT INTO count_progress VALUES (:id, 3, 2, 0)",
    ):
        scene.database.execute(text(statement), {"id": vote["id"]})
    scene.database.commit()
    return look(scene, vote)


STUDY = """META
key;value
description;Courtyard of the north
currency;PLN
budget;1000
vote_type;approval
PROJECTS
project_id;cost;name
1;600;Bench
2;500;Lamp
3;400;Flowers
VOTES
voter_id;vote
a;1,2
b;1
c;1,3
"""


def study(page: str) -> Reach:
    """A vote of others, as who took it in sees it."""

    def reach(scene: Scene) -> object:
        body = {"region_code": COMMUNITY, "method": "equal_shares", "file": STUDY}
        made = scene.calls("committee").must("POST", "/consultations/studies", body, status=201)
        return look(scene, made, page, who="committee")

    return reach


RANKED = ((0, 1, 2), (1, 0), (2, 1), (1,), ())
CHOSEN = ((0,), (1,), (1,), (2,), ())

STATES = (
    empty("consultations/index.html", far_away("/consultations")),
    empty("consultations/index.html, results", far_away("/consultations?when=past")),
    empty("consultations/board.html", board(())),
    wrong("consultations/board.html", board(RANKED, disclosure="separate"), "/board", receipt=""),
    State("consultation", "draft", in_state("draft"), ".notice-info"),
    State("consultation", "discussion", in_state("discussion"), ".comment-depth-1"),
    State("consultation", "open", in_state("open"), ".actions a[href$='/vote']"),
    State("consultation", "closed", in_state("closed"), ".actions a[href$='/results']"),
    State("consultation", "decided", in_state("decided"), ".actions a[href$='/results']"),
    State("consultation", "cancelled", in_state("cancelled"), ".notice-warning"),
    State("consultation", "open, being counted", counting, "#counting progress"),
    State("study", "result", study("/results"), ".step-funded"),
    State("study", "board", study("/board"), ".notice-info"),
    State("study", "listed", at("committee", "/desk/consultations/studies"), ".rows"),
    empty("consultations/desk/studies.html", quietly("/desk/consultations/studies")),
    wrong("consultations/desk/study_new.html",
          at("committee", "/desk/consultations/studies/new"), "/studies/new"),
    State("ballot", "single", ballot("single"), ".choice-blank"),
    State("ballot", "approval", ballot("approval", max_choices=2), ".ballot-sum"),
    State("ballot", "ranked", ballot("ranked"), ".rank-press"),
    State("ballot", "budget", ballot("budget_greedy", **BUDGET), ".ballot-sum"),
    State("ballot", "cast", voted, ".receipt", paper=True),
    State("ballot", "none", off_the_roll, ".notice-warning"),
    State("count", "single", result("single", CHOSEN), ".chart", paper=True),
    State("count", "tie", result("approval", CHOSEN[:2]), ".hash"),
    State("count", "ranked", result("ranked", RANKED), ".round"),
    State("count", "schulze", result("schulze", RANKED), ".round"),
    State("count", "greedy", result("budget_greedy", CHOSEN, **BUDGET), ".step-funded"),
    State("count", "equal shares", result("equal_shares", CHOSEN, **BUDGET), ".step-funded"),
)  # fmt: skip
