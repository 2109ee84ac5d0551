"""The desks of suggestions, and what an administrator sets up: empty, wrong, in each state."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.scenes import DISTRICT, Scene
from tests.browser.states.forms import wrong
from tests.browser.states.lists import NOBODY, QUIET_COMMUNITY, empty
from tests.browser.states.state import State, at

DISPATCH, CASEWORK = "/desk/dispatch", "/desk/casework"
BOARD, SETUP = "/desk/supervision", "/desk/setup"
CASE = "/desk/suggestions/{one}"

_NEW = "SELECT id FROM suggestion WHERE status = 'received' ORDER BY received_at DESC"
_RETURNED = "SELECT id FROM suggestion WHERE status = 'returned' AND returns < 3 ORDER BY id"
_MERGED = "SELECT id FROM suggestion WHERE status = 'merged' ORDER BY id"
_LED = "SELECT id FROM suggestion WHERE status = 'in_progress' AND open_parts = 0 ORDER BY id"
_SECRET = (
    "SELECT id FROM suggestion WHERE visibility = 'confidential' AND status = 'in_progress'"
    " ORDER BY id"
)
_LATE = (
    "SELECT p.suggestion_id FROM suggestion_part p JOIN suggestion s ON s.id = p.suggestion_id"
    " WHERE p.reported_at > p.report_by ORDER BY p.suggestion_id"
)
_OF_A_DEPARTMENT = (
    "SELECT s.id, replace(u.email, '@demo.example', '') FROM suggestion s"
    " JOIN role_grant g ON g.scope_id = s.department_id JOIN user_account u ON u.id = g.user_id"
    " WHERE u.email LIKE 'department%' AND {} ORDER BY s.id"
)
_CALLED = (
    "SELECT p.suggestion_id, replace(u.email, '@demo.example', '') FROM suggestion_part p"
    " JOIN suggestion s ON s.id = p.suggestion_id JOIN role_grant g ON g.scope_id = p.department_id"
    " JOIN user_account u ON u.id = g.user_id"
    " WHERE u.email LIKE 'department%' AND p.reported_at IS NULL AND s.status = 'in_progress'"
    " ORDER BY p.suggestion_id"
)
_DEPARTMENT = "SELECT id FROM department ORDER BY id"


def case(who: str, deed: str, statement: str) -> Callable[[Scene], object]:
    """Somebody at the desk opens a case, or the page of a deed."""
    return at(who, CASE + deed, one=statement)


def of_department(statement: str, deed: str = "") -> Callable[[Scene], object]:
    """Who works in the department that has it, or is called to it, opens a case."""

    def reach(scene: Scene) -> object:
        found = scene.find(statement)
        scene.come(found[1])
        return scene.go(CASE.format(one=found[0]) + deed)

    return reach


def quietly(address: str) -> Callable[[Scene], object]:
    """The page of who dispatches, supervises and sets up where nothing has happened yet."""

    def reach(scene: Scene) -> object:
        if "quiet desk" not in scene.notes:
            for role in ("dispatcher", "supervisor", "admin"):
                where = ("resident29@demo.example", role, f"region:{QUIET_COMMUNITY}")
                scene.command("roles", "grant", *where)
            scene.notes["quiet desk"] = "resident29"
        scene.come(scene.notes["quiet desk"])
        return scene.go(address)

    return reach


def new_department(scene: Scene) -> object:
    """A department to which nothing has been dispatched yet, and who works there."""
    scene.come("admin")
    scene.go(f"{SETUP}/departments/new?region={DISTRICT}")
    scene.send("", name="红山区气象局")
    made = scene.id_of("SELECT id FROM department WHERE name = '红山区气象局'")
    scene.command(
        "roles", "grant", "resident28@demo.example", "department_handler", f"department:{made}"
    )
    scene.come("resident28")
    return scene.go(CASEWORK)


def closed_department(scene: Scene) -> object:
    made = scene.id_of("SELECT id FROM department WHERE name = '红山区气象局'")
    scene.come("admin")
    scene.go(f"{SETUP}/departments/{made}")
    return scene.send(f"/departments/{made}/close")


STATES = (
    empty("suggestions/desk/to_sort.html", quietly(DISPATCH)),
    empty("suggestions/desk/to_sort.html, found", at("dispatcher", f"{DISPATCH}?q={NOBODY}")),
    empty("suggestions/desk/to_do.html", new_department),
    empty("suggestions/desk/to_watch.html", quietly(BOARD)),
    empty("suggestions/desk/rates.html", quietly(f"{BOARD}/rates")),
    empty("suggestions/desk/behind.html", quietly(f"{BOARD}/cases")),
    empty("suggestions/desk/warnings.html", quietly(f"{BOARD}/warnings")),
    empty("suggestions/desk/setup_departments.html", quietly(SETUP)),
    empty("suggestions/desk/setup_rules.html", quietly(f"{SETUP}/rules")),
    empty("suggestions/desk/setup_working_days.html", at("admin", f"{SETUP}/working-days")),
    empty(
        "suggestions/desk/setup_responsible.html",
        at("admin", f"{SETUP}/category/responsible?code=streetlight"),
    ),
    wrong(
        "suggestions/desk/case.html", case("dispatcher", "", _NEW), "/dispatch", department_id="",
    ),
    wrong("suggestions/desk/deed.html", case("dispatcher", "/reject", _NEW), "/reject", reason=""),
    wrong(
        "suggestions/desk/setup_department.html",
        at("admin", f"{SETUP}/departments/new?region={DISTRICT}"), "", name="",
    ),
    wrong(
        "suggestions/desk/setup_category.html", at("admin", f"{SETUP}/categories/new"), "", name="",
    ),
    wrong(
        "suggestions/desk/setup_responsible.html",
        at("admin", f"{SETUP}/category/responsible?code=property&region={DISTRICT}"),
        "", department_id="",
    ),
    wrong(
        "suggestions/desk/setup_rule.html",
        at("admin", f"{SETUP}/rules/new?region={DISTRICT}"), "", department_id="",
    ),
    wrong(
        "suggestions/desk/setup_working_days.html",
        at("admin", f"{SETUP}/working-days"), "", note="",
    ),
    State("case desk", "new", case("dispatcher", "", _NEW), "[name=department_id]"),
    State("case desk", "returned", case("dispatcher", "", _RETURNED), ".notice-info"),
    State("case desk", "merged", case("dispatcher", "", _MERGED), ".split-aside a[href*='/desk/']"),
    State("case desk", "confidential", case("dispatcher", "", _SECRET), ".status-neutral"),
    State("case desk", "came late", case("supervisor", "", _LATE), ".split-aside .status-danger"),
    State("case desk", "to accept",
          of_department(_OF_A_DEPARTMENT.format("s.status = 'dispatched'")), ".actions form"),
    State("case desk", "to answer",
          of_department(_OF_A_DEPARTMENT.format("s.status = 'accepted' AND open_parts = 0")),
          "a[href$='/answer']"),
    State("case desk", "called", of_department(_CALLED), "form[action$='/report-in']"),
    State("case desk", "merging", case("dispatcher", "/merge", _NEW), "[name=number]"),
    State("case desk", "calling", case("dispatcher", "/whistle", _LED), "[name=department_ids]"),
    State("case desk", "going up",
          case("supervisor", "/escalate",
               "SELECT id FROM suggestion WHERE status = 'in_progress' AND level = 0 ORDER BY id"),
          "[name=reason]"),
    State("case desk", "closing",
          case("supervisor", "/close", _LED), "[name=reason]"),
    State("case desk", "giving back",
          of_department(_OF_A_DEPARTMENT.format("s.status = 'dispatched'"), "/return"),
          "[name=proposed_department_id]"),
    State("case desk", "progress",
          of_department(_OF_A_DEPARTMENT.format("s.status = 'accepted'"), "/progress"),
          "[name=note]"),
    State("case desk", "answering",
          of_department(_OF_A_DEPARTMENT.format("s.status = 'accepted' AND open_parts = 0"),
                        "/answer"),
          "[name=outcome]"),
    State("board", "rates", at("supervisor", f"{BOARD}/rates?by=category"), ".chart"),
    State("board", "behind a figure", at("supervisor", f"{BOARD}/cases?state=late"), ".queue"),
    State("board", "early warning", at("supervisor", f"{BOARD}/warnings"), ".queue"),
    State("set-up", "categories", at("admin", f"{SETUP}/categories"), ".rows"),
    State("set-up", "department", at("admin", f"{SETUP}/departments/{{one}}", one=_DEPARTMENT),
          "[name=name]"),
    State("set-up", "category", at("admin", f"{SETUP}/category?code=streetlight"),
          "[name=attributes]"),
    State("set-up", "closed department", closed_department, ".notice"),
)  # fmt: skip
