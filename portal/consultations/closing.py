"""What becomes of words and marks on rolls when an account is closed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.consultations.queries import discussion, following, proposals, roll, wording
from portal.core import closing
from portal.core.closing import Fate
from portal.core.i18n import gettext as _
from portal.core.i18n import ngettext


def register() -> None:
    closing.register(fates=_fates)


def _fates(user_id: str) -> Iterator[Fate]:
    if discussion.count_by(user_id):
        yield Fate(_("What you said in consultations is deleted."))
    if discussion.count_marks_by(user_id):
        yield Fate(_("What you found helpful stays counted, without your name."), stays=True)
    if proposals.has_proposed(user_id) or wording.has_amended(user_id):
        yield Fate(
            _(
                "Options and changes that you have proposed are withdrawn. What was taken up or "
                "merged stays, without your name."
            ),
            stays=True,
        )
    if proposals.supports(user_id):
        yield Fate(_("You support no proposals any more."))
    if following.count_of(user_id):
        yield Fate(_("It is forgotten which votes you follow, or no longer do."))
    if rolls := roll.count_of(user_id):
        yield Fate(
            ngettext(
                "You stay on the roll of %(num)s vote, without your name. A ballot that you have "
                "cast counts: nobody can find it.",
                "You stay on the rolls of %(num)s votes, without your name. The ballots that you "
                "have cast count: nobody can find them.",
                rolls,
            ),
            stays=True,
        )
