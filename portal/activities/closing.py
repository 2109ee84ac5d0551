"""What becomes of places and service records when an account is closed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.activities.queries import records, signups
from portal.core import closing
from portal.core.closing import Fate
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext


def register() -> None:
    closing.register(fates=_fates)


def _fates(user_id: str) -> Iterator[Fate]:
    if coming := signups.count_coming(user_id):
        yield Fate(
            ngettext(
                "Your place in %(num)s shift to come is given back.",
                "Your places in %(num)s shifts to come are given back.",
                coming,
            )
        )
    kept, waiting = records.count_of(user_id)
    if kept:
        yield Fate(_("What you wrote about your service, and the photos you sent, are deleted."))
    if waiting:
        yield Fate(
            ngettext(
                "%(num)s service record that is not yet decided stays with its host, without your "
                "name. Once confirmed it brings hours and no points.",
                "%(num)s service records that are not yet decided stay with their hosts, without "
                "your name. Once confirmed they bring hours and no points.",
                waiting,
            ),
            stays=True,
        )
