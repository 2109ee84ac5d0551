"""The reputation formula keeps what its docstring promises."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.organizations import rules
from portal.organizations.errors import InvalidCreditCode
from portal.organizations.rules import Praise, reputation

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def praise(
    author: str = "a", stars: int = 5, days_ago: float = 0, *, participant: bool = True
) -> Praise:
    at = NOW - timedelta(days=days_ago)
    return Praise(author, stars, at, at.date(), participant)


def crowd(
    count: int, stars: int = 5, *, spread: float = 3, participant: bool = True
) -> list[Praise]:
    """As many different people, one after another."""
    return [praise(f"p{n}", stars, n * spread, participant=participant) for n in range(count)]


def score(praises: list[Praise], later: float = 0) -> int:
    return reputation(praises, NOW + timedelta(days=later)).score


rows = st.builds(
    praise,
    author=st.sampled_from([f"p{n}" for n in range(8)]),
    stars=st.integers(1, 5),
    days_ago=st.one_of(st.integers(0, 3), st.floats(0, 3_000)),
    participant=st.booleans(),
).flatmap(
    lambda row: st.builds(
        lambda reciprocal, own: replace(row, reciprocal=reciprocal, own=own),
        st.booleans(),
        st.booleans() if row.author == "p7" else st.sampled_from([False]),
    )
)
many = st.lists(rows, max_size=40)


@given(many)
def test_it_is_bounded(praises: list[Praise]) -> None:
    result = reputation(praises, NOW)
    assert 0 <= result.score <= 100
    assert 1 <= result.level <= 5
    assert result.praises == len(praises)
    assert result.voices <= result.praises


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(praises: list[Praise], dice: random.Random) -> None:
    shuffled = praises.copy()
    dice.shuffle(shuffled)
    assert reputation(shuffled, NOW) == reputation(praises, NOW)


@given(many, st.data())
def test_a_better_praise_never_lowers_the_score(praises: list[Praise], data: st.DataObject) -> None:
    if not praises:
        return
    place = data.draw(st.integers(0, len(praises) - 1))
    better = praises.copy()
    better[place] = replace(better[place], stars=min(5, better[place].stars + 1))
    assert score(better) >= score(praises)


@given(many, st.sampled_from([f"p{n}" for n in range(9)]), st.booleans())
def test_one_more_of_the_best_never_lowers_and_of_the_worst_never_raises(
    praises: list[Praise],
    author: str,
    participant: bool,  # noqa: FBT001
) -> None:
    known = [each for each in praises if each.author == author]
    like = replace(
        known[0] if known else praise(author),
        at=NOW,
        day=NOW.date(),
        participant=participant,
    )
    assert score([*praises, replace(like, stars=5)]) >= score(praises)
    assert score([*praises, replace(like, stars=1)]) <= score(praises)


def test_nobody_starts_at_the_bottom_and_nobody_at_the_top() -> None:
    nothing = reputation([], NOW)
    assert (nothing.score, nothing.level, nothing.weighed_down) == (40, 1, False)


def test_few_voices_do_not_make_a_reputation() -> None:
    assert score(crowd(1)) < 50
    assert reputation(crowd(2), NOW).level < 3
    assert score(crowd(30, 4)) > score(crowd(2, 5))
    assert reputation(crowd(80, 5, spread=1), NOW).level == 5


def test_a_single_complaint_does_not_ruin_a_beginner_nor_vanish() -> None:
    assert 30 <= score(crowd(1, 1)) < 40


def test_praise_fades_by_half_in_a_year_and_the_score_returns_to_the_start() -> None:
    fresh = crowd(20, spread=0.9)
    faded = [score(fresh, days) for days in (0, 365, 730, 3_650, 20_000)]
    assert faded == sorted(faded, reverse=True)
    assert faded[0] > faded[1] > faded[2]
    assert faded[-1] == 40
    one = rules._first_weight(fresh[0], NOW)
    assert rules._first_weight(fresh[0], NOW + timedelta(days=365)) == pytest.approx(one / 2)


def test_bad_praise_is_forgiven_with_time() -> None:
    assert score(crowd(10, 1), 1_000) > score(crowd(10, 1))


def test_participants_weigh_more_than_bystanders() -> None:
    assert score(crowd(10)) > score(crowd(10, participant=False)) > 40


def test_one_person_many_times_is_not_many_people() -> None:
    same = [praise("a", 5, n * 3) for n in range(30)]
    assert score(same) <= score(crowd(2))
    assert score(same) < score(crowd(4)) < score(crowd(30))
    assert reputation(same, NOW).weighed_down
    assert not reputation(crowd(30), NOW).weighed_down


def test_the_same_few_on_one_day_weigh_less_than_on_many_days_and_than_many_people() -> None:
    burst = [praise(f"p{n % 4}", 5, n / 100) for n in range(20)]
    spread = [praise(f"p{n % 4}", 5, n) for n in range(20)]
    assert score(burst) < score(spread) < score(crowd(20, spread=1))
    assert reputation(burst, NOW).weighed_down


def test_a_crowd_that_nobody_knew_before_is_softened() -> None:
    arrived_together = [praise(f"p{n}", 5, 0.1) for n in range(100)]
    one_by_one = crowd(100, spread=0.5)
    assert score(arrived_together) < score(one_by_one)
    assert score(arrived_together) <= score(crowd(24, spread=0.1))
    assert reputation(arrived_together, NOW).weighed_down


def test_organizations_that_praise_each_other_gain_next_to_nothing() -> None:
    ring = [replace(each, reciprocal=True) for each in crowd(50, spread=0.2)]
    result = reputation(ring, NOW)
    assert result.score <= score(crowd(1)) + 1
    assert result.level == 1
    assert result.weighed_down
    honest = crowd(10)
    assert score(honest + ring) < score(honest) + 3


def test_ones_own_people_count_for_nothing() -> None:
    own = [replace(each, own=True) for each in crowd(20)]
    assert score(own) == 40
    assert reputation(own, NOW).weighed_down


def test_what_comes_later_is_not_known_yet() -> None:
    assert reputation([praise(days_ago=-1)], NOW) == reputation([], NOW)


def test_levels_unlock_more_and_never_less() -> None:
    levels = [rules.level_of(each) for each in range(101)]
    assert levels == sorted(levels)
    assert set(levels) == {1, 2, 3, 4, 5}
    shares = [rules.budget_share(level) for level in range(1, 6)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1
    assert [rules.publishes_without_review(level) for level in range(1, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.1, 100))
def test_softening_is_concave_and_stays_below_twice_the_knee(
    a: float, b: float, knee: float
) -> None:
    low, high = sorted((rules.softened(a, knee), rules.softened(b, knee)))
    assert high <= 2 * knee
    assert (rules.softened(max(a, b), knee), rules.softened(min(a, b), knee)) == (high, low)
    middle = rules.softened((a + b) / 2, knee)
    assert middle >= (low + high) / 2 - 1e-9 * knee


@pytest.mark.parametrize(
    "code", [" 91110000600037341l ", "53150402MJX000001Q", "５３１５０４０２ＭＪＸ０００００１Ｑ"]
)
def test_credit_codes_with_the_right_check_character(code: str) -> None:
    assert rules.credit_code(code) in ("91110000600037341L", "53150402MJX000001Q")


@pytest.mark.parametrize(
    "code",
    [
        "",
        "91110000600037341",
        "91110000600037342L",
        "91110000600037341LL",
        "９" * 18,
        "0" * 18,
        "O" * 18,
    ],
)
def test_other_credit_codes_are_refused_beside_their_field(code: str) -> None:
    with pytest.raises(InvalidCreditCode) as refused:
        rules.credit_code(code)
    assert [each.field for each in refused.value.errors] == ["credit_code"]
