"""Who gives roles sees those of their part of the city, finds a person, and nobody else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import RoleGrant, User
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.search import SearchToken
from tests.browsing import Browser
from tests.market.town import make_shop
from tests.organizations.neighbours import organization, register
from tests.world import (
    CITY,
    COMMUNITY,
    DISTRICT,
    FAR_COMMUNITY,
    NEXT_COMMUNITY,
    STREET,
    make_user,
)


@pytest.fixture
def admin(app: Any, browser: Browser) -> Browser:
    """The administrator of one street: the far community belongs to another one."""
    make_user("admin@example.org", "管理", roles=[("admin", "region", STREET)], home=None)
    return browser.sign_in("admin@example.org")


def member_code_of(user_id: str) -> str:
    return db.session.execute(select(User.member_code).where(User.id == user_id)).scalar_one()


# --- the list --------------------------------------------------------------------------------


def test_roles_of_every_kind_stand_in_one_list(admin: Any) -> None:
    shop = make_shop("红山小馆", owner="owner@example.org", staff="till@example.org")
    group, _founder = organization(name="绿叶志愿队")
    make_user("boss@example.org", "队长", roles=[("organization_manager", "organization", group)])
    make_user("c@example.org", "书记", roles=[("committee", "region", NEXT_COMMUNITY)])
    admin.open("/desk/roles")
    for words in (
        "红山小馆",
        "绿叶志愿队",
        "宝山路社区委员会",
        "Shop owner",
        "Organization manager",
    ):
        assert words in admin.text, words
    admin.open("/desk/roles?kind=merchant")
    assert "红山小馆" in admin.text
    assert "绿叶志愿队" not in admin.text
    admin.open("/desk/roles?role=committee")
    assert "书记" in admin.text
    assert "红山小馆" not in admin.text
    admin.open(f"/desk/roles?region={COMMUNITY}")
    assert "书记" not in admin.text
    assert "队长" in admin.text
    assert shop


@pytest.mark.parametrize(
    "query", ["role=king&kind=planet", "region=x", "region=９９９", "role=%20"]
)
def test_filters_that_make_no_sense_do_no_harm(admin: Any, query: str) -> None:
    admin.open(f"/desk/roles?{query}")


def test_roles_of_another_street_are_not_seen(admin: Any) -> None:
    far, _founder = organization(name="远方志愿队", region_code=FAR_COMMUNITY)
    make_user("b@example.org", "远人", roles=[("organization_manager", "organization", far)])
    make_shop("远方小馆", region=FAR_COMMUNITY, owner="fo@example.org", staff="ft@example.org")
    make_user("d@example.org", "区长", roles=[("committee", "region", DISTRICT)], home=None)
    for query in ("", f"?region={FAR_COMMUNITY}", f"?region={CITY}", "?kind=merchant"):
        admin.open(f"/desk/roles{query}")
        for words in ("远人", "远方", "区长"):
            assert words not in admin.text, (query, words)


def test_the_list_goes_on_page_by_page(admin: Any) -> None:
    for n in range(25):
        make_user(
            f"m{n}@example.org", f"社工{n:02}", roles=[("social_worker", "region", COMMUNITY)]
        )
    admin.open("/desk/roles?role=social_worker")
    assert "社工24" in admin.text
    assert "社工03" not in admin.text
    (more,) = [
        each for each in admin.page.text.split('href="')[1:] if "cursor=" in each.split('"')[0]
    ]
    admin.open(more.split('"')[0].replace("&amp;", "&"))
    assert "社工03" in admin.text
    assert "社工24" not in admin.text


# --- a person --------------------------------------------------------------------------------


@pytest.mark.parametrize("q", ["wang@example.org", "WANG@example.org ", "王芳", "芳"])
def test_a_neighbour_is_found(admin: Any, q: str) -> None:
    user_id = make_user("wang@example.org", "王芳")
    admin.open("/desk/roles/people", status=200)
    admin.client.get("/desk/roles/people")
    admin.open(f"/desk/roles/people?q={q}")
    assert f"/desk/roles/people/{user_id}" in admin.page.text
    admin.open(f"/desk/roles/people/{user_id}")
    assert "王芳" in admin.text
    assert "wang@example.org" not in admin.page.text  # an address is asked for, never told


def test_a_neighbour_is_found_by_number_and_by_card(admin: Any) -> None:
    user_id = make_user("13800138000", "李雷")
    for q in ("138 0013 8000", member_code_of(user_id), member_code_of(user_id).upper()):
        admin.open(f"/desk/roles/people?q={q}")
        assert user_id in admin.page.text, q


def test_a_new_colleague_without_a_home_is_found_by_the_exact_address_alone(admin: Any) -> None:
    user_id = make_user("new@example.org", "韩梅梅", home=None)
    admin.open("/desk/roles/people?q=new@example.org")
    assert user_id in admin.page.text
    admin.open("/desk/roles/people?q=韩梅梅")
    assert user_id not in admin.page.text


def test_nobody_of_another_street_is_found_or_shown(admin: Any) -> None:
    user_id = make_user("far@example.org", "远人", home=FAR_COMMUNITY)
    for q in ("far@example.org", "远人", member_code_of(user_id)):
        admin.open(f"/desk/roles/people?q={q}")
        assert "远人" not in admin.text.replace(f"q={q}", ""), q
        assert "Nobody found" in admin.text
        assert user_id not in admin.page.text
    admin.open(f"/desk/roles/people/{user_id}", status=404)
    admin.open(f"/desk/roles/people/{new_id()}", status=404)


def test_a_person_without_a_role_here_shows_none_of_elsewhere(admin: Any) -> None:
    user_id = make_user("wang@example.org", "王芳", roles=[("committee", "region", FAR_COMMUNITY)])
    admin.open(f"/desk/roles/people/{user_id}")
    assert "红山社区居委会" not in admin.text
    assert "No role in your part of the city." in admin.text


def test_a_role_is_given_on_a_persons_page(admin: Any) -> None:
    user_id = make_user("wang@example.org", "王芳")
    address = f"/desk/roles/people/{user_id}"
    admin.open(f"{address}?role=social_worker&region={COMMUNITY}")
    assert "红山郡社区 · 赤峰市 › 红山区 › 西城街道" in admin.text
    admin.send(address)
    assert admin.address.partition("?")[0] == address
    assert "Social worker · 红山郡社区" in admin.text
    admin.open(f"{address}?role=social_worker")
    admin.send(address, status=403, scope_id=FAR_COMMUNITY)
    admin.open(address)
    (revoke,) = [form.action for form in admin.forms if form.action.endswith("/revoke")]
    admin.send(revoke)
    assert admin.address == address
    db.session.rollback()
    assert not db.session.execute(
        select(RoleGrant.id).where(RoleGrant.user_id == user_id, RoleGrant.revoked_at.is_(None))
    ).all()


def test_a_role_is_given_by_the_member_code(admin: Any) -> None:
    user_id = make_user("wang@example.org", "王芳")
    admin.open("/desk/roles/give?role=social_worker")
    admin.send("/desk/roles/give", login=member_code_of(user_id), scope_id=COMMUNITY)
    assert "王芳" in admin.text


def test_a_new_name_is_found_and_the_old_one_no_more(
    admin: Any, app: Any, another_browser: Any
) -> None:
    user_id = make_user("wang@example.org", "王芳")
    another_browser.sign_in("wang@example.org").open("/me/profile")
    another_browser.send("/me/profile", name="王晓芳")
    admin.open("/desk/roles/people?q=晓芳")
    assert user_id in admin.page.text
    admin.open("/desk/roles/people?q=王芳")
    assert user_id not in admin.page.text
    tokens = select(SearchToken.token).where(SearchToken.object_id == user_id)
    assert "晓" in set(db.session.execute(tokens).scalars())


@pytest.mark.parametrize("role", ["committee", "social_worker", "auditor", "finance"])
@pytest.mark.parametrize("page", ["/desk/roles/people?q=王芳", "/desk/roles/give"])
def test_others_find_nobody(browser: Any, role: str, page: str) -> None:
    make_user("a@example.org", roles=[(role, "region", CITY)])
    browser.sign_in("a@example.org").open(page, status=404)


# --- what a role can hold for ----------------------------------------------------------------


@pytest.mark.parametrize("q", ["", "绿叶", "叶志"])
def test_an_organization_is_chosen_by_its_name(admin: Any, q: str) -> None:
    group, _founder = organization(name="绿叶志愿队")
    make_shop("绿叶小馆", owner="o@example.org", staff="s@example.org")
    user_id = make_user("wang@example.org", "王芳")
    address = f"/desk/roles/people/{user_id}"
    admin.open(f"{address}?role=organization_manager&q={q}")
    assert "绿叶志愿队 · 红山郡社区" in admin.text
    assert "绿叶小馆" not in admin.text  # only what fits the role
    admin.send(address, scope_id=group)
    assert "Organization manager · 绿叶志愿队" in admin.text


def test_a_shop_is_chosen_by_its_name(admin: Any) -> None:
    shop = make_shop("红山小馆", owner="o@example.org", staff="s@example.org")
    organization(name="红山志愿队")
    make_user("wang@example.org", "王芳")
    admin.open("/desk/roles/give?role=merchant_owner&q=小馆")
    assert "红山志愿队" not in admin.text
    admin.send("/desk/roles/give", login="wang@example.org")  # the only one is chosen already
    assert "Shop owner · 红山小馆" in admin.text
    assert shop in scopes_given()


def test_only_what_is_there_and_here_is_offered(admin: Any) -> None:
    organization("far@example.org", name="远方志愿队", region_code=FAR_COMMUNITY)
    register("new@example.org", name="等待志愿队")
    for role, name in (("organization_manager", "志愿队"), ("merchant_staff", "小馆")):
        admin.open(f"/desk/roles/give?role={role}&q={name}")
        assert "Nothing with this name is in your part of the city." in admin.text
        admin.open(f"/desk/roles/give?role={role}")
        assert "There is nothing in your part of the city" in admin.text
        for words in ("远方志愿队", "等待志愿队"):
            assert words not in admin.text


def test_of_many_the_first_are_offered_and_more_words_asked_for(admin: Any) -> None:
    for n in range(21):
        organization(f"f{n}@example.org", name=f"第{n:02}志愿队")
    admin.open("/desk/roles/give?role=organization_member")
    assert admin.page.text.count('type="radio"') == 20
    assert "These are not all." in admin.text
    admin.open("/desk/roles/give?role=organization_member&q=第20")
    assert admin.page.text.count('type="radio"') == 1
    assert "These are not all." not in admin.text


def test_a_region_is_chosen_on_the_page_of_regions(admin: Any) -> None:
    make_user("wang@example.org", "王芳")
    admin.open("/desk/roles/give?role=committee")
    assert f'value="{STREET}"' in admin.page.text  # until another one is chosen
    assert "checked" not in admin.page.text  # and nobody gives a whole street by not looking
    (choose,) = re.findall(r'href="(/regions/choose[^"]*)"', admin.page.text)
    admin.open(choose.replace("&amp;", "&"))
    chosen = re.search(rf'href="([^"]*region={COMMUNITY}[^"]*)"', admin.page.text)
    assert chosen, admin.text
    admin.open(chosen[1].replace("&amp;", "&"))
    assert f'value="{COMMUNITY}" checked' in admin.page.text
    admin.send("/desk/roles/give", login="wang@example.org")
    assert COMMUNITY in scopes_given()


@pytest.mark.parametrize("code", [FAR_COMMUNITY, CITY])
def test_a_region_of_elsewhere_is_not_offered(admin: Any, code: str) -> None:
    admin.open(f"/desk/roles/give?role=committee&region={code}")
    assert "is not in your part of the city" in admin.text
    assert 'type="radio"' not in admin.page.text


def test_what_is_missing_is_said_beside_it(admin: Any) -> None:
    organization(name="绿叶志愿队")
    organization("f@example.org", name="红叶志愿队")
    user_id = make_user("wang@example.org", "王芳")
    admin.open(f"/desk/roles/people/{user_id}?role=organization_manager&q=叶")
    admin.send(f"/desk/roles/people/{user_id}", status=422)
    assert "Choose where it holds." in admin.text
    assert "绿叶志愿队" in admin.text  # and can be chosen still
    admin.send(f"/desk/roles/people/{user_id}", status=422, scope_id="nothing")
    assert "There is nothing with this code." in admin.text
    admin.send(f"/desk/roles/people/{user_id}", status=422, role="king")
    assert "Choose a role." in admin.text


@pytest.mark.parametrize("address", ["/desk/roles/give", "/desk/roles/people/{}"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_asked_before_the_role(
    app: Any, world: Any, address: str, language: str
) -> None:
    make_user("admin@example.org", roles=[("admin", "region", STREET)], home=None)
    browser = Browser(app.test_client(), language).sign_in("admin@example.org")
    browser.open(address.format(make_user("wang@example.org", "王芳")))
    assert 'name="role"' in browser.page.text
    assert 'name="scope_id"' not in browser.page.text
    for role in ("organization_member", "merchant_staff", "finance"):
        browser.open(browser.address.partition("?")[0] + f"?role={role}&q=x")


def scopes_given() -> set[str]:
    db.session.rollback()
    return set(db.session.execute(select(RoleGrant.scope_id)).scalars())
