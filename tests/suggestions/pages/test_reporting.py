"""Reporting: one form, what is looked at before it is sent, pictures, writing for others."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.accounts.queries import facts_of
from portal.app import Portal
from portal.core.clock import clock, now
from portal.core.database import db
from portal.core.permissions import Grant, Role, ScopeKind
from portal.core.unit_of_work import unit_of_work
from portal.regions import services as regions
from portal.regions.rules import GridKind
from portal.suggestions import begun, services
from portal.suggestions.begun import KEPT_FOR
from portal.suggestions.models import Suggestion, SuggestionEvent, SuggestionPhoto
from portal.suggestions.services.catalogue import Category
from portal.suggestions.uploads import photo_folder
from tests import world
from tests.browsing import Browser
from tests.suggestions import district
from tests.suggestions.district import LAMPS, QUARRELS, Office, report
from tests.suggestions.pages.conftest import Opens
from tests.suggestions.test_questions import question
from tests.world import COMMUNITY, NEXT_COMMUNITY

FORM = "/suggestions/new/report"
LAMP: dict[str, Any] = {
    "description": "三号楼前的路灯坏了一周。\n晚上看不见路。",
    "region_code": COMMUNITY,
}
PUBLIC: dict[str, Any] = {"visibility": "public"}


def cases_there() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Suggestion)).scalar_one()


def the_case() -> Any:
    db.session.rollback()
    return db.session.execute(select(Suggestion)).scalar_one()


def begin(browser: Browser, category: str = LAMPS) -> Browser:
    browser.open(f"{FORM}?category={category}")
    return browser


def picture() -> tuple[io.BytesIO, str]:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "JPEG")
    data.seek(0)
    return data, "lamp.jpg"


def test_from_a_kind_to_a_number(office: Office, opens: Opens) -> None:
    browser = opens("resident")
    page = browser.open("/suggestions/new").text
    assert f"{FORM}?category={LAMPS}" in page
    begin(browser).send(FORM, **LAMP, **PUBLIC)
    row = the_case()
    assert browser.address == f"/suggestions/{row.id}/reported"
    assert row.number in browser.text
    assert "An answer is due by" in browser.text
    assert "The dispatcher is looking for the right department." in browser.text
    assert (row.title, row.channel) == ("三号楼前的路灯坏了一周", "page")
    assert (row.reported_by, row.visibility) == (office.resident.id, "public")
    opens("neighbour").open(browser.address, status=404)


def test_a_stranger_signs_in_first(office: Office, opens: Opens) -> None:
    browser = opens()
    browser.open(f"{FORM}?category={LAMPS}")
    assert browser.address.startswith("/login")


def test_an_unknown_kind_leads_to_the_choice(office: Office, opens: Opens) -> None:
    browser = opens("resident")
    assert begin(browser, "nothing").address == "/suggestions/new"


def test_who_has_no_home_chooses_a_community(office: Office, opens: Opens) -> None:
    world.make_user("guest@example.org", home=None, verified=False)
    browser = begin(opens("guest"))
    assert browser.address.startswith("/regions/choose")
    browser.open(f"{FORM}?category={LAMPS}&community={NEXT_COMMUNITY}")
    browser.send(FORM, **{**LAMP, "region_code": NEXT_COMMUNITY}, **PUBLIC)
    assert the_case().region_code == NEXT_COMMUNITY


def test_sent_twice_it_is_one(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    form = browser.form(FORM)
    sent = {**form.values, **LAMP, **PUBLIC}
    first = browser.client.post(form.action, data=sent)
    second = browser.client.post(form.action, data=sent)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert cases_there() == 1


def test_what_is_missing_is_said_and_nothing_is_lost(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    browser.send(FORM, status=422, description="", **PUBLIC, region_code=COMMUNITY)
    assert "Say in a few words what it is about." in browser.text
    browser.send(FORM, status=422, **{**LAMP, "region_code": "150402"}, **PUBLIC)
    assert "三号楼前的路灯坏了一周。" in browser.page.text
    browser.send(FORM, status=422, **LAMP, **PUBLIC, latitude="42.1")
    assert "Give both numbers of the place, or none." in browser.text
    assert cases_there() == 0


def test_others_that_say_the_same_are_shown_once(office: Office, opens: Opens) -> None:
    same = report(office.neighbour, title="三号楼前路灯坏了", description="三号楼前的路灯坏了。")
    browser = begin(opens("resident"))
    browser.send(FORM, status=422, **LAMP, **PUBLIC)
    assert "Is it one of these?" in browser.text
    assert f'href="/suggestions/{same}"' in browser.page.text
    assert cases_there() == 1
    browser.send(FORM, **LAMP, **PUBLIC)
    assert "It has arrived" in browser.text
    assert cases_there() == 2


@pytest.mark.parametrize("way", ["words", "confidential", "publish"])
def test_personal_data_is_flagged_before_it_is_public(
    office: Office, opens: Opens, way: str
) -> None:
    browser = begin(opens("resident"))
    words = {**LAMP, "description": "路灯坏了，电话13800138000"}
    browser.send(FORM, status=422, **words, **PUBLIC)
    assert "looks like a mobile number" in browser.text
    assert cases_there() == 0
    answers: dict[str, dict[str, Any]] = {
        "words": {**LAMP, **PUBLIC},
        "confidential": {**words, "visibility": "confidential"},
        "publish": {**words, **PUBLIC, "publish": "y"},
    }
    browser.send(FORM, **answers[way])
    assert "It has arrived" in browser.text


def test_an_identity_number_never_goes_public(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    words = {**LAMP, "description": "身份证11010519491231002X"}
    browser.send(FORM, status=422, **words, **PUBLIC)
    assert "publish" not in browser.form(FORM).names
    sent = {**browser.form(FORM).values, **words, **PUBLIC, "publish": "y"}
    assert browser.client.post(browser.form(FORM).action, data=sent).status_code == 422
    assert cases_there() == 0


def test_confidential_and_anonymous_are_kept(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    browser.send(FORM, **LAMP, visibility="confidential", anonymous="y")
    row = the_case()
    assert (row.visibility, row.anonymous) == ("confidential", True)
    assert "anonymous" not in begin(browser, QUARRELS).form(FORM).names


def test_questions_of_the_kind_are_asked(office: Office, opens: Opens) -> None:
    asked = (
        question("floor", "number", required=True),
        question("how", "singlevaluelist", out="不亮", dim="昏暗"),
        question("when", "multivaluelist", morning="早", night="夜"),
        question("since", "datetime"),
    )
    with unit_of_work():
        services.define_category(office.admin, Category("lift", "电梯", 3, attributes=asked))
    browser = begin(opens("resident"), "lift")
    browser.send(FORM, status=422, **LAMP, **PUBLIC)
    assert "Please answer this." in browser.text
    browser.send(FORM, status=422, **LAMP, **PUBLIC, answer_floor="many")
    assert "Please write a number." in browser.text
    browser.send(
        FORM, **LAMP, **PUBLIC,
        answer_floor="3", answer_how="dim", answer_when=["morning", "night"],
        answer_since="2026-11-01",
    )  # fmt: skip
    assert the_case().attributes == {
        "floor": 3, "how": "dim", "when": ["morning", "night"], "since": "2026-11-01",
    }  # fmt: skip
    page = opens().open(f"/suggestions/{the_case().id}").text
    assert "昏暗" in page
    assert "早、夜" in page


def test_pictures_outlive_an_error(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    browser.send(FORM, status=422, description="", **PUBLIC, photos=[picture(), picture()])
    assert "2 photos are here already" in browser.text
    kept = browser.form(FORM).values["kept"]
    with browser.client.get(f"/me/begun/photos/{kept[0]}") as small:
        assert small.mimetype == "image/webp"
    assert opens("neighbour").client.get(f"/me/begun/photos/{kept[0]}").status_code == 404
    browser.send(FORM, **LAMP, **PUBLIC, kept=kept[:1])
    photos = db.session.execute(select(SuggestionPhoto.name, SuggestionPhoto.series)).all()
    assert [each.name for each in photos] == [f"{kept[0]}.webp"]
    assert (photo_folder() / photos[0].name).is_file()
    assert opens().open(f"/suggestions/{the_case().id}").text.count("size=small") == 1


def test_what_is_no_picture_is_said_and_costs_nothing(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    fake = (io.BytesIO(b"<svg onload=alert(1)>"), "evil.jpg")
    browser.send(FORM, status=422, **LAMP, **PUBLIC, photos=[picture(), fake])
    assert "evil.jpg: We take JPEG, PNG and WebP pictures." in browser.text
    assert "1 photo is here already" in browser.text
    browser.send(FORM, **LAMP, **PUBLIC)
    assert "It has arrived" in browser.text


def test_six_pictures_are_enough(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    browser.send(FORM, status=422, **LAMP, **PUBLIC, photos=[picture() for _ in range(7)])
    assert "6 photos are enough." in browser.text
    browser.send(FORM, **LAMP, **PUBLIC)
    number = db.session.execute(select(func.count()).select_from(SuggestionPhoto)).scalar_one()
    assert number == 6


def test_anothers_pictures_are_not_taken(office: Office, opens: Opens) -> None:
    other = begin(opens("neighbour"))
    other.send(FORM, status=422, description="", **PUBLIC, photos=[picture()])
    theirs = other.form(FORM).values["kept"]
    browser = begin(opens("resident"))
    sent = {**browser.form(FORM).values, **LAMP, **PUBLIC, "kept": [theirs, "../../portal.db"]}
    assert browser.client.post(browser.form(FORM).action, data=sent).status_code == 303
    assert db.session.execute(select(SuggestionPhoto)).first() is None


def test_what_was_never_sent_is_forgotten(app: Portal, office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    browser.send(FORM, status=422, description="", **PUBLIC, photos=[picture()])
    with app.app_context():
        assert begun.forget_old() == 0
        with clock.held_at(now() + KEPT_FOR * 2):
            assert begun.forget_old() == 2  # and the small one
        assert not list(Path(app.instance_path).rglob("*.webp"))


def test_a_refusal_keeps_the_pictures_where_they_were(
    app: Portal, office: Office, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = begin(opens("resident"))
    browser.send(FORM, status=422, description="", **PUBLIC, photos=[picture()])

    def broken(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(services, "add_photos", broken)
    kept = browser.form(FORM).values["kept"]
    with pytest.raises(OSError, match="full"):
        _send_raising(app, browser, {**LAMP, **PUBLIC})
    monkeypatch.undo()
    with browser.client.get(f"/me/begun/photos/{kept}") as small:
        assert small.status_code == 200
    assert cases_there() == 0


def _send_raising(app: Portal, browser: Browser, values: dict[str, Any]) -> None:
    """As a fault of ours shows in a test: raised, not as a page."""
    app.config["PROPAGATE_EXCEPTIONS"] = True
    handlers = app.error_handler_spec[None][None].pop(Exception, None)
    try:
        form = browser.form(FORM)
        browser.client.post(form.action, data={**form.values, **values})
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
        if handlers is not None:
            app.error_handler_spec[None][None][Exception] = handlers


def test_the_place_is_a_grid_or_what_it_is_close_to(office: Office, opens: Opens) -> None:
    browser = begin(opens("resident"))
    browser.send(FORM, **LAMP, **PUBLIC, latitude="42.28", longitude="118.90")
    assert (the_case().latitude, the_case().longitude) == (42.28, 118.9)


def test_a_patrol_sends_from_one_page(office: Office, opens: Opens) -> None:
    grid = f"{COMMUNITY}001"
    _grid(grid)
    world.make_user("walker@example.org", roles=[(Role.GRID_WORKER, "region", grid)], home=None)
    browser = opens("walker")
    assert 'href="/patrol"' in browser.open("/").text
    browser.open("/patrol")
    browser.send("/patrol", status=422, region_code=grid, description="井盖破了")
    assert "Choose what it is." in browser.text
    browser.send(
        "/patrol", region_code=grid, category_code=LAMPS, description="井盖破了", photos=[picture()]
    )
    row = the_case()
    assert (row.channel, row.region_code, row.title) == ("patrol", grid, "井盖破了")
    assert "Seen on patrol" in opens().open(f"/suggestions/{row.id}").text
    opens("resident").open("/patrol", status=404)


def _grid(code: str) -> None:
    committee = world.principal(
        world.make_staff(Role.COMMITTEE, scope=COMMUNITY),
        Grant(Role.COMMITTEE, ScopeKind.REGION, COMMUNITY),
    )
    with unit_of_work():
        regions.create_grid(committee, COMMUNITY, code, "红山郡一网格", GridKind.GENERAL)


def test_a_social_worker_takes_it_down_for_a_resident(office: Office, opens: Opens) -> None:
    world.make_staff(Role.SOCIAL_WORKER, "worker@example.org", scope=COMMUNITY)
    browser = opens("worker")
    page = browser.open("/desk/counter").text
    assert f"/desk/counter/report?category={LAMPS}" in page
    address = "/desk/counter/report"
    browser.open(f"{address}?category={LAMPS}&community={COMMUNITY}")
    browser.send(address, status=422, **LAMP, **PUBLIC, member_code="0000-0000")
    assert "This is not the member code of a confirmed resident here." in browser.text
    code = str(facts_of(office.resident.id).member_code)
    browser.send(address, **LAMP, **PUBLIC, member_code=code)
    assert "It has arrived" in browser.text
    row = the_case()
    assert (row.reported_by, row.channel) == (office.resident.id, "desk")
    own = opens("resident")
    assert "A social worker took this down for you." in own.open(f"/suggestions/{row.id}").text
    assert "路灯" in own.open("/me/suggestions").text
    assert "三号楼前的路灯坏了一周" in browser.open("/desk/counter").text
    first = db.session.execute(select(SuggestionEvent)).scalar_one()
    assert first.by_role == "social_worker"
    district.assert_true_to_events()
    opens("resident").open("/desk/counter", status=404)
    opens("worker").open(f"{address}?category={LAMPS}&community={NEXT_COMMUNITY}", status=404)
