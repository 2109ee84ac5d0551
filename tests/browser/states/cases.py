"""Suggestions as residents, grid workers and social workers see them: each state, form, list."""

from __future__ import annotations

from collections.abc import Callable

from portal.suggestions.rules.machine import Status
from tests.browser.scenes import COMMUNITY, Scene
from tests.browser.states.forms import wrong
from tests.browser.states.lists import NOBODY, QUIET_COMMUNITY, empty
from tests.browser.states.state import State, at

_REPORT = f"/suggestions/new/report?category=streetlight&community={COMMUNITY}"
_COUNTER = f"/desk/counter/report?category=streetlight&community={COMMUNITY}"
_WITH_PARTS = (
    "SELECT suggestion_id FROM suggestion_part WHERE reported_at > report_by ORDER BY suggestion_id"
)
_LEAD = "SELECT id FROM suggestion WHERE merged_here > 0 ORDER BY id"
_OVERDUE = (
    "SELECT id FROM suggestion WHERE status = 'in_progress' AND level > 0"
    " AND visibility = 'public' ORDER BY due_at"
)
_TO_JUDGE = (
    "SELECT s.id FROM suggestion s JOIN user_account u ON u.id = s.reported_by"
    " WHERE s.status = 'answered' AND u.email = 'resident1@demo.example' ORDER BY s.id"
)
_ANOTHER = "#similar"


def in_state(status: Status) -> State:
    """A public case in a state, as a stranger sees it; on paper as well."""
    one = (
        f"SELECT id FROM suggestion WHERE status = '{status}' AND visibility = 'public'"
        " ORDER BY id DESC"
    )
    reach = at("", "/suggestions/{one}", one=one)
    return State("suggestion", str(status), reach, "#course", paper=status is Status.CLOSED)


def whose(condition: str, address: str) -> Callable[[Scene], object]:
    """Who reported a case opens its page."""

    def reach(scene: Scene) -> object:
        login, case = scene.find(
            "SELECT replace(u.email, '@demo.example', ''), s.id FROM suggestion s"
            f" JOIN user_account u ON u.id = s.reported_by WHERE {condition} ORDER BY s.id"
        )
        scene.come(login)
        return scene.go(address.format(case))

    return reach


def sent(who: str, address: str, **values: str) -> Callable[[Scene], object]:
    """Somebody sends a form with these values."""

    def reach(scene: Scene) -> object:
        scene.come(who)
        scene.go(address)
        return scene.send("", **values)

    return reach


def said_again(scene: Scene) -> object:
    """In the words of an open case of somebody else."""
    title, description = scene.find(
        "SELECT title, description FROM suggestion WHERE status IN ('received', 'accepted')"
        f" AND visibility = 'public' AND region_code LIKE '{COMMUNITY}%' ORDER BY id"
    )
    scene.come("resident8")
    scene.go(_REPORT)
    return scene.send("", description=f"{title}。{description}", region_code=COMMUNITY)


def with_a_picture(scene: Scene) -> object:
    """A form that came back with its picture."""
    scene.come("resident8")
    scene.go(_REPORT)
    photo = "docs/pictures/home.png"
    scene.page.locator("[type=file]").set_input_files(photo)
    return scene.send("", description="")


def taken_down(scene: Scene) -> object:
    code = scene.calls("resident1").must("GET", "/me")["member_code"]
    scene.come("socialworker")
    scene.go(_COUNTER)
    words = "三号楼王大爷来说，楼道灯坏了好几天。"
    scene.send("", member_code=code, description=words, looked="1")
    return scene.go("/desk/counter")


STATES = (
    *(in_state(status) for status in Status),
    State("suggestion", "closed, several departments", at("", "/suggestions/{one}",
          one=_WITH_PARTS), "#parts"),
    State("suggestion", "in_progress, overdue", at("", "/suggestions/{one}", one=_OVERDUE),
          ".timeline-late"),
    State("suggestion", "in_progress, others put to it", at("", "/suggestions/{one}", one=_LEAD),
          "#merged"),
    State("suggestion", "answered, one's own", at("resident1", "/suggestions/{one}",
          one=_TO_JUDGE), "text=/Judge the answer|评价/"),
    State("suggestion", "accepted, in confidence",
          whose("s.visibility = 'confidential' AND u.email LIKE 'resident%'", "/suggestions/{}"),
          ".notice-info"),
    State("suggestion", "received, has arrived",
          whose("s.status = 'received' AND u.email LIKE 'resident%'", "/suggestions/{}/reported"),
          ".facts"),
    State("reporting", "personal data", sent("resident8", _REPORT, description="电话13800138000"),
          "#private"),
    State("reporting", "an identity number",
          sent("resident8", _REPORT, description="身份证11010519491231002X"), "#private"),
    State("reporting", "others say the same", said_again, _ANOTHER),
    State("reporting", "a picture is kept", with_a_picture, ".photo-kept"),
    State("suggestions", "overdue ones", at("", "/suggestions?overdue=1"), ".status-danger"),
    State("suggestions", "map", at("", f"/suggestions/map?region={COMMUNITY}"), ".case-mark"),
    wrong("suggestions/judge.html",
          at("resident1", "/suggestions/{one}/judge", one=_TO_JUDGE), "/judge"),
    wrong("suggestions/reopen.html",
          at("resident1", "/suggestions/{one}/reopen", one=_TO_JUDGE), "/reopen", reason=""),
    wrong("suggestions/report.html", at("resident8", _REPORT), "", description=""),
    wrong("suggestions/patrol.html", at("gridworker", "/patrol"), "", description=""),
    wrong("suggestions/counter_report.html", at("socialworker", _COUNTER), "", description="",
          member_code="XX"),
    empty("suggestions/index.html", at("", f"/suggestions?q={NOBODY}")),
    empty("suggestions/map.html", at("", f"/suggestions/map?region={QUIET_COMMUNITY}")),
    empty("suggestions/mine.html", at("newcomer1", "/me/suggestions")),
    empty("suggestions/mine.html, supported", at("newcomer1", "/me/suggestions?which=supported")),
    empty("suggestions/counter.html", at("socialworker", "/desk/counter")),
    State("suggestions", "taken down for somebody", taken_down, ".rows"),
)  # fmt: skip
