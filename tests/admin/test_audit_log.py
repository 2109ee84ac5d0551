"""The audit log as auditors use it: whose deeds, of what kind, where, and as a file."""

from __future__ import annotations

import csv
import html
import io
import re
from types import ModuleType

import pytest

from portal.admin import views
from portal.admin.deeds import DEEDS
from portal.app import Portal
from portal.config import ROOT
from portal.core import audit
from portal.core.unit_of_work import unit_of_work
from portal.points.queries.totals import VERIFIED
from tests.browsing import Browser
from tests.points.books import rows
from tests.world import CITY, COMMUNITY, DISTRICT, FAR_COMMUNITY

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def desk(app: Portal, world: ModuleType) -> Browser:
    world.make_staff("auditor", scope=CITY)
    return Browser(app.test_client()).sign_in("auditor@example.org")


@pytest.fixture
def deeds(world: ModuleType) -> str:
    wang = world.make_user("wang@example.org", "Wang Fang")
    with unit_of_work():
        audit.record(
            wang, "shift.heat_flagged", "shift", "s" * 26, region_code=COMMUNITY, heat=True
        )
        audit.record(
            wang, "role.granted", "user", wang, region_code=COMMUNITY, role="committee",
            scope=f"region:{COMMUNITY}", before=None, after={"heat": False},
        )  # fmt: skip
        audit.record(None, "grid.renamed", "region", FAR_COMMUNITY, region_code=FAR_COMMUNITY)
        audit.record(
            None, "rule.set", "region", DISTRICT, region_code=DISTRICT, key="cap.day",
            reason='=HYPERLINK("http://x")',
        )  # fmt: skip
    return str(wang)


def listed(desk: Browser) -> list[str]:
    """The words of the rows, newest first."""
    body = desk.page.text.split("<tbody>")[1].split("</tbody>")[0]
    plain = re.sub(r"<[^>]+>", " ", body.replace("</tr>", "\0"))
    return [html.unescape(" ".join(row.split())) for row in plain.split("\0") if row.strip()]


def lines(desk: Browser, address: str) -> list[dict[str, str]]:
    answer = desk.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_nothing_is_said_in_the_words_of_the_code(desk: Browser, deeds: str) -> None:
    desk.open("/desk/audit")
    told = " ".join(listed(desk))
    assert "Great heat: yes" in told
    assert "Before: nothing" in told
    assert "After: Great heat: no" in told
    for word in ("True", "False", "None", "{", deeds):
        assert word not in told, word


def test_whose_deeds_by_address_and_by_code(desk: Browser, deeds: str) -> None:
    code = rows("SELECT member_code FROM user_account WHERE id = :id", id=deeds)[0].member_code
    for who in ("wang@example.org", code):
        desk.open(f"/desk/audit?person={who}")
        assert len(listed(desk)) == 2
        assert all("Wang Fang" in row for row in listed(desk))
    desk.open("/desk/audit?person=nobody@example.org")
    assert "No such events" in desk.text


@pytest.mark.usefixtures("deeds")
def test_the_region_is_chosen_by_its_name(desk: Browser) -> None:
    desk.open("/desk/audit?action=rule.set")
    assert "Region code" not in desk.text
    addresses = [html.unescape(each) for each in re.findall(r'href="([^"]+)"', desk.page.text)]
    choose = next(each for each in addresses if each.startswith("/regions/choose?"))
    desk.open(choose)
    assert "All of 赤峰市" in desk.text
    desk.open(f"{choose}&q=红山区")
    assert f"/desk/audit?action=rule.set&amp;region={DISTRICT}" in desk.page.text
    desk.open(f"/desk/audit?action=rule.set&region={DISTRICT}")
    assert len(listed(desk)) == 1
    desk.open(f"/desk/audit?region={FAR_COMMUNITY}")
    assert len(listed(desk)) == 1


def test_the_file_holds_what_the_page_shows_in_its_order(
    desk: Browser, deeds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_ROWS_AT_ONCE", 2)
    desk.open(f"/desk/audit?region={CITY}")
    shown = listed(desk)
    found = lines(desk, f"/desk/audit.csv?region={CITY}")
    assert found[0]["Action"] == "Audit log downloaded"
    assert len(found) == len(shown) + 1
    assert len(shown) == 4
    assert all(line["Action"] in row for line, row in zip(found[1:], shown, strict=True))
    told = {line["Action"]: line for line in found}
    assert told["Rule set"]["Details"].startswith("Rule: cap.day · Reason: =HYPER")
    assert told["Great heat noted for a shift"]["Who"] == "Wang Fang"
    few = lines(desk, "/desk/audit.csv?person=wang@example.org&action=role.granted")
    assert [line["Object’s number"] for line in few] == [deeds]


@pytest.mark.usefixtures("deeds")
def test_the_file_is_of_ones_own_regions(app: Portal, world: ModuleType) -> None:
    world.make_staff("committee", "far@example.org", scope=FAR_COMMUNITY)
    far = Browser(app.test_client()).sign_in("far@example.org")
    found = lines(far, "/desk/audit.csv")
    assert {line["Region code"] for line in found} == {FAR_COMMUNITY}
    noted = rows("SELECT object_id FROM audit_event WHERE action = 'audit.downloaded'")
    assert [row.object_id for row in noted] == [FAR_COMMUNITY]


@pytest.mark.usefixtures("deeds")
def test_a_file_that_would_be_too_long_is_refused(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_IN_FILE", 2)
    desk.open(f"/desk/audit.csv?region={CITY}")
    assert desk.address == f"/desk/audit?region={CITY}"
    assert "A file holds 2 events, and these are more." in desk.text
    assert len(lines(desk, "/desk/audit.csv?person=wang@example.org")) == 2


def test_residents_have_no_file_of_the_log(app: Portal, world: ModuleType) -> None:
    world.make_user("li@example.org")
    resident = Browser(app.test_client()).sign_in("li@example.org")
    for address in ("/desk/audit.csv", "/desk/ledger.csv"):
        assert resident.client.get(address).status_code == 404


def test_every_deed_of_the_code_has_words() -> None:
    code = "".join(path.read_text() for path in (ROOT / "portal").rglob("*.py"))
    written = set(re.findall(r'audit\.record\([^()"]*"([a-z_]+\.[a-z_]+)"', code))
    assert len(written) > 40
    assert written - set(DEEDS) == set()
    assert VERIFIED in DEEDS
