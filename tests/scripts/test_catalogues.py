"""The catalogue check finds what a reader of the other language would notice."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from scripts.catalogues import compare


def source(*texts: str | tuple[str, str]) -> Catalog:
    catalogue = Catalog(locale="en")
    for text in texts:
        catalogue.add(text, locations=[("portal/core/errors.py", 1)])
    return catalogue


def test_a_complete_catalogue_is_faultless() -> None:
    chinese = Catalog(locale="zh_Hans")
    chinese.add("Hello, %(name)s", "%(name)s,你好")
    chinese.add(("%(num)d hour", "%(num)d hours"), ("%(num)d 小时",))
    english = source("Hello, %(name)s", ("%(num)d hour", "%(num)d hours"))
    assert list(compare(english, chinese)) == []


def test_a_plural_form_may_leave_the_number_out_where_english_does() -> None:
    chinese = Catalog(locale="zh_Hans")
    chinese.add(("One place left", "%(num)d places left"), ("剩余 %(num)d 个名额",))
    english = source(("One place left", "%(num)d places left"))
    assert list(compare(english, chinese)) == []


@pytest.mark.parametrize(
    ("text", "translation", "complaint"),
    [
        ("Sign in", "", "untranslated"),
        ("Hello, %(name)s", "你好,%(nom)s", "other placeholders"),
        ("Hello, {name}", "你好", "other placeholders"),
        ("All of it", "100% 全部", "other placeholders"),
        ("Read <b>this</b>", "请看这里", "other placeholders"),
        ("Name: ", "姓名:", "other placeholders"),
    ],
)
def test_a_faulty_translation_is_named(text: str, translation: str, complaint: str) -> None:
    chinese = Catalog(locale="zh_Hans")
    chinese.add(text, translation)
    (problem,) = compare(source(text), chinese)
    assert problem.startswith(complaint)
    assert repr(text) in problem


def test_a_missing_text_is_named_with_its_place() -> None:
    (problem,) = compare(source("Sign in"), Catalog(locale="zh_Hans"))
    assert problem == "missing: 'Sign in' (portal/core/errors.py)"


def test_a_text_that_is_no_longer_there_is_named() -> None:
    chinese = Catalog(locale="zh_Hans")
    chinese.add("Sign in", "登录")
    assert list(compare(source(), chinese)) == ["left over: 'Sign in'"]


def test_a_fuzzy_translation_is_not_a_translation() -> None:
    chinese = Catalog(locale="zh_Hans")
    chinese.add("Sign in", "注册", flags=["fuzzy"])
    (problem,) = compare(source("Sign in"), chinese)
    assert problem.startswith("fuzzy")


def test_a_text_that_got_a_plural_needs_one_in_the_catalogue() -> None:
    chinese = Catalog(locale="zh_Hans")
    chinese.add("%(num)d hour", "%(num)d 小时")
    (problem,) = compare(source(("%(num)d hour", "%(num)d hours")), chinese)
    assert "plural" in problem
