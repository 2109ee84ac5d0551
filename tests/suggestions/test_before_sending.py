"""What is looked at before a report is sent: personal data in it, and others that say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.unit_of_work import unit_of_work
from portal.suggestions import services
from portal.suggestions.queries.similar import similar_to
from portal.suggestions.rules.personal_data import Kind, found
from portal.suggestions.rules.similarity import ALIKE, Account, alike, likeness
from portal.suggestions.rules.taking_in import Visibility
from tests.suggestions import district
from tests.suggestions.district import Office
from tests.world import COMMUNITY, FAR_COMMUNITY


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("打我电话13800138000。", Kind.MOBILE, "13800138000"),
        ("打 138-0013-8000", Kind.MOBILE, "138-0013-8000"),
        ("电话１３８００１３８０００", Kind.MOBILE, "１３８００１３８０００"),
        ("电话+86 138 0013 8000", Kind.MOBILE, "+86 138 0013 8000"),
        ("幺三八零零幺三八零零零", Kind.MOBILE, "幺三八零零幺三八零零零"),
        ("身份证11010519491231002X", Kind.IDENTITY, "11010519491231002X"),
        ("身份证 110105 19491231 002x", Kind.IDENTITY, "110105 19491231 002x"),
        ("写信到 wang.li@example.org 吧", Kind.EMAIL, "wang.li@example.org"),
        ("卡号 6222 0200 0000 0000 009", Kind.CARD, None),
        ("卡号4111111111111111", Kind.CARD, "4111111111111111"),
        ("车牌蒙D·A1234", Kind.PLATE, "蒙D·A1234"),
        ("车牌蒙D·A1234学", Kind.PLATE, "蒙D·A1234"),
        ("车牌蒙D12345挡路", Kind.PLATE, "蒙D12345"),
        ("车牌京AD12345挡路", Kind.PLATE, "京AD12345"),
        ("加我微信号：lili_1988", Kind.ACCOUNT, "微信号：lili_1988"),
        ("QQ 12345678", Kind.ACCOUNT, "QQ 12345678"),
    ],
)
def test_what_looks_like_personal_data_is_found(text: str, kind: Kind, piece: str | None) -> None:
    if piece is None:
        assert kind not in {each.kind for each in found(text)}
    else:
        assert [(each.kind, each.text) for each in found(text)] == [(kind, piece)]


@pytest.mark.parametrize(
    "text",
    [
        "三号楼前的路灯坏了一周。",
        "请打12345热线，或者0476-8221234。",
        "编号20261122-480213的事还没办。",
        "身份证110105194912310021不是真的。",  # the check does not hold
        "水表读数 4111111111111112",
        "2026年11月22日晚上十一点二十五分",
        "路东的A区和B区 @所有人",
        "长城1234567890123456789012",
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_several_are_told_in_their_order() -> None:
    kinds = [each.kind for each in found("蒙D12345，电话13800138000，a@b.cn")]
    assert kinds == [Kind.PLATE, Kind.MOBILE, Kind.EMAIL]


@given(st.text(max_size=200))
def test_whatever_is_written_is_read(text: str) -> None:
    for each in found(text):
        assert text[each.start :].startswith(each.text)


LAMP = Account("三号楼前的路灯坏了，晚上看不见路", "lamp", "150402010003001")


@pytest.mark.parametrize(
    "other",
    [
        Account("3号楼的路灯不亮，三号楼前晚上看不见", "lamp", "150402010003001"),
        Account("三号楼前路灯坏了一周", "lamp", "150402010003"),
        Account("路灯坏了", "lamp", "150402010003001"),
    ],
)
def test_the_same_in_other_words_is_alike(other: Account) -> None:
    assert likeness(LAMP, other) >= ALIKE
    assert likeness(LAMP, other) == pytest.approx(likeness(other, LAMP))


@pytest.mark.parametrize(
    "other",
    [
        Account("楼道里堆了很多纸箱", "lamp", "150402010003001"),
        Account("广场舞音乐太响，晚上睡不着", "noise", "150402010003001"),
        Account("", "lamp", "150402010003001"),
        Account("晚上有人在三号楼打牌", "noise", "150402010003002"),
    ],
)
def test_something_else_is_not(other: Account) -> None:
    assert likeness(LAMP, other) < ALIKE


def test_the_same_words_far_away_are_another_lamp() -> None:
    here = Account("路灯坏了，晚上看不见", "lamp", "150402010003", (42.27, 118.96))
    there = Account("路灯坏了，晚上看不见", "lamp", "150402010003", (42.29, 118.96))
    beside = Account("路灯坏了，晚上看不见", "lamp", "150402010003", (42.2701, 118.9601))
    assert likeness(here, there) < likeness(here, beside)
    assert alike(here, [("there", there), ("beside", beside)]) == ["beside"]


def test_open_cases_of_the_community_are_offered(office: Office) -> None:
    same = district.report(office.neighbour, description="三号楼前的路灯坏了很久")
    district.report(office.neighbour, title="噪音", description="广场舞太响")
    district.report(office.neighbour, region_code=FAR_COMMUNITY)
    district.report(office.resident)  # one's own
    district.report(office.neighbour, visibility=Visibility.CONFIDENTIAL)
    over = district.report(office.neighbour)
    with unit_of_work():
        services.reject(office.dispatcher, over, "重复")
    account = Account("三号楼前路灯坏了", district.LAMPS, COMMUNITY)
    assert [row.id for row in similar_to(office.resident, account)] == [same]
