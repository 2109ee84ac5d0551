"""Input is read strictly: nothing that merely looks like the right thing passes."""

import json

import pytest

from portal.core import schema
from portal.core.errors import Invalid


class Sample(schema.Input):
    amount = schema.Whole(least=1, most=1_000_000)
    text = schema.Text(shortest=1, longest=10)
    latitude = schema.Number(least=-90, most=90)
    at = schema.Instant()
    day = schema.Day()
    sure = schema.Flag()
    colour = schema.Choice(["red", "green"])
    many = schema.Items(schema.Whole(), least=1, most=2)


def assert_refused(name: str, value: object) -> None:
    with pytest.raises(Invalid) as refusal:
        schema.load(Sample(), {name: value})
    assert [each.field.split(".")[0] for each in refusal.value.errors] == [name]


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        2**31,
        2**63,
        1e308,
        float("nan"),
        True,
        False,
        "1",
        "１",
        None,
        0.5,
        [],
        {},
        1_000_001,
    ],
)
def test_hostile_amounts_are_refused(value: object) -> None:
    assert_refused("amount", value)


def test_one_point_zero_is_an_integer_as_in_json_schema() -> None:
    assert schema.load(Sample(), {"amount": json.loads("1.0")}) == {"amount": 1}


@pytest.mark.parametrize("value", ["", "x" * 11, "a\x00b", "\ud800", 5, None, ["a"]])
def test_hostile_texts_are_refused(value: object) -> None:
    assert_refused("text", value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("latitude", 91),
        ("latitude", float("nan")),
        ("latitude", True),
        ("at", "2026-11-21"),
        ("at", "2026-11-21T25:00:00Z"),
        ("at", "2026-11-21T08:30:00"),
        ("at", "9999-12-31T23:59:59Z"),
        ("at", "２０26-11-21T08:30:00Z"),
        ("day", "2026-02-30"),
        ("day", "2026-2-3"),
        ("sure", 1),
        ("sure", "true"),
        ("colour", "blue"),
        ("colour", 1),
        ("many", []),
        ("many", [1, 2, 3]),
        ("many", "12"),
        ("many", [True]),
        ("unknown", 1),
    ],
)
def test_what_breaks_its_form_is_refused_and_named(name: str, value: object) -> None:
    assert_refused(name, value)


def test_an_instant_keeps_its_moment_whatever_its_offset() -> None:
    read = schema.load(Sample(), {"at": "2026-11-21T16:30:00+08:00"})["at"]
    assert read.isoformat() == "2026-11-21T08:30:00+00:00"
