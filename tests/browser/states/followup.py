"""What comes after a vote: promises, later ends, rules put to the vote, questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal.core.clock import clock, now, rfc3339
from tests.browser.scenes import COMMUNITY, Scene
from tests.browser.states.forms import wrong
from tests.browser.states.lists import QUIET_COMMUNITY, empty, quietly
from tests.browser.states.state import State, at
from tests.browser.states.votes import counted, drafted, opened

Reach = Callable[[Scene], object]
RULE = f"{COMMUNITY}:points_per_hour"
ABOUT = f"/questions/about?about=rule&of={RULE}"


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def promised(scene: Scene) -> dict[str, Any]:
    """A decided vote's one promise, with a step that is done and a new day."""
    vote = counted(scene, "single", ((0,), (1,), (0,)))
    promise = {
        "title": "更换三盏路灯",
        "owner": "社区物业服务中心",
        "due_on": day(30),
        "budget": {"amount": 6_000_00, "currency": "CNY"},
        "milestones": [
            {"title": "选定型号并公示", "due_on": day(9)},
            {"title": "安装", "due_on": day(25)},
        ],
    }
    body = {"accepted": True, "reasons": "多数人选了它。", "commitments": [promise]}
    calls = scene.calls("committee")
    decided = calls.must("POST", f"/consultations/{vote['id']}/decide", body)
    made: dict[str, Any] = decided["decision"]["commitments"][0]
    path = f"/commitments/{made['id']}"
    step = made["milestones"][0]["id"]
    calls.must("POST", f"{path}/milestones/{step}/done")
    calls.must("POST", f"{path}/move", {"due_on": day(40), "reason": "厂家缺货，晚到十天。"})
    return made


def promise(deed: str = "", **body: str) -> Reach:
    """The public page of a promise, after a deed."""

    def reach(scene: Scene) -> object:
        made = promised(scene)
        if deed:
            scene.calls("committee").must("POST", f"/commitments/{made['id']}/{deed}", body)
        scene.come("resident1")
        return scene.go(f"/consultations/commitments/{made['id']}")

    return reach


def late(scene: Scene) -> object:
    made = promised(scene)
    with scene.later(days=60):
        scene.come("resident1")
        return scene.go(f"/consultations/commitments/{made['id']}")


def following(scene: Scene) -> object:
    made = promised(scene)
    scene.come("resident1")
    return scene.go(f"/consultations/{made['consultation']['id']}")


def at_desk(page: str = "") -> Reach:
    def reach(scene: Scene) -> object:
        made = promised(scene)
        scene.come("committee")
        return scene.go(f"/desk/commitments/{made['id']}{page}")

    return reach


def extending(scene: Scene) -> object:
    vote = opened(scene, closes_at=rfc3339(now() + timedelta(days=3)))
    scene.come("committee")
    return scene.go(f"/desk/consultations/{vote['id']}/extend")


def extended(scene: Scene) -> object:
    ends = now() + timedelta(days=3)
    vote = opened(scene, closes_at=rfc3339(ends))
    body = {"closes_at": rfc3339(ends + timedelta(days=2)), "reason": "大雪，很多人没能出门。"}
    scene.calls("committee").must("POST", f"/consultations/{vote['id']}/extend", body)
    scene.come("resident9")
    return scene.go(f"/consultations/{vote['id']}")


def on_rule(scene: Scene) -> dict[str, Any]:
    vote = drafted(scene, "single", majority="absolute")
    values = [
        {"option_id": option["id"], "value": value}
        for option, value in zip(vote["options"], ("12", "15"), strict=False)
    ]
    body = {"key": "points_per_hour", "effective_from": day(20), "values": values}
    scene.calls("committee").must("POST", f"/consultations/{vote['id']}/rule", body)
    return vote


def setting_rule(scene: Scene) -> object:
    vote = on_rule(scene)
    scene.come("committee")
    return scene.go(f"/desk/consultations/{vote['id']}/rule")


def rule_on_vote(scene: Scene) -> object:
    vote = on_rule(scene)
    path = f"/consultations/{vote['id']}"
    scene.calls("committee").must("POST", f"{path}/start-discussion")
    scene.come("resident9")
    return scene.go(path)


