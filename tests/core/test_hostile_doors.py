"""What no form and no field expects, sent to doors that read it themselves."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.database import db
from portal.core.logs import JsonFormatter
from tests import world
from tests.browsing import Browser

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def lin(app: Any) -> Browser:
    world.make_user("lin@example.org", "林")
    return Browser(app.test_client()).sign_in("lin@example.org")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"\\ud800": 1}', 422, "invalid"),
        ('{"login": "x", "login": "y", "password": "z"}', 422, "invalid"),
        ('{"login": ' + "9" * 6_000 + ', "password": "z"}', 422, "invalid"),
        ('{"login": {"a": 1, "a": 2}, "password": "z"}', 422, "invalid"),
    ],
    ids=["half a character as a name", "a name twice", "6,000 digits", "a name twice inside"],
)
def test_odd_json_is_refused_by_its_own_code(
    client: Any, body: str, status: int, code: str
) -> None:
    answer = client.post("/api/v1/tokens", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_packed_body_is_not_taken(client: Any) -> None:
    answer = client.post(
        "/api/v1/tokens",
        data=b"{}",
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "x", ""])
def test_no_day_of_the_calendar_breaks_a_list(client: Any, day: str) -> None:
    assert client.get(f"/activities?day={day}").status_code == 200


def test_a_form_value_with_a_nul_is_read_without_it(lin: Browser) -> None:
    token = lin.form("/logout").values["csrf_token"]
    answer = lin.client.post("/me/roles", data={"csrf_token": token, "hat": "\x00"})
    assert answer.status_code < 500


def test_pages_of_a_person_are_not_kept_by_the_browser(lin: Browser, client: Any) -> None:
    assert lin.open("/me").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/about").headers["Cache-Control"]


def test_the_log_of_a_failed_statement_quotes_no_row(app: Any) -> None:
    try:
        with db.session.begin():
            db.session.execute(
                text(
                    "INSERT INTO region (code, name, level, path) "
                    "VALUES ('1504', '王小明的家', 'city', 'nowhere')"
                )
            )
    except DBAPIError as error:
        record = logging.LogRecord("portal", 40, "", 0, "unexpected", None, None)
        record.exc_info = (type(error), error, error.__traceback__)
        line = JsonFormatter().format(record)
    else:
        pytest.fail("the row should have been refused")
    assert "王小明" not in line
    assert "test_hostile_doors" in line
    assert "Integrity" in line or "CheckViolation" in line
