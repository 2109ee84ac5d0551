"""Talking a vote through: threads, questions, what is hidden, talks, the options side by side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.scenes import Scene
from tests.browser.states.forms import wrong
from tests.browser.states.lists import empty, quietly
from tests.browser.states.state import State
from tests.browser.states.votes import drafted, step

Reach = Callable[[Scene], object]
DESK = "/desk/discussion"
TEXTS = {
    "pros": "晚上回家看得清。\n三盏一起换，只收一次工钱。",
    "cons": "二楼的窗户会亮一些。",
    "cost_note": "以后每年电费约两百元。",
    "affected": "三号楼和四号楼的住户，晚归的人。",
}


def discussed(scene: Scene) -> dict[str, Any]:
    vote = drafted(scene, "single")
    step(scene, vote, "start-discussion")
    return vote


def says(
    scene: Scene, vote: dict[str, Any], name: str, words: str, reply_to: str | None = None
) -> str:
    body = {"text": words, "reply_to": reply_to}
    path = f"/consultations/{vote['id']}/comments"
    return str(scene.calls(name).must("POST", path, body, status=201)["id"])


def asks(scene: Scene, vote: dict[str, Any]) -> str:
    path = f"/consultations/{vote['id']}/questions"
    sent = {"text": "去年修灯的钱花到哪里去了？"}
    return str(scene.calls("resident3").must("POST", path, sent, status=201)["id"])


def threaded(scene: Scene) -> tuple[dict[str, Any], str]:
    """A vote with a thread of three levels, some of it found helpful."""
    vote = discussed(scene)
    first = says(scene, vote, "resident1", "长椅放在哪儿？\n树下凉快，可是路窄。")
    reply = says(scene, vote, "resident2", "放在凉亭旁边吧。", first)
    deep = says(scene, vote, "resident4", "凉亭那边晚上太吵。", reply)
    says(scene, vote, "resident1", "那就靠近北门。", deep)
    path = f"/consultations/{vote['id']}/comments"
    for number in (2, 4, 5):
        scene.calls(f"resident{number}").must("POST", f"{path}/{first}/helpful")
    return vote, first


def thread(scene: Scene) -> object:
    vote, first = threaded(scene)
    scene.come("resident9")
    return scene.go(f"/consultations/{vote['id']}/comments/{first}")


def listed(scene: Scene) -> object:
    vote, first = threaded(scene)
    asks(scene, vote)
    path = f"/consultations/{vote['id']}"
    scene.calls("resident9").must("POST", f"{path}/comments/{first}/helpful")
    scene.come("resident9")
    return scene.go(path)


def hidden(who: str) -> Reach:
    """A thread whose first comment is hidden, for its author or for somebody else."""

    def reach(scene: Scene) -> object:
        vote, first = threaded(scene)
        path = f"/consultations/{vote['id']}/comments/{first}"
        scene.calls("socialworker").must("POST", f"{path}/hide", {"reason": "点名骂人"})
        scene.come(who)
        return scene.go(path)

    return reach


def questions(*, answered: bool) -> Reach:
    """Questions to the committee: overdue, or answered."""

    def reach(scene: Scene) -> object:
        vote = discussed(scene)
        asked = asks(scene, vote)
        address = f"/consultations/{vote['id']}/questions"
        if answered:
            sent = {"text": "换了五盏灯，账目在公告栏里。"}
            scene.calls("committee").must("POST", f"{address}/{asked}/answer", sent)
            scene.come("resident9")
            return scene.go(address)
        with scene.later(days=9):
            scene.come("resident9")
            return scene.go(address)

    return reach


def unasked(scene: Scene) -> object:
    vote = discussed(scene)
    scene.come("resident9")
    return scene.go(f"/consultations/{vote['id']}/questions")


def flagging(scene: Scene) -> object:
    vote = discussed(scene)
    said = says(scene, vote, "resident1", "某某是骗子")
    scene.come("resident9")
    return scene.go(f"/consultations/{vote['id']}/comments/{said}/flag")


def flagged(scene: Scene) -> object:
    flagging(scene)
    scene.send("/flag", reason="这是骂人")
    scene.come("socialworker")
    return scene.go(f"{DESK}/comments")


def judged(scene: Scene) -> object:
    flagged(scene)
    scene.page.locator("[data-queue-link]").first.click()
    return scene.page.wait_for_selector("form[action$='/keep']")


def answering(scene: Scene) -> object:
    asked = asks(scene, discussed(scene))
    scene.come("committee")
    return scene.go(f"{DESK}/questions/{asked}")


def waiting(scene: Scene) -> object:
    answering(scene)
    return scene.go(f"{DESK}/questions")


def summing_up(scene: Scene) -> object:
    vote = discussed(scene)
    scene.come("committee")
    return scene.go(f"/desk/consultations/{vote['id']}/summary/{vote['options'][0]['id']}")


def summed_up(scene: Scene) -> dict[str, Any]:
    vote = discussed(scene)
    path = f"/consultations/{vote['id']}/summary"
    for option in vote["options"][:2]:
        scene.calls("committee").must("PUT", f"{path}/{option['id']}", TEXTS)
    return vote


def side_by_side(scene: Scene) -> object:
    vote = summed_up(scene)
    scene.come("resident9")
    return scene.go(f"/consultations/{vote['id']}/summary")


def options_at_desk(scene: Scene) -> object:
    vote = summed_up(scene)
    scene.come("committee")
    return scene.go(f"/desk/consultations/{vote['id']}/summary")


def no_talk(scene: Scene) -> object:
    vote = discussed(scene)
    scene.come("committee")
    return scene.go(f"/desk/consultations/{vote['id']}/talks")


def talk(scene: Scene) -> tuple[dict[str, Any], str]:
    """A vote with a talk that begins in an hour."""
    vote = discussed(scene)
    sent = {"activity_id": scene.activity(minutes=60)["id"]}
    path = f"/consultations/{vote['id']}/talks"
    return vote, str(scene.calls("committee").must("POST", path, sent, status=201)["id"])


def talks_at_desk(scene: Scene) -> object:
    vote, _talk = talk(scene)
    scene.come("committee")
    return scene.go(f"/desk/consultations/{vote['id']}/talks")


def talk_over(scene: Scene) -> object:
    """Minutes sent without a word, on the day after."""
    vote, talk_id = talk(scene)
    with scene.later(days=1):
        scene.come("committee")
        scene.go(f"/desk/consultations/{vote['id']}/talks/{talk_id}")
        scene.send("/points", text="北门那边太暗。", option_id=vote["options"][0]["id"])
        return scene.send("/minutes", minutes="")


def talk_held(scene: Scene) -> object:
    """The desk's page of a talk on the day after."""
    vote, talk_id = talk(scene)
    with scene.later(days=1):
        scene.come("committee")
        return scene.go(f"/desk/consultations/{vote['id']}/talks/{talk_id}")