def asked(scene: Scene) -> str:
    body = {"about": "rule", "of": RULE, "text": "为什么一小时只有十分？去年说过要商量。"}
    made = scene.calls("resident2").must("POST", "/questions", body, status=201)
    return str(made["id"])


def question(*, answered: bool) -> Reach:
    def reach(scene: Scene) -> object:
        made = asked(scene)
        if answered:
            text = {"text": "区里这样定的。下个月的议事可以提出来。"}
            scene.calls("committee").must("POST", f"/questions/{made}/answer", text)
        scene.come("resident2")
        return scene.go(f"/questions/{made}")

    return reach


def answering(scene: Scene) -> object:
    made = asked(scene)
    scene.come("committee")
    return scene.go(f"/desk/questions/{made}")


def objecting(scene: Scene) -> object:
    made = asked(scene)
    scene.come("resident9")
    return scene.go(f"/questions/{made}/flag")


def judging(scene: Scene) -> object:
    objecting(scene)
    scene.send("/flag", reason="这是骂人")
    scene.come("socialworker")
    scene.go("/desk/questions/flagged")
    scene.page.locator("[data-queue-link]").last.click()
    return scene.page.wait_for_selector("form[action$='/keep']")


def put_aside(who: str) -> Reach:
    """A hidden question, for its author or for somebody else."""

    def reach(scene: Scene) -> object:
        made = asked(scene)
        reason = {"reason": "涉及别人家的隐私"}
        scene.calls("socialworker").must("POST", f"/questions/{made}/hide", reason)
        scene.come(who)
        return scene.go(f"/questions/{made}")

    return reach


STATES = (
    empty(
        "consultations/commitments.html",
        at("neighbour1", f"/consultations/commitments?region={QUIET_COMMUNITY}"),
    ),
    empty("consultations/desk/commitments.html", quietly("/desk/commitments")),
    empty("supervision/index.html", at("neighbour1", f"/questions?region={QUIET_COMMUNITY}")),
    empty("supervision/desk_questions.html", quietly("/desk/questions")),
    empty("moderation/flagged.html", quietly("/desk/questions/flagged")),
    wrong("consultations/desk/commitment_deed.html", at_desk("/note"), "/note", text=""),
    wrong("consultations/desk/extend.html", extending, "/extend", reason=""),
    wrong("consultations/desk/rule.html", setting_rule, "/rule", **{"values-0": "许多"}),
    wrong("supervision/about.html", at("resident2", ABOUT), "", text=""),
    wrong("supervision/desk_answer.html", answering, "", text=""),
    wrong("moderation/flag.html, a question", objecting, "/flag", reason=""),
    wrong("moderation/judge.html, a question", judging, "", reason=""),
    State("promise", "under way", promise(), ".timeline"),
    State("promise", "late", late, ".notice-warning"),
    State("promise", "kept", promise("keep", text="三盏都亮了。"), ".status-ok"),
    State("promise", "given up", promise("give-up", reason="电力公司不批。"), ".notice-info"),
    State("promise", "followed", following, "form[action$='/following']"),
    State("promise desk", "under way", at_desk(), ".timeline"),
    State("promise desk", "move", at_desk("/move"), "[name=due_on]"),
    State("promise desk", "step", at_desk("/step"), "[name=title]"),
    State("promise desk", "keep", at_desk("/keep"), "[name=text]"),
    State("promise desk", "give up", at_desk("/give-up"), ".button-danger"),
    State("consultation goes on", "later end", extended, ".notice-info:not([hidden])"),
    State("consultation on a rule", "discussion", rule_on_vote, "#rule"),
    State("question", "open", question(answered=False), ".status-wait"),
    State("question", "answered", question(answered=True), ".status-ok"),
    State("question", "hidden", put_aside("resident9"), ".status-neutral"),
    State("question", "hidden, own", put_aside("resident2"), ".disclosure"),
    State("question desk", "to judge", judging, "#flags"),
    State("books", "public", at("resident1", f"/books/{COMMUNITY}"), "#rules"),
)
