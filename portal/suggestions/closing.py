"""What becomes of suggestions when an account is closed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core import closing
from portal.core.closing import Fate
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext
from portal.suggestions.queries import cases


def register() -> None:
    closing.register(fates=_fates)


def _fates(user_id: str) -> Iterator[Fate]:
    reported = cases.count_by(user_id)
    if reported.public:
        yield Fate(
            ngettext(
                "Your suggestion stays public with photos and answer, without your name.",
                "Your %(num)s suggestions stay public with photos and answers, without your name.",
                reported.public,
            ),
            stays=True,
        )
    if reported.confidential:
        yield Fate(_("What you reported in confidence is erased."))
    if reported.supported:
        yield Fate(_("What you supported stays counted, without your name."), stays=True)
