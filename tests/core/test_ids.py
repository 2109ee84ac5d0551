"""Identifiers: in order where that helps, unguessable always, forgiving where people type."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.core import ids


def test_ids_have_one_form_and_never_repeat() -> None:
    made = {ids.new_id() for _ in range(10_000)}

    assert len(made) == 10_000
    assert all(len(each) == 26 and set(each) <= set(ids.CROCKFORD) for each in made)


def test_an_earlier_id_sorts_before_and_a_later_one_after() -> None:
    present = ids.new_id()
    assert ids.earlier_id(present, timedelta(seconds=1)) < present
    assert ids.earlier_id(present, -timedelta(seconds=1)) > present


codes = st.text(ids.CROCKFORD, min_size=4, max_size=20)


@given(codes, st.data())
def test_the_check_digit_catches_every_single_typing_error(code: str, data: st.DataObject) -> None:
    whole = ids.with_check_digit(code)
    assert ids.has_valid_check_digit(whole)

    position = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([c for c in ids.CROCKFORD if c != whole[position]]))
    assert not ids.has_valid_check_digit(whole[:position] + other + whole[position + 1 :])


@given(codes)
def test_a_code_typed_by_a_person_is_understood(code: str) -> None:
    typed = f" {code[:2]}-{code[2:].upper()} ".replace("0", "O").replace("1", "l")
    assert ids.normalized_code(typed) == code
