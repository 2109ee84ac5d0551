"""Communities and villages by the names that people say."""

from __future__ import annotations

import pytest

from portal.regions.rules import spoken_name


@pytest.mark.parametrize(
    ("published", "spoken"),
    [
        ("红山郡社区委员会", "红山郡社区"),
        ("花园路社区居委会", "花园路社区"),
        ("信和苑社区居民委员会", "信和苑社区"),
        ("增兴窑村委会", "增兴窑村"),
        ("胡园村民委员会", "胡园村"),
        ("双口村第一村民委员会", "双口村第一村"),
        ("大村村民委员会", "大村"),
        ("茂力格尔嘎查委会", "茂力格尔嘎查"),
    ],
)
def test_nobody_lives_in_a_committee(published: str, spoken: str) -> None:
    assert spoken_name(published) == spoken


@pytest.mark.parametrize(
    "name",
    [
        "赤峰市", "红山区", "西城街道", "红山郡一网格", "学府路社区", "哈布其拉嘎查",
        "大雁滩村社区",
        "华江里社区第一居委会", "八里铺居民委员会", "第一街委员会", "村委会路街道", "",
    ],
)  # fmt: skip
def test_other_names_stay_as_they_are(name: str) -> None:
    """Of two committees in one community, the number is what tells them apart."""
    assert spoken_name(name) == name
