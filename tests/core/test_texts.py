"""Texts as people read them: grouped numbers, and the lines of what somebody wrote."""

from __future__ import annotations

import pytest
from flask import render_template_string
from flask_babel import force_locale

from portal.app import Portal
from portal.core.i18n import gettext, lazy_gettext, ngettext

LEFT = ("%(num)s place left", "%(num)s places left")
NUMBERS = (
    '{{ ngettext("%(num)s place left", "%(num)s places left", 1234) }}'
    '|{{ _("%(taken)s of %(capacity)s places taken", taken=1000, capacity=25000) }}'
    '|{{ _("version %(version)s", version="2026") }}'
)


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_whole_numbers_in_texts_are_grouped_in_both_languages(app: Portal, locale: str) -> None:
    with app.test_request_context(), force_locale(locale):
        counted = ngettext(*LEFT, 1234)
        taken = gettext("%(taken)s of %(capacity)s places taken", taken=1000, capacity=25000)
        lazy = str(lazy_gettext("Please give a number from %(least)s to %(most)s.",
                                least=1, most=1_000_000))  # fmt: skip
        in_template = render_template_string(NUMBERS).split("|")
    assert "1,234" in counted
    assert "1,000" in taken
    assert "25,000" in taken
    assert "1,000,000" in lazy
    assert in_template[:2] == [counted, taken]
    assert "2026" in in_template[2]  # given as a text: left as it is


def test_the_count_decides_the_form_and_a_caller_may_write_it_otherwise(app: Portal) -> None:
    with app.test_request_context(), force_locale("en"):
        assert ngettext(*LEFT, 1) == "1 place left"
        assert ngettext(*LEFT, 2, num="two") == "two places left"
        assert render_template_string(
            '{{ ngettext("%(num)s place left", "%(num)s places left", 2, num="<two>") }}'
        ) == "&lt;two&gt; places left"  # fmt: skip


def written(app: Portal, text: str | None) -> str:
    source = '{% import "components/ui.html" as ui %}{{ ui.written(text) }}'
    with app.test_request_context():
        return render_template_string(source, text=text)


def test_what_somebody_wrote_keeps_its_lines_and_nothing_of_it_is_markup(app: Portal) -> None:
    text = "第一段\r\n\r\n  <b>第二段</b> & 更多\n第三行\n"
    assert written(app, text) == (
        '<div class="written"><p>第一段</p><p>  &lt;b&gt;第二段&lt;/b&gt; &amp; 更多</p>'
        "<p>第三行</p></div>"
    )


@pytest.mark.parametrize("text", [None, "", " \n "])
def test_where_nothing_is_written_nothing_stands(app: Portal, text: str | None) -> None:
    assert written(app, text) == ""
