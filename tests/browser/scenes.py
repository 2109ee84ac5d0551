"""What a page of a certain state needs: somebody at a window, and the thing in that state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, Response
from sqlalchemy import Connection, text

from portal.app import create_app
from portal.config import from_environment
from tests.running import Caller, RunningPortal
from tests.story.test_the_loop_by_api import instant, scope_of

COMMUNITY, DISTRICT, CITY = "150402010003", "150402", "1504"


@dataclass
class Scene:
    """The demo district, seen by one person after the other."""

    portal: RunningPortal
    database: Connection
    windows: Callable[[str, bool], Page]
    strict_server: int
    """The port of a server that keeps the rate limits."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What one state made and another needs."""
    page: Page = field(init=False)
    late: bool = False

    # --- finding what the demo holds ----------------------------------------------------------

    def find(self, statement: str, **values: Any) -> Any:
        """The first row of a question to the database; the demo has one, or the state is missed."""
        self.database.rollback()  # not what was so when we looked last
        row = self.database.execute(text(statement), values).first()
        assert row is not None, f"the demo has nothing for: {statement} {values}"
        return row

    def id_of(self, statement: str, **values: Any) -> str:
        return str(self.find(statement, **values)[0])

    def all_of(self, statement: str, **values: Any) -> list[str]:
        """The first column of all rows."""
        self.database.rollback()
        return [str(row[0]) for row in self.database.execute(text(statement), values)]

    # --- people -------------------------------------------------------------------------------

    def come(self, name: str = "") -> Page:
        """Somebody comes to the window: a demo sign-in, or a stranger."""
        self.page = self.windows(name, self.late)
        return self.page

    @contextmanager
    def later(self, days: int) -> Iterator[None]:
        """Some days from now, by the portal's clock; who comes then has signed in then."""
        self.portal.set_clock(datetime.now(UTC) + timedelta(days=days))
        self.late = True
        try:
            yield
        finally:
            self.portal.clock_file.unlink()
            self.late = False

    def calls(self, name: str) -> Caller:
        """The same person by the API."""
        if name not in self.notes.setdefault("callers", {}):
            self.notes["callers"][name] = self.portal.caller().sign_in(f"{name}@demo.example")
        caller: Caller = self.notes["callers"][name]
        return caller

    def command(self, *arguments: str) -> None:
        """``flask --app portal …`` on this database, in this process: one of its own would take two
        seconds to begin."""
        if "portal" not in self.notes:
            self.notes["portal"] = create_app(from_environment(self.portal.env()))
        done = self.notes["portal"].test_cli_runner().invoke(args=list(arguments))
        assert done.exit_code == 0, done.output

    # --- moving -------------------------------------------------------------------------------

    def go(self, address: str) -> Response:
        answer = self.page.goto(address)
        assert answer is not None
        return answer

    def send(self, action: str = "", **values: str) -> Response:
        """Fill in and send the form to an address that ends so (else the one with these fields),
        past the browser's own checks."""
        goes = f'[action$="{action}"]' if action else ""
        holds = "".join(f':has([name="{name}"])' for name in values)
        form = self.page.locator(f'main form[method="post"]{goes}{holds}').first
        for name, value in values.items():
            form.evaluate(_FILL, [name, value])
        with self.page.expect_navigation() as answered:
            form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
        return answered.value

    # --- things that the demo does not hold -----------------------------------------------------

    def activity(self, day: int = 0, *, minutes: int = 0, capacity: int = 2) -> dict[str, Any]:
        """A published activity with one shift, so many days and minutes from now."""
        host = self.calls("organization")
        begin = datetime.now(UTC) + timedelta(days=day, minutes=minutes)
        draft = host.must(
            "POST",
            "/activities",
            {
                "title": "扫雪",
                "description": "带上铁锹。",
                "category": "environment",
                "organization_id": scope_of(host, "organization_manager"),
                "region_code": COMMUNITY,
                "shifts": [
                    {
                        "starts_at": instant(begin),
                        "ends_at": instant(begin + timedelta(hours=1)),
                        "capacity": capacity,
                    }
                ],
            },
            status=201,
        )
        published: dict[str, Any] = host.must("POST", f"/activities/{draft['id']}/publish")
        assert published["status"] == "published"
        return published

    def offer(self, **limits: Any) -> str:
        """An offer of the owner's shop, published; returns its id."""
        owner = self.calls("owner")
        offer = owner.must(
            "POST",
            f"/merchants/{scope_of(owner, 'merchant_owner')}/offers",
            {
                "title": "热茶一杯",
                "description": "进门歇歇脚。",
                "kind": "gift",
                "points": 1,
                "valid_from": instant(datetime.now(UTC) - timedelta(days=1)),
                **limits,
            },
            status=201,
        )
        if owner.must("POST", f"/offers/{offer['id']}/publish")["status"] == "in_review":
            self.calls("committee").must("POST", f"/offers/{offer['id']}/approve")
        return str(offer["id"])

    def voucher(self, name: str = "resident1", **limits: Any) -> dict[str, Any]:
        """A voucher for an offer of the owner's shop, with its code."""
        path = f"/offers/{self.offer(**limits)}/vouchers"
        issued: dict[str, Any] = self.calls(name).must("POST", path, status=201)
        return issued


# Of radio buttons this ticks the one with the value.
_FILL = """(form, [name, value]) => { form.elements.namedItem(name).value = value; }"""
