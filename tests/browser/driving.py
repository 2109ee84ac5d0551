"""A person before a browser: presses what stands on the page, reads what it says.

Pages are read by addresses, names of inputs and roles, never by words: the same story runs in every
language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import OpenContext, sign_in

LOCALES = {"zh": "zh_Hans", "en": "en"}
TAGS = {"zh": "zh-Hans", "en": "en"}
_NUMBER = re.compile(r"[+−-]?\d[\d,]*")


@dataclass(frozen=True)
class Way:
    """How somebody comes: on a phone or at a desk, in which language, with scripts or without."""

    width: int
    language: str
    javascript: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.language}{'' if self.javascript else '-no-script'}"


@dataclass
class Person:
    """Somebody at a private window of their own."""

    page: Page
    way: Way
    troubles: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def go(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"

    def follow(self, address: str) -> None:
        """Follow the first link whose address ends so."""
        self.open(self.page.locator(f'main a[href$="{address}"]').first)
        self.page.wait_for_url(f"**{address}")

    def open(self, link: Locator) -> None:
        """Press what leads to a page, and wait for that page: what is asked next is of it."""
        with self.page.expect_navigation():
            link.click()

    def form(self, action: str) -> Locator:
        """The form that is sent to an address that ends so."""
        return self.page.locator(f'form[action$="{action}"]').first

    def press(self, action: str) -> None:
        """Press the button of a form, after "are you sure?" if the page asks."""
        form = self.form(action)
        form.wait_for(state="attached")
        if not form.locator("button[type=submit]").is_visible():
            self._open_question(action)
        self.open(form.locator("button[type=submit]").last)

    def _open_question(self, action: str) -> None:
        """Without a script the question is a fold, with one a dialog behind a button."""
        fold = f'details:has(form[action$="{action}"]) > summary'
        dialog = f'button[aria-haspopup="dialog"]:has(+ dialog form[action$="{action}"])'
        self.page.locator(dialog if self.way.javascript else fold).first.click()

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            field = self.page.locator(f'[name="{name}"]')
            field.wait_for(state="attached")
            if not field.is_visible():  # filters are folded in elder mode
                self.page.locator(f'details:has([name="{name}"]) > summary').click()
            field.fill(value)

    def send(self) -> None:
        """Press the one button of the page's form."""
        self.open(self.page.locator("form .form-actions button[type=submit]").first)

    def number(self, selector: str) -> int:
        """The first number that stands there."""
        words = self.page.locator(selector).first.inner_text()
        found = _NUMBER.search(words)
        assert found, f"no number in {words!r}"
        return int(found.group().replace(",", "").replace("−", "-"))

    def digits(self, selector: str) -> str:
        return re.sub(r"\D", "", self.page.locator(selector).first.inner_text())

    def sees(self, selector: str) -> None:
        expect(self.page.locator(selector).first).to_be_visible()

    def reads(self, words: str) -> None:
        expect(self.page.locator("main").get_by_text(words).first).to_be_visible()


def arrive(open_context: OpenContext, way: Way, name: str = "") -> Person:
    """Open a window, sign in (unless a stranger), choose the language."""
    context: BrowserContext = open_context(
        width=way.width, language=way.language, javascript=way.javascript
    )
    person = Person(sign_in(context, name) if name else context.new_page(), way)
    if name:
        choose(person, "locale", LOCALES[way.language])
    return person


def choose(person: Person, name: str, value: str) -> None:
    """Press a button of the reading preferences at the foot of the page."""
    chosen = person.page.locator(f'.preferences button[name="{name}"][value="{value}"]')
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
