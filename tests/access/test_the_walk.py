"""A walk over every route, in every role, to the things of people who are not one's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from portal.app import Portal
from portal.core.access import requirement_of
from portal.core.ids import new_id
from portal.core.permissions import Permission
from tests import templates
from tests.access.walkers import (
    Walker,
    filled,
    methods_of,
    private_things,
    written_tables,
)
from tests.conftest import fill

pytestmark = pytest.mark.slow

FOREIGNERS = (
    "neighbour1",
    "organization2",
    "socialworker2",
    "merchant2",
    "owner2",
    "committee2",
    "resident2",
    "department2",
)
"""People of the next community, and a neighbour of the same one without any role."""

AT_HOME = (
    "resident1",
    "newcomer1",
    "organization",
    "socialworker",
    "merchant",
    "owner",
    "committee",
    "district",
    "finance",
    "auditor",
    "admin",
    "dispatcher",
    "department",
    "supervisor",
)
"""Those to whom some of these things belong."""

NONSENSE = "?cursor=x&q=%00&limit=0&page=-1&status=x&kind=x&since=x&month=x&next=//x"

ENDS_THE_WALK = {"accounts.logout", "accounts_api.delete_current_token"}

ASKS_FOR_A_CODE = {
    # The form looks the same for every id, so that nobody learns which codes are out.
    "accounts.confirm_address",
    "accounts.reset",
}

OPEN_TO_NEIGHBOURS = {
    # Praise is public: whoever is signed in may ask the moderators to look at it.
    "organizations.flag",
}


@pytest.fixture
def district(app: Portal) -> dict[str, str]:
    """The demo district, and of every kind one private thing of its first community."""
    fill(app, templates.DEMO)
    Walker(app, "resident1")  # who has a session of their own from here on
    return private_things()


def _rules(app: Portal) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in methods_of(rule):
            if rule.endpoint not in ENDS_THE_WALK:
                yield rule, method


def test_the_walk(app: Portal, district: dict[str, str]) -> None:
    known = set(district)
    assert {name for rule, _ in _rules(app) for name in rule.arguments} <= known
    _strangers_are_asked_to_sign_in(app, district)
    _what_is_not_there_is_not_found(app, district)
    _nobody_reaches_what_belongs_to_others(app, district)
    _nothing_breaks(app, district)


def _strangers_are_asked_to_sign_in(app: Portal, things: dict[str, str]) -> None:
    stranger = app.test_client()
    for rule, method in _rules(app):
        if _permission(app, rule) is Permission.PUBLIC:
            continue
        path = filled(rule, things)
        answer = stranger.open(path, method=method)
        if path.startswith("/api/"):
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"
        else:
            assert answer.status_code == 302, f"{method} {path}: {answer.status_code}"
            assert answer.location.startswith("/login?"), answer.location


def _what_is_not_there_is_not_found(app: Portal, things: dict[str, str]) -> None:
    """An id that leads nowhere looks like one that is not meant for the caller."""
    nowhere = {name: new_id() for name in things}
    nowhere |= {"code": "99", "region_code": "99", "member_code": "0000-0000-0000"}
    for login in ("resident1", "admin", "committee"):
        walker = Walker(app, login)
        for rule, method in _rules(app):
            if rule.arguments and method == "GET" and rule.endpoint not in ASKS_FOR_A_CODE:
                path = filled(rule, nowhere)
                answer = walker.walk(method, path)
                assert answer.status_code in (403, 404), f"{login} {path}: {answer.status_code}"


def _nobody_reaches_what_belongs_to_others(app: Portal, things: dict[str, str]) -> None:
    reached = []
    for login in FOREIGNERS:
        walker = Walker(app, login)
        for rule, method in _rules(app):
            if not rule.arguments or rule.endpoint in OPEN_TO_NEIGHBOURS | ASKS_FOR_A_CODE:
                continue
            if _permission(app, rule) is Permission.PUBLIC and _is_public(rule):
                continue
            path = filled(rule, things)
            with written_tables() as written:
                answer = walker.walk(method, path)
            refused = answer.status_code in (403, 404)
            # An empty API body is judged before its thing is looked for, the same for all ids.
            judged = answer.status_code == 422 and path.startswith("/api/")
            if written or not (refused or judged):
                reached.append(f"{login} {method} {path}: {answer.status_code} {sorted(written)}")
    assert reached == []


def _nothing_breaks(app: Portal, things: dict[str, str]) -> None:
    """Whoever goes wherever, with ids of others or their own, with words that make no sense."""
    broken = []
    for login in AT_HOME:
        walker = Walker(app, login)
        for rule, method in _rules(app):
            for query in ("", NONSENSE) if method == "GET" else ("",):
                answer = walker.walk(method, filled(rule, things) + query)
                if answer.status_code >= 500:
                    broken.append(f"{login} {method} {rule.rule}{query}: {answer.status_code}")
                if answer.status_code in (302, 401):
                    walker.sign_in()  # a session ended on the way
    assert broken == []


def _permission(app: Portal, rule: Rule) -> Permission:
    requirement = requirement_of(app.view_functions[rule.endpoint])
    assert requirement is not None
    return requirement.permission


def _is_public(rule: Rule) -> bool:
    """Regions and kinds of cases are public by themselves; other things only once they are
    published."""
    return set(rule.arguments) <= {"code", "region_code", "service_code", "ending"}
