"""What becomes of questions when an account is closed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core import closing
from portal.core.closing import Fate
from portal.core.i18n import ngettext
from portal.supervision import queries


def register() -> None:
    closing.register(fates=_fates)


def _fates(user_id: str) -> Iterator[Fate]:
    if asked := queries.count_by(user_id):
        yield Fate(
            ngettext(
                "Your question to the committee stays public with its answer, without your name.",
                "Your %(num)s questions to the committee stay public with their answers, without "
                "your name.",
                asked,
            ),
            stays=True,
        )
