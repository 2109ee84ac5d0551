"""Being heard: from a picture on the phone to a judged answer, with and without scripts."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, OpenContext
from tests.browser.driving import Person, Way, arrive
from tests.running import Caller, RunningPortal

pytestmark = pytest.mark.browser

COMMUNITY = "150402010003"
WAYS = [
    Way(PHONE, "zh"),
    Way(PHONE, "en"),
    Way(DESKTOP, "zh"),
    Way(DESKTOP, "en"),
    Way(PHONE, "zh", javascript=False),
]
KIND = "streetlight"
A_MINUTE = 60.0
WHERE = {
    WAYS[0]: "三号楼前",
    WAYS[1]: "南门外的岗亭",
    WAYS[2]: "幼儿园后墙",
    WAYS[3]: "菜市场西口",
    WAYS[4]: "河边步道",
}
"""Each says something else, or the second would be shown the first's."""


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_from_a_picture_to_a_judged_answer(
    open_context: OpenContext, portal: RunningPortal, tmp_path: Path, way: Way
) -> None:
    resident = arrive(open_context, way, "resident20")
    begun = time.monotonic()
    case = report(resident, WHERE[way], picture(tmp_path))
    assert time.monotonic() - begun < A_MINUTE
    resident.sees("#course")
    resident.sees(".case-photos img")

    answer(portal, case)
    resident.go("/me/suggestions")
    resident.follow(f"/suggestions/{case}/judge")
    resident.page.locator("#score-3").check()
    resident.send()
    resident.page.wait_for_url(f"**/suggestions/{case}")
    resident.sees(".status-ok")
    assert not resident.troubles


def report(resident: Person, where: str, photo: Path) -> str:
    """Choose the kind, show it, say it — with a number that should not be public."""
    resident.go("/")
    resident.follow("/suggestions/new")
    resident.open(resident.page.locator(f'main a[href*="category={KIND}"]'))
    resident.page.locator("[name=photos]").set_input_files(photo)
    resident.fill(description=f"{where}灯坏了，打我电话 13800138000")
    resident.send()
    resident.sees("#private")
    resident.sees(".photo-kept")
    resident.fill(description=f"{where}灯坏了")
    resident.send()
    if resident.page.locator("#similar").count():  # an open case of the demo's says nearly the same
        resident.send()
    resident.page.wait_for_url("**/reported")
    found = re.search(r"/suggestions/(\w{26})/reported", resident.page.url)
    assert found
    expect(resident.page.locator("main .facts").first).to_contain_text(re.compile(r"\d{8}-\d{6}"))
    resident.follow(f"/suggestions/{found.group(1)}")
    return found.group(1)


def picture(folder: Path) -> Path:
    path = folder / "lamp.jpg"
    Image.new("RGB", (800, 600), "navy").save(path)
    return path


def answer(portal: RunningPortal, case: str) -> None:
    """What the city does about it, by the API."""
    dispatcher, department = (signed_in(portal, who) for who in ("dispatcher", "department2"))
    kinds = department.must("GET", f"/suggestion-categories?region={COMMUNITY}&limit=100")["items"]
    kind: dict[str, Any] = next(each for each in kinds if each["code"] == KIND)
    path = f"/suggestions/{case}"
    dispatcher.must("POST", f"{path}/dispatch", {"department_id": kind["department"]["id"]})
    department.must("POST", f"{path}/accept")
    told = {"outcome": "planned", "text": "已报备件，周五更换。"}
    department.must("POST", f"{path}/answer", told)


def signed_in(portal: RunningPortal, who: str) -> Caller:
    return portal.caller().sign_in(f"{who}@demo.example")


@pytest.mark.parametrize("way", [WAYS[0], WAYS[4]], ids=str)
def test_a_patrol_takes_ten_seconds(open_context: OpenContext, tmp_path: Path, way: Way) -> None:
    worker = arrive(open_context, way, "gridworker")
    worker.go("/patrol")
    worker.page.locator("[name=photos]").set_input_files(picture(tmp_path))
    worker.page.locator(f'label:has([value="{KIND}"])').click()
    worker.fill(description=f"巡到 {way} 灯罩碎了")
    worker.send()
    worker.page.wait_for_url("**/reported")
    assert not worker.troubles
