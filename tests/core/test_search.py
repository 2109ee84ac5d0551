"""Finding things by parts of their names, in Chinese and in words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from portal.core import search
from portal.core.database import db
from portal.core.ids import new_id
from portal.core.search import SearchToken
from portal.core.unit_of_work import unit_of_work
from portal.regions.models import Region

pytestmark = pytest.mark.usefixtures("app")


def put(*texts: str, kind: str = "thing", id_: str | None = None) -> str:
    object_id = id_ or new_id()
    with unit_of_work():
        search.index(kind, object_id, *texts)
    return object_id


def found(q: str, kind: str = "thing") -> set[str]:
    return set(db.session.execute(search.matching(kind, q)).scalars())


@pytest.mark.parametrize(
    "q",
    [
        "志",
        "志愿",
        "愿服",
        "志愿服务队",
        "红山 服务",
        "Green",
        "gre",
        "ＧＲＥＥＮ",
        "2026",
        "志愿green",
    ],
)
def test_a_part_of_the_name_finds_it(q: str) -> None:
    here = put("红山志愿服务队", "Green Team 2026")
    put("北郊合唱团", "Choir 1999")
    assert found(q) == {here}


@pytest.mark.parametrize(
    "q", ["服志", "志愿合唱", "reen", "green choir", "%", "_", "''", "!", "积分"]
)
def test_what_is_not_there_is_not_found(q: str) -> None:
    put("红山志愿服务队", "Green Team 2026")
    put("北郊合唱团", "Choir 1999")
    assert found(q) == set()


def test_a_changed_text_is_found_by_its_new_words_only() -> None:
    here = put("红山书画社")
    put("东郊棋社", id_=here)
    assert found("书画") == set()
    assert found("棋社") == {here}
    put(id_=here)
    assert found("棋社") == set()
    assert db.session.execute(select(SearchToken)).all() == []


def test_kinds_do_not_mix() -> None:
    put("红山书画社", kind="thing")
    other = put("红山书画社", kind="other")
    assert found("书画", "other") == {other}


def test_rare_han_and_long_words_and_texts_are_kept() -> None:
    rare = put("䶮𬭎之家")
    long_word = put("x" * 500)
    put("".join(chr(0x4E00 + n) for n in range(5_000)))
    assert found("𬭎之") == {rare}
    assert found("x" * 400) == {long_word}


# --- by region -------------------------------------------------------------------------------

HERE, THERE = "150402010003", "150402010004"


def live(region_code: str, *texts: str, id_: str | None = None) -> str:
    object_id = id_ or new_id()
    with unit_of_work():
        search.index("being", object_id, *texts, region_code=region_code)
    return object_id


def found_in(q: str, *codes: str) -> list[tuple[str, str]]:
    places = select(Region.code).where(Region.code.in_(codes))
    rows = db.session.execute(select(search.matching_within("being", q, places))).all()
    return sorted((code, object_id) for code, object_id in rows)


def test_what_is_kept_by_region_is_found_there_alone(world: Any) -> None:
    wang, li = live(HERE, "王秀英"), live(THERE, "李秀英 Anna Annie")
    assert found_in("秀英", HERE) == [(HERE, wang)]
    assert found_in("秀英", HERE, THERE) == [(HERE, wang), (THERE, li)]
    assert found_in("秀英 an", HERE, THERE) == [(THERE, li)]
    assert found_in("an", THERE) == [(THERE, li)]  # once, though two words begin so
    assert found_in("秀英") == []
    assert found_in("%", HERE, THERE) == []
    assert found("秀英", "being") == set()


def test_what_moves_is_found_where_it_is_now(world: Any) -> None:
    wang = live(HERE, "王秀英")
    live(THERE, "王秀兰", id_=wang)
    assert found_in("王秀", HERE, THERE) == [(THERE, wang)]
    assert found_in("秀英", HERE, THERE) == []
    live("", id_=wang)
    assert db.session.execute(select(SearchToken)).all() == []