def written_down(scene: Scene) -> object:
    """The page of a vote after its talk."""
    vote, talk_id = talk(scene)
    with scene.later(days=1):
        scene.come("committee")
        scene.go(f"/desk/consultations/{vote['id']}/talks/{talk_id}")
        scene.send("/points", text="北门那边太暗。", option_id=vote["options"][0]["id"])
        scene.send("/minutes", minutes="来了很多人。\n先说路灯，再说扶手。")
        scene.come("resident9")
        return scene.go(f"/consultations/{vote['id']}")


STATES = (
    empty("consultations/discussion/questions.html", unasked),
    empty("consultations/desk/questions.html", quietly(f"{DESK}/questions")),
    empty("consultations/desk/talks.html", no_talk),
    wrong("consultations/discussion/questions.html", unasked, "/questions", text=""),
    wrong("moderation/flag.html, a comment", flagging, "/flag", reason=""),
    wrong("moderation/judge.html, a comment", judged, "", reason=""),
    wrong("consultations/desk/answer.html", answering, "", text=""),
    wrong("consultations/desk/talks.html", talks_at_desk, "", activity_id=""),
    wrong("consultations/desk/sum_up.html", summing_up, "", pros="长" * 4_001),
    State("form", "consultations/desk/talk.html", talk_over, ".error-summary"),
    State("discussion", "list", listed, ".helpful.is-on"),
    State("discussion", "thread", thread, ".comment-depth-2"),
    State("discussion", "hidden", hidden("resident9"), ".comment .status"),
    State("discussion", "hidden, own", hidden("resident1"), ".comment details"),
    State("discussion", "answered", questions(answered=True), ".comment blockquote"),
    State("discussion", "overdue", questions(answered=False), ".comment .status-danger"),
    State("discussion", "talk", written_down, "#talks"),
    State("discussion", "side by side", side_by_side, ".sides", paper=True),
    State("discussion desk", "comments", flagged, ".queue-item"),
    State("discussion desk", "comment", judged, "form[action$='/keep']"),
    State("discussion desk", "questions", waiting, ".queue-item"),
    State("discussion desk", "talk", talk_held, "form[action$='/minutes']"),
    State("discussion desk", "options", options_at_desk, ".status-wait"),
)  # fmt: skip
