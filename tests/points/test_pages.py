"""The pages of points, hours, budgets, rules and books, without JavaScript."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import pytest
from babel.dates import format_date
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core.clock import clock
from portal.core.unit_of_work import unit_of_work
from portal.points import queries, services
from tests.points.books import award, fund, rows, spend
from tests.world import CITY, COMMUNITY, DISTRICT, PASSWORD, STREET


class Browser:
    """Signed in, in English, filling in forms as they come."""

    def __init__(self, client: FlaskClient, login: str) -> None:
        self.client = client
        client.set_cookie("locale", "en")
        self.post("/login", login=login, password=PASSWORD)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, *, page: str | None = None, **fields: Any) -> TestResponse:
        """Send the form of ``page`` (the same address if not given) with its hidden fields."""
        hidden = self.hidden_of(self.get(page or path).text)
        return self.send(path, {**hidden, **fields})

    def send(self, path: str, fields: dict[str, Any]) -> TestResponse:
        return self.client.post(path, data=fields)

    @staticmethod
    def hidden_of(text: str) -> dict[str, str]:
        main = text[text.index('id="main"') :]
        fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', main)
        found: dict[str, str] = {}
        for each in fields:
            name, value = re.search(r'name="([^"]*)"', each), re.search(r'value="([^"]*)"', each)
            if name:
                found.setdefault(name[1], value[1] if value else "")
        return found


@pytest.fixture
def li(world: ModuleType) -> str:
    return str(world.make_user("li@example.org"))


@pytest.fixture
def resident(client: FlaskClient, li: str) -> Browser:
    return Browser(client, "li@example.org")


def staff(client: FlaskClient, world: ModuleType, role: str, scope: str) -> Browser:
    world.make_staff(role, scope=scope)
    return Browser(client, f"{role}@example.org")


def member_code(user_id: str) -> str:
    found = rows("SELECT member_code FROM user_account WHERE id = :id", id=user_id)
    return str(found[0].member_code)


def test_a_newcomers_pages_teach_the_next_step(resident: Browser) -> None:
    assert "No points yet" in resident.get("/me/points").text
    assert "No hours yet" in resident.get("/me/hours").text
    assert resident.get("/me/points/lots").status_code == 200


def test_the_statement_tells_what_happened(resident: Browser, li: str) -> None:
    fund(100)
    award(li, 30, memo="Leaves in the park")
    spend(li, 12)
    with unit_of_work():
        services.hold_points(li, 5, "voucher:1")
    page = resident.get("/me/points").text
    for words in ("Earned by service", "Exchanged", "Leaves in the park", "noodles", "−12", "13"):
        assert words in page, words
    page = resident.get("/me/hours").text
    assert "3 h<" in page
    assert resident.get("/me/points/lots").text.count("<tr>") == 2


def test_what_went_out_is_told_by_sign_and_word(resident: Browser, li: str) -> None:
    fund(100)
    award(li, 30)
    spend(li, 12)
    page = " ".join(re.sub(r"<[^>]+>", " ", resident.get("/me/points").text).split())
    assert "+30 points received" in page
    assert "−12 points given out" in page
    assert "-12" not in page


@pytest.mark.parametrize("address", ["/me/points", "/me/hours"])
def test_paper_says_whose_sheet_it_is(resident: Browser, li: str, address: str) -> None:
    fund(100)
    award(li, 30)
    page = resident.get(address).text
    head = page.split('class="print-head"')[1].split("</dl>")[0]
    today = format_date(clock.today(), "long", locale="en")
    for words in (member_code(li).upper(), ">红山郡社区<", f"{today} to {today}", "Printed"):
        assert words in head, words


def test_the_statement_as_a_table_has_no_formulas(resident: Browser, li: str) -> None:
    fund(100)
    award(li, 30, memo="=1+1")
    answer = resident.get("/me/points.csv")
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    assert ",'=1+1,30," in answer.text


def test_my_code_is_shown_as_a_square_and_as_letters(resident: Browser, li: str) -> None:
    page = resident.get("/me/code").text
    assert "<svg" in page
    assert member_code(li).upper() in page


def test_a_gift_is_looked_at_before_it_is_given(
    resident: Browser, li: str, world: ModuleType
) -> None:
    fund(100)
    award(li, 30)
    wang = world.make_user("wang@example.org", "Wang Fang")
    code = member_code(wang)
    review = resident.post("/me/points/gifts", to_member=code, amount="１２", message="thanks")
    assert review.status_code == 200
    assert "Wang" not in review.text
    assert queries.points_of(li)["balance"] == 30
    confirmed = resident.hidden_of(review.text)
    first = resident.send("/me/points/gifts/confirm", confirmed)
    again = resident.send("/me/points/gifts/confirm", confirmed)
    assert (first.status_code, again.status_code) == (303, 303)
    assert queries.points_of(li)["balance"] == 18
    assert queries.points_of(wang)["balance"] == 12


def test_an_unknown_code_is_told_only_at_the_end(resident: Browser, li: str) -> None:
    fund(100)
    award(li, 30)
    review = resident.post("/me/points/gifts", to_member="nobody", amount="12")
    refused = resident.send("/me/points/gifts/confirm", resident.hidden_of(review.text))
    assert refused.status_code == 404
    assert "Nobody has this member code" in refused.text
    assert 'value="12"' in refused.text
    assert queries.points_of(li)["balance"] == 30


@pytest.mark.parametrize("amount", ["", "0", "-1", "x", "1.5", "99999999999999999999"])
def test_a_wrong_amount_is_told_beside_the_field(resident: Browser, amount: str) -> None:
    refused = resident.post("/me/points/gifts", to_member="abc", amount=amount)
    assert refused.status_code == 422
    assert 'id="amount-error"' in refused.text


def test_finance_makes_points_and_passes_them_on(client: FlaskClient, world: ModuleType) -> None:
    finance = staff(client, world, "finance", CITY)
    assert finance.get("/desk/budgets").location == f"/desk/budgets/{CITY}"
    for code, amount in ((CITY, 900), (DISTRICT, 500)):
        path = f"/desk/budgets/{code}/allocate"
        assert finance.post(path, amount=amount, memo="2027").status_code == 303
    page = finance.get(f"/desk/budgets/{CITY}").text
    assert "红山区" in page
    assert queries.budget_of(CITY).balance == 400
    too_much = finance.post(f"/desk/budgets/{STREET}/allocate", amount=501, memo="x")
    assert too_much.status_code == 422
    assert "fewer points left" in too_much.text


def test_a_committee_sees_its_budget_and_cannot_raise_it(
    client: FlaskClient, world: ModuleType
) -> None:
    committee = staff(client, world, "committee", COMMUNITY)
    page = committee.get(f"/desk/budgets/{COMMUNITY}")
    assert page.status_code == 200
    assert "allocate" not in page.text
    assert committee.get(f"/desk/budgets/{COMMUNITY}/allocate").status_code == 404
    assert committee.get(f"/desk/budgets/{STREET}").status_code == 404


def test_a_committee_decides_rules_and_sees_where_others_come_from(
    client: FlaskClient, world: ModuleType
) -> None:
    committee = staff(client, world, "committee", STREET)
    path = f"/desk/rules/{STREET}/decide?key="
    day = "2099-01-01"
    assert committee.post(f"{path}cap.day", value="80", effective_from=day).status_code == 303
    night = {"begins": "22:00", "ends": "06:00", "value": "1.5"}
    done = committee.post(f"{path}multiplier.night", **night, effective_from=day)
    assert done.status_code == 303
    by_category = f"{path}points_per_hour&category=culture"
    assert committee.post(by_category, value="20", effective_from=day).status_code == 303
    page = committee.get(f"/desk/rules/{COMMUNITY}").text
    assert "usual value" in page
    page = committee.get(f"/desk/rules/{STREET}").text
    for words in ("80 points", "× 1.5 from 22:00 to 06:00", "20 points"):
        assert words in page
    gone = committee.post(f"{path}cap.day", value="", inherit="y", effective_from=day)
    assert gone.status_code == 303


@pytest.mark.parametrize(
    ("key", "fields", "words"),
    [
        ("cap.day", {"value": "-1", "effective_from": "2099-01-01"}, "whole number"),
        ("cap.day", {"value": "", "effective_from": "2099-01-01"}, "whole number"),
        ("cap.day", {"value": "5", "effective_from": "2020-01-01"}, "today or a later day"),
        ("cap.day", {"value": "5", "effective_from": ""}, "Choose a day"),
        ("multiplier.heat", {"value": "11", "effective_from": "2099-01-01"}, "factor up to"),
        ("multiplier.night", {"value": "2", "effective_from": "2099-01-01"}, "times like"),
    ],
)
def test_a_wrong_rule_is_told(
    client: FlaskClient, world: ModuleType, key: str, fields: dict[str, str], words: str
) -> None:
    committee = staff(client, world, "committee", STREET)
    refused = committee.post(f"/desk/rules/{STREET}/decide?key={key}", **fields)
    assert refused.status_code == 422
    assert words in refused.text


def test_rules_of_others_and_unknown_rules_are_not_there(
    client: FlaskClient, world: ModuleType
) -> None:
    committee = staff(client, world, "committee", COMMUNITY)
    assert committee.get("/desk/rules").location == f"/desk/rules/{COMMUNITY}"
    assert committee.get(f"/desk/rules/{STREET}").status_code == 404
    assert committee.get(f"/desk/rules/{COMMUNITY}/decide?key=nothing").status_code == 404
    assert committee.get(f"/desk/rules/{STREET}/decide?key=cap.day").status_code == 404


def test_an_auditor_reads_the_books(client: FlaskClient, world: ModuleType, li: str) -> None:
    fund(100)
    award(li, 30, memo="Leaves in the park")
    auditor = staff(client, world, "auditor", CITY)
    page = auditor.get("/desk/ledger").text
    assert "Leaves in the park" in page
    booking = rows("SELECT id FROM ledger_transaction WHERE kind = 'award'")[0].id
    detail = auditor.get(f"/desk/ledger/{booking}").text
    assert "Points of a resident" in detail
    assert ">li<" in detail
    assert auditor.get("/desk/ledger?kind=gift").text.count("Leaves") == 0
    assert auditor.get(f"/desk/ledger/{'0' * 26}").status_code == 404


def test_an_auditor_of_elsewhere_reads_nothing(
    client: FlaskClient, world: ModuleType, li: str
) -> None:
    fund(100)
    award(li, 30, memo="Leaves in the park")
    auditor = staff(client, world, "auditor", "150402004")
    assert "Leaves" not in auditor.get("/desk/ledger").text
    booking = rows("SELECT id FROM ledger_transaction WHERE kind = 'award'")[0].id
    assert auditor.get(f"/desk/ledger/{booking}").status_code == 404


def test_residents_have_no_desk(resident: Browser) -> None:
    for path in ("/desk/budgets", "/desk/rules", "/desk/ledger", f"/desk/budgets/{COMMUNITY}"):
        assert resident.get(path).status_code == 404
