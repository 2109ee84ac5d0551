"""Proposals, texts of options and covenants in each of their states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.scenes import COMMUNITY, Scene
from tests.browser.states.forms import wrong
from tests.browser.states.lists import empty
from tests.browser.states.state import State, at
from tests.browser.states.votes import step

NEXT_DOOR = "150402010004"
OLD = """第一条 爱护楼道，不堆杂物。
第二条 晚上十点后请保持安静。
第三条 电动车在车棚充电；不进楼道。"""
NEW = OLD.replace("十点后", "十点以后").replace("不进楼道", "不进楼道、不进电梯")
OPTIONS = [{"title": "照新的写", "text": NEW}, {"title": "不改，照旧"}]
Reach = Callable[[Scene], object]


def discussed(scene: Scene, **more: Any) -> dict[str, Any]:
    body = {
        "title": "居民公约改不改",
        "question": "电动车进电梯，怎么办？",
        "region_code": COMMUNITY,
        "method": "single",
        "options": OPTIONS,
        "proposals_allowed": True,
        "answer_threshold": 3,
        **more,
    }
    made: dict[str, Any] = scene.calls("committee").must("POST", "/consultations", body, status=201)
    step(scene, made, "start-discussion")
    return made


def path(vote: dict[str, Any], *parts: str) -> str:
    return "/".join((f"/consultations/{vote['id']}", *parts))


def proposed(scene: Scene, vote: dict[str, Any], number: int = 1, title: str = "装阻车器") -> str:
    body = {"title": title, "text": "电梯里装阻车器，电动车推不进去。\n物业说两天能装好。"}
    answer = scene.calls(f"resident{number}").must(
        "POST", path(vote, "proposals"), body, status=201
    )
    scene.calls("resident4").must("PUT", path(vote, "proposals", answer["id"], "support"))
    return str(answer["id"])


def answered(status: str) -> Reach:
    """The page of a proposal in a state, as a neighbour sees it."""

    def reach(scene: Scene) -> object:
        vote = discussed(scene)
        proposal = proposed(scene, vote)
        address = path(vote, "proposals", proposal)
        committee = scene.calls("committee")
        if status == "taken_up":
            committee.must("POST", f"{address}/take-up")
        elif status == "declined":
            committee.must("POST", f"{address}/decline", {"reason": "消防不允许。"})
        elif status == "withdrawn":
            scene.calls("resident1").must("POST", f"{address}/withdraw")
        elif status == "merged":
            merger = to_merge(scene, vote, proposal)
            for number in (1, 2):
                scene.calls(f"resident{number}").must(
                    "POST", path(vote, "mergers", merger, "consent"), {"agreed": True}
                )
        scene.come("resident9")
        return scene.go(address)

    return reach


def to_merge(scene: Scene, vote: dict[str, Any], proposal: str) -> str:
    other = proposed(scene, vote, 2, "电梯装摄像头")
    body = {
        "title": "电梯装阻车器和摄像头",
        "text": "一次装好。",
        "why": "两样都要动电梯。",
        "proposals": [proposal, other],
    }
    made = scene.calls("committee").must("POST", path(vote, "mergers"), body, status=201)
    return str(made["id"])


def asked(scene: Scene) -> object:
    """Somebody who is asked whether their proposal becomes part of another."""
    vote = discussed(scene)
    merger = to_merge(scene, vote, proposed(scene, vote))
    scene.come("resident1")
    return scene.go(path(vote, "mergers", merger))


def listed(scene: Scene) -> object:
    vote = discussed(scene)
    to_merge(scene, vote, proposed(scene, vote))
    scene.come("committee")
    return scene.go(path(vote, "proposals"))


def page(who: str, *parts: str) -> Reach:
    """A page about a consultation that is discussed."""

    def reach(scene: Scene) -> object:
        vote = discussed(scene)
        scene.come(who)
        return scene.go(path(vote, *parts))

    return reach


def of_option(who: str, *parts: str, desk: bool = False) -> Reach:
    def reach(scene: Scene) -> object:
        vote = discussed(scene)
        scene.come(who)
        address = path(vote, "options", vote["options"][0]["id"], *parts)
        return scene.go(f"/desk{address}" if desk else address)

    return reach


def amended(scene: Scene) -> object:
    """A text with versions, and changes to it in each state."""
    vote = discussed(scene)
    option = path(vote, "options", vote["options"][0]["id"])
    committee = scene.calls("committee")
    changes = []
    for number, sentence in ((1, "不进楼道、电梯和地下室。"), (2, "不进楼。"), (3, "一律不进。")):
        body = {"version": 1, "position": 3, "sentence": sentence, "why": "说得更清楚。"}
        changes.append(
            scene.calls(f"resident{number}").must("POST", f"{option}/amendments", body, status=201)[
                "id"
            ]
        )
    committee.must("POST", f"{option}/amendments/{changes[0]}/accept")
    reason = {"reason": "一楼有人坐轮椅，要分开说。"}
    committee.must("POST", f"{option}/amendments/{changes[1]}/reject", reason)
    body = {"version": 2, "position": 1, "sentence": "晚上九点半后请保持安静。", "why": "有小孩。"}
    scene.calls("resident5").must("POST", f"{option}/amendments", body, status=201)
    new = {"text": f"{NEW}\n第四条 遛狗牵绳。", "why": "补一条。", "seen": 2}
    committee.must("POST", f"{option}/versions", new, status=201)
    scene.come("committee")
    return scene.go(option)


def declining(scene: Scene) -> object:
    vote = discussed(scene)
    proposal = proposed(scene, vote)
    scene.come("committee")
    return scene.go(f"/desk{path(vote, 'proposals', proposal)}/decline")


def rejecting(scene: Scene) -> object:
    vote = discussed(scene)
    option = path(vote, "options", vote["options"][0]["id"])
    body = {"version": 1, "position": 3, "sentence": "不进楼。", "why": "更短。"}
    made = scene.calls("resident1").must("POST", f"{option}/amendments", body, status=201)
    scene.come("committee")
    return scene.go(f"/desk{option}/amendments/{made['id']}/reject")


def merging(scene: Scene) -> object:
    vote = discussed(scene)
    to_merge(scene, vote, proposed(scene, vote))
    scene.come("committee")
    return scene.go(f"/desk{path(vote)}/merge")


_SENTENCE = "amend?version=1&sentence=3"
_COVENANT = f"/desk/regions/{NEXT_DOOR}/covenant"

STATES = (
    empty("consultations/proposals.html", page("resident9", "proposals")),
    empty("consultations/covenant.html", at("resident9", f"/regions/{NEXT_DOOR}/covenant")),
    empty("consultations/covenant.html, to enter",
          at("committee2", f"/regions/{NEXT_DOOR}/covenant")),
    wrong("consultations/propose.html", page("resident9", "proposals/new"), "/new", title=""),
    wrong("consultations/amend.html", of_option("resident9", _SENTENCE), why=""),
    wrong("consultations/desk/refuse.html", declining, "/decline", reason=""),
    wrong("consultations/desk/refuse.html, of a change", rejecting, "/reject", reason=""),
    wrong("consultations/desk/merge.html", merging, "/merge", title=""),
    wrong("consultations/desk/reword.html", of_option("committee", "text", desk=True), "/text",
          why=""),
    wrong("consultations/desk/covenant.html", at("committee2", _COVENANT), text=""),
    State("proposal", "waiting", answered("waiting"), ".actions button"),
    State("proposal", "taken_up", answered("taken_up"), ".notice-success"),
    State("proposal", "declined", answered("declined"), ".notice-warning"),
    State("proposal", "merged", answered("merged"), ".notice-info"),
    State("proposal", "withdrawn", answered("withdrawn"), ".status-neutral"),
    State("proposals", "some alike", listed, ".row"),
    State("merger", "to agree to", asked, ".actions button"),
    State("option", "with changes", amended, ".changed ins", paper=True),
    State("covenant", "adopted", at("resident9", f"/regions/{COMMUNITY}/covenant"), ".covenant",
          paper=True),
)  # fmt: skip
