"""What becomes of the notices somebody was told of, when the account is closed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.core import closing
from portal.core.closing import Fate
from portal.core.i18n import gettext as _
from portal.notices import queries


def register() -> None:
    closing.register(fates=_fates)


def _fates(user_id: str) -> Iterator[Fate]:
    if queries.count_by(user_id):
        yield Fate(_("Which notices you were told of, opened and confirmed is deleted."))
