"""Pages in all their states, each in one of two looks that differ in width, theme and mode; a kind
of page to which no walk comes, in all looks, as `test_every_page` sees the others.

The table in ``tests.browser.states`` says how each state is reached. What there is to be reached is
read from the portal itself: a new state, an empty list or a form that the table does not know
fails here, as does one that can no longer be reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine

from portal.accounts.rules import ClaimState
from portal.activities.rules import ActivityStatus, RecordStatus, SignupStatus
from portal.config import ROOT
from portal.consultations.rules.life import Status
from portal.consultations.rules.proposals import ProposalStatus
from portal.market.rules import MerchantStatus, OfferStatus, VoucherStatus
from portal.notices.rules import Status as NoticeStatus
from portal.suggestions.rules.machine import Status as CaseStatus
from tests.browser.auditing import ENDS, LOOKS, Look, audit, audit_on_paper
from tests.browser.conftest import PATIENCE, looks, sign_in
from tests.browser.scenes import Scene
from tests.browser.states import (
    CASES,
    CASEWORK,
    DELIBERATION,
    LISTS_AND_FORMS,
    STATES,
    THINGS_AND_MOMENTS,
    VOTES,
    State,
    Table,
)
from tests.browser.test_every_page import kind_of
from tests.running import RunningPortal, running_portal

pytestmark = pytest.mark.states

KNOWN: dict[str, set[str]] = {
    "notice": set(NoticeStatus),
    "activity": set(ActivityStatus),
    "signup": set(SignupStatus),
    "record": set(RecordStatus),
    "voucher": {*VoucherStatus} - {"awaiting_payment"},  # comes with settlement
    "offer": set(OfferStatus),
    "merchant": set(MerchantStatus),
    "organization": {"pending", "verified", "declined"},
    "home": set[str](ClaimState) - {ClaimState.ENDED},
    "workplace": set(ClaimState),
    "consultation": set(Status),
    "proposal": set(ProposalStatus),
    "suggestion": set(CaseStatus),
}
ALWAYS_RIGHT = {
    "notifications/settings.html",  # ticks only: nothing can be wrong
}
NEVER_EMPTY = {
    "suggestions/desk/setup_categories.html",  # the demo has its categories
    "regions/index.html",  # the demo has its regions
    "market/exchange.html",  # and its shops
    "suggestions/choose_kind.html",  # and its kinds of suggestions
    "market/choose_place.html",  # and communities in every street
}


@pytest.fixture(scope="class")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A demo district for each table: what one changes is no other's concern, and they may run
    beside each other."""
    with running_portal(tmp_path_factory.mktemp("states")) as running:
        running.start()
        yield running


@pytest.fixture(scope="class")
def scene(portal: RunningPortal, browser: Browser) -> Iterator[Scene]:
    """The demo district, with a window for everybody who comes."""
    engine = create_engine(portal.database_url)
    strict = portal.start(RATE_LIMITS="on")
    windows: dict[tuple[str, bool], Page] = {}
    with ExitStack() as stack, engine.connect() as database:

        def window(name: str, late: bool) -> Page:  # noqa: FBT001
            if not name or (name, late) not in windows:
                context = browser.new_context(
                    base_url=f"http://127.0.0.1:{next(iter(portal.servers))}",
                    **looks(),
                )
                context.set_default_timeout(PATIENCE)
                stack.callback(context.close)
                windows[name, late] = sign_in(context, name) if name else context.new_page()
            return windows[name, late]

        yield Scene(portal, database, window, strict)
    engine.dispose()


@pytest.fixture(scope="class")
def seen() -> set[str]:
    """The kinds of pages that were looked at."""
    return set()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each class looks at the states of its own table."""
    if "state" in metafunc.fixturenames:
        metafunc.parametrize("state", metafunc.cls.table.states, ids=str)


def one_end(name: str) -> tuple[Look, ...]:
    """One of the two looks that are furthest apart, the same one every time: every kind of page is
    looked at in all of them elsewhere, and what differs by state differs in each."""
    return (ENDS[crc32(name.encode()) % len(ENDS)],)


class EveryState:
    """What is asked of each table."""

    table: Table

    def test_every_state_is_for_everybody(self, scene: Scene, seen: set[str], state: State) -> None:
        state.reach(scene)
        kind = kind_of(scene.page.url).partition("?")[0]
        expect(scene.page.locator(state.shows).first).to_be_visible()
        name = re.sub(r"\W+", "-", f"{state}")
        first_here = kind in self.table.seen - seen
        seen.add(kind)
        faults = audit(scene.page, name, LOOKS if first_here else one_end(name))
        if state.paper:
            faults += audit_on_paper(scene.page, name)
        assert not faults, f"{scene.page.url}\n" + "\n".join(faults)

    def test_what_no_walk_comes_to_was_seen(self, seen: set[str]) -> None:
        """After all states: what ``test_every_page`` leaves to them."""
        assert self.table.seen - seen == set()


class TestListsAndForms(EveryState):
    table = LISTS_AND_FORMS


class TestThingsAndMoments(EveryState):
    table = THINGS_AND_MOMENTS


class TestVotes(EveryState):
    table = VOTES


class TestDeliberation(EveryState):
    table = DELIBERATION


class TestCases(EveryState):
    table = CASES


class TestCasework(EveryState):
    table = CASEWORK


# --- nothing is forgotten ---------------------------------------------------------------------


def reached(of: str) -> set[str]:
    """What the table reaches of a kind; a comma parts the name from what it is about."""
    return {state.name.partition(",")[0] for state in STATES if state.of == of}


@pytest.mark.parametrize("of", KNOWN)
def test_every_state_of_a_thing_is_in_the_table(of: str) -> None:
    assert reached(of) == {str(state) for state in KNOWN[of]}


def templates_with(*words: str) -> dict[str, int]:
    """Templates of pages that hold any of these words, and how often."""
    folder = ROOT / "templates"
    counted = {
        str(path.relative_to(folder)): sum(map(path.read_text().count, words))
        for path in folder.rglob("*.html")
        if "components" not in path.parts
    }
    return {name: count for name, count in counted.items() if count}


def test_every_empty_list_is_in_the_table() -> None:
    there = templates_with("ui.empty(")
    assert there, "the pattern no longer finds any empty list"
    assert reached("empty") | NEVER_EMPTY == set(there)
    for name, count in there.items():
        rows = [s for s in STATES if s.of == "empty" and s.name.partition(",")[0] == name]
        assert len(rows) + (name in NEVER_EMPTY) == count, name


def test_every_form_is_in_the_table() -> None:
    there = templates_with("call ui.form(", "moderation.object(", "call moderation.judge(")
    assert there, "the pattern no longer finds any form"
    assert reached("form") == set(there) - ALWAYS_RIGHT


def test_every_refusal_at_the_till_is_in_the_table() -> None:
    said = set(re.findall(r'code == "(\w+)"', (ROOT / "portal/market/views/till.py").read_text()))
    assert said, "the pattern no longer finds any refusal"
    assert said <= reached("till")


def test_the_table_names_no_state_twice() -> None:
    names = [str(state) for state in STATES]
    assert len(names) == len(set(names))


def test_no_script_asks_a_form_for_what_a_field_of_that_name_hides() -> None:
    """A field called "method" stands in the place of the form's own method."""
    for path in (ROOT / "static" / "js").glob("*.js"):
        code = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
        assert re.findall(r"\bform\.(?:method|action|name|id|target)\b", code) == [], path.name
