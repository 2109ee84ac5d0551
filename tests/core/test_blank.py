"""A text of which nothing can be seen says nothing."""

import re
import sys
import unicodedata

import pytest
from marshmallow import ValidationError

from portal.core.blank import SAYS_SOMETHING, is_blank
from portal.core.schema import Text

UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}


def test_blank_is_what_unicode_calls_control_format_or_space() -> None:
    wrong = [
        hex(point)
        for point in range(sys.maxunicode + 1)
        if is_blank(chr(point)) != (unicodedata.category(chr(point)) in UNSEEN)
    ]
    assert wrong == []


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u3000\u2060", "\U000e0020", "\u202e \u00ad"])
def test_a_needed_text_says_something(text: str) -> None:
    assert is_blank(text)
    assert not re.search(SAYS_SOMETHING, text)
    with pytest.raises(ValidationError):
        Text(shortest=1, longest=80).deserialize(text)
    assert Text(longest=80).deserialize(text) == text


@pytest.mark.parametrize("text", ["面", " a ", "\u200b面", "👩\u200d🌾", "a\nb"])
def test_what_can_be_seen_is_taken_as_it_is(text: str) -> None:
    assert Text(shortest=1, longest=80).deserialize(text) == text
    assert Text(shortest=1, longest=80).metadata["pattern"] == SAYS_SOMETHING
