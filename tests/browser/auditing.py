"""What every page must fulfil, whoever reads it, on whatever screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, HEIGHTS, PHONE, keep_screenshot

Look = tuple[int, str, str]
"""A width, a mode of reading, a theme."""
LOOKS: tuple[Look, ...] = (
    (PHONE, "standard", "light"),
    (DESKTOP, "elder", "light"),
    (PHONE, "elder", "dark"),
    (DESKTOP, "standard", "dark"),
)
ENDS = ((PHONE, "standard", "light"), (DESKTOP, "elder", "dark"))
"""Two looks that hold each width, mode and theme once."""
NARROW = 320
PAPER = 680
"""The width of A4 between its margins, in CSS pixels."""

# What is preloaded serves one experimental rule, at the price of every sheet being fetched anew.
_AXE = """axe.run({resultTypes: ['violations'], preload: false})
  .then(results => results.violations)"""
_PLAIN = """() => {
  const faults = [];
  const html = document.documentElement;
  if (!["zh-Hans", "en"].includes(html.lang)) faults.push(`lang is "${html.lang}"`);
  const [words] = document.title.split(" · ");
  if (!words.trim()) faults.push(`the title is "${document.title}"`);
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) faults.push(`${heads} h1`);
  const ids = [...document.querySelectorAll("[id]")].map(each => each.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) {
    faults.push(`two elements are called ${id}`);
  }
  for (const form of document.forms) {
    if (!form.getAttribute("action")) {
      faults.push(`a form goes nowhere: ${form.outerHTML.slice(0, 120)}`);
    }
    if (form.getAttribute("method") === "post" && !form.querySelector("input[name=csrf_token]")) {
      faults.push(`a form without its token: ${form.getAttribute("action")}`);
    }
  }
  return faults;
}"""
# Colours need a moment to settle after they were switched, like after any change of style.
_SET_MODE = """async mode => {
  document.documentElement.dataset.mode = mode;
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  document.getAnimations().forEach(each => each.finish());
}"""
_TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def audit(page: Page, name: str, looks: Iterable[Look] = LOOKS) -> list[str]:
    """All that is wrong with the page at hand in these looks and at 320 px; its preferences are
    left as the device's afterwards."""
    faults: list[str] = list(page.evaluate(_PLAIN))
    page.evaluate(AXE_SCRIPT)
    for width, mode, theme in looks:
        look_like(page, width, mode, theme)
        found = page.evaluate(_AXE)
        faults += [f"{width} px {mode} {theme}: {_described(each)}" for each in found]
        faults += _sideways(page, width)
        keep_screenshot(page, f"{name}-{width}-{mode}-{theme}")
    look_like(page, NARROW, "elder", "light")
    faults += _sideways(page, NARROW)
    look_like(page, PHONE, "standard", "light")
    return faults


def audit_on_paper(page: Page, name: str) -> list[str]:
    """All that is wrong with the page as it is printed: readable, black on white, nothing cut."""
    page.set_viewport_size({"width": PAPER, "height": HEIGHTS[DESKTOP]})
    page.emulate_media(media="print", color_scheme="dark")
    faults = [f"on paper: {_described(each)}" for each in page.evaluate(_AXE)]
    faults += _sideways(page, PAPER)
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    if paper not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"):
        faults.append(f"on paper: the page is {paper}")
    if not page.locator("h1").first.is_visible():
        faults.append("on paper: the heading is gone")
    keep_screenshot(page, f"{name}-paper")
    page.emulate_media(media="screen", color_scheme="light")
    return faults


def _sideways(page: Page, width: int) -> list[str]:
    """Nothing may have to be pushed sideways (WCAG 2.2, 1.4.10)."""
    too_wide = page.evaluate(_TOO_WIDE)
    return [f"{too_wide} px too wide at {width} px"] if too_wide > 0 else []


def look_like(page: Page, width: int, mode: str, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.evaluate(_SET_MODE, mode)


def _described(violation: dict[str, Any]) -> str:
    nodes = "; ".join(
        f"{node['html'][:120]} {' '.join(node['failureSummary'].split())[:200]}"
        for node in violation["nodes"][:3]
    )
    return f"{violation['id']} ({violation['impact']}) {nodes}"
