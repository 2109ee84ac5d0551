"""What opens an urn: the portal's secret or enough trustees, and nothing less."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from portal.accounts.queries import age_on
from portal.app import Portal
from portal.consultations import envelopes, keys
from portal.consultations.board import Ballot
from portal.consultations.queries.electorate import years_before
from portal.consultations.rules.ballots import Method, Option, Terms
from portal.consultations.rules.paper_sheet import MOST_BALLOTS
from portal.core.endpoint import MOST_BYTES
from portal.core.ids import CROCKFORD, new_id

RECEIPT = "0123456789ABCDEFGHJKMNPQRS"


def read(shares: list[str]) -> dict[int, bytes]:
    return dict(keys.read_share(share) for share in shares)


def opens(vote: str, made: keys.Made, shares: list[str], needed: int) -> bool:
    try:
        private = keys.private_key_of_trustees(vote, made.sealed_private, read(shares), needed)
    except keys.WrongKey:
        return False
    return bytes(PrivateKey(private).public_key) == made.public


def test_the_portal_opens_what_it_sealed_and_no_other_votes_key(app: Portal) -> None:
    vote = new_id()
    made = keys.make(vote)
    private = keys.private_key(vote, made.sealed_private)
    assert bytes(PrivateKey(private).public_key) == made.public
    with pytest.raises(keys.WrongKey):
        keys.private_key(new_id(), made.sealed_private)
    before = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = before + "x"
    try:
        with pytest.raises(keys.WrongKey):
            keys.private_key(vote, made.sealed_private)
    finally:
        app.config["SECRET_KEY"] = before


@pytest.mark.parametrize(("shares", "needed"), [(1, 1), (3, 1), (3, 2), (5, 3), (16, 16)])
def test_any_who_are_enough_open_it_together(shares: int, needed: int) -> None:
    vote = new_id()
    made = keys.make_for_trustees(vote, shares, needed)
    assert made.shares is not None
    for some in list(combinations(made.shares, needed))[:20]:
        assert opens(vote, made, list(some), needed)
    assert opens(vote, made, list(made.shares), needed)
    for too_few in list(combinations(made.shares, needed - 1))[:20] if needed > 1 else ():
        assert not opens(vote, made, list(too_few), needed)
    assert not opens(new_id(), made, list(made.shares), needed)


def test_shares_of_two_votes_do_not_mix() -> None:
    vote = new_id()
    made, other = keys.make_for_trustees(vote, 3, 2), keys.make_for_trustees(vote, 3, 2)
    assert made.shares is not None
    assert other.shares is not None
    assert made.share_hashes is not None
    assert not opens(vote, made, [made.shares[0], other.shares[1]], 2)
    for number, share in enumerate(made.shares, start=1):
        assert keys.is_share_of(*keys.read_share(share), made.share_hashes)
        _, part = keys.read_share(other.shares[number - 1])
        assert not keys.is_share_of(number, part, made.share_hashes)
    _, first = keys.read_share(made.shares[0])
    assert not keys.is_share_of(0, first, made.share_hashes)
    assert not keys.is_share_of(4, first, made.share_hashes)


def test_every_single_wrong_character_of_a_share_is_noticed() -> None:
    made = keys.make_for_trustees(new_id(), 2, 2)
    assert made.shares is not None
    share = made.shares[0]
    assert keys.read_share(share.lower().replace("0", "o")) == keys.read_share(share)
    for place in range(2, len(share)):
        for character in CROCKFORD.upper():
            if character != share[place]:
                with pytest.raises(keys.UnreadableShare):
                    keys.read_share(share[:place] + character + share[place + 1 :])
    numbers = ("", "1", "-", "1-", "x" + share[1:], f"100{share[1:]}")
    for wrong in (*numbers, share[:-1], "1-" + "Z" * 27):
        with pytest.raises(keys.UnreadableShare):
            keys.read_share(wrong)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("options", [1, 9, 11, 150])
def test_every_ballot_fits_the_envelope_and_all_are_of_one_length(
    app: Portal, method: Method, options: int
) -> None:
    terms = Terms(method, tuple(Option(f"{n:026}", 1) for n in range(options)), None, 10**6)
    made = keys.make("v")
    private = keys.private_key("v", made.sealed_private)
    size = envelopes.size_for(terms)
    ballots = [
        Ballot(RECEIPT, choices)
        for choices in (
            (),
            terms.option_ids[:1],
            terms.option_ids[-terms.most_choices :],
            terms.option_ids[-terms.most_choices :][::-1],
        )
    ]
    sealed = [envelopes.seal(terms, made.public, size, ballot) for ballot in ballots]
    assert {len(each) for each in sealed} == {size}
    assert list(envelopes.unseal(terms, private, sealed)) == ballots
    again = envelopes.seal(terms, made.public, size, ballots[0])
    assert again != sealed[0], "equal ballots look different"
    assert RECEIPT.encode() not in sealed[0]


def test_what_was_changed_or_is_no_ballot_is_unreadable(app: Portal) -> None:
    terms = Terms(Method.APPROVAL, (Option("a"), Option("b")))
    made = keys.make("v")
    private = keys.private_key("v", made.sealed_private)
    size = envelopes.size_for(terms)
    good = envelopes.seal(terms, made.public, size, Ballot(RECEIPT, ("b",)))
    changed = bytes([good[0] ^ 1]) + good[1:]
    contents = [b"", b"no", b"[]", b"{}", b'["x",[0]]', b"[1,[0]]"]
    contents += [
        f'["{RECEIPT}",{choices}]'.encode() for choices in ("[2]", "[-1]", '["a"]', "0", "null")
    ]
    others = [envelopes._sealed(made.public, content) for content in contents]
    for wrong in (changed, good[:-1], b"", *others):
        with pytest.raises(envelopes.UnreadableEnvelope):
            list(envelopes.unseal(terms, private, [wrong]))


def test_the_length_of_a_tally_says_nothing_of_what_is_on_its_ballots(app: Portal) -> None:
    terms = Terms(Method.RANKED, tuple(Option(f"{n:026d}") for n in range(200)))
    made = keys.make("v")
    private = keys.private_key("v", made.sealed_private)
    few = [terms.option_ids[:3], (), terms.option_ids]
    blank = [()] * MOST_BALLOTS
    long = [terms.option_ids[-100:]] * (MOST_BYTES // len(json.dumps(terms.option_ids[-100:])))
    single = [terms.option_ids[-1:]] * (MOST_BYTES // len(json.dumps(terms.option_ids[-1:])))
    for ballots in ([], few, blank, long, single):
        sealed = envelopes.seal_tally(terms, made.public, ballots)
        assert envelopes.unseal_tally(terms, private, sealed) == list(ballots)
        assert len(sealed) == envelopes.PAGE


@given(
    st.dates(date(1900, 1, 1), date(2030, 12, 31)),
    st.dates(date(2020, 1, 1), date(2032, 12, 31)),
    st.integers(1, 120),
)
def test_the_latest_birthday_of_an_age_is_that_of_who_is_just_as_old(
    birth: date, day: date, years: int
) -> None:
    assert (birth <= years_before(day, years)) == (age_on(birth, day) >= years)


@pytest.mark.parametrize("day", [date(2028, 2, 28), date(2028, 2, 29), date(2027, 2, 28)])
@pytest.mark.parametrize("years", [1, 4, 18])
def test_also_around_the_29th_of_february(day: date, years: int) -> None:
    for off in range(-3, 4):
        birth = date(day.year - years, 2, 28) + timedelta(days=off)
        assert (birth <= years_before(day, years)) == (age_on(birth, day) >= years)
