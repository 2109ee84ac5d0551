"""What suggestions refuse beside wrong states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.core.errors import DomainError, WrongState
from portal.core.i18n import lazy_gettext as _l


class PartsOpen(WrongState):
    """Departments that were called have not finished."""

    detail = _l("Departments that were called still have their part to finish.")


class TooLateToJudge(WrongState):
    detail = _l("The time for this is over. Please report it anew.")


class EnoughPhotos(DomainError):
    """There is no room for so many pictures beside those that are there."""

    code = "enough_photos"
    title = _l("Enough photos")
    detail = _l("A report has at most six photos, and so has the work of each department.")


class PhotoNeeded(DomainError):
    """The category asks to see what was done."""

    code = "photo_needed"
    title = _l("A photo is needed")
    detail = _l("This category needs a photo of what was done. Add one, then answer.")


class LookFirst(DomainError):
    """Before it is sent: others that say the same, or personal data that everybody would read."""

    code = "look_first"
    status = 422
    title = _l("Please look at this first")

    def __init__(self, similar: Sequence[Any], findings: Sequence[Any], *, must_go: bool) -> None:
        super().__init__(_FINDINGS if findings else _SIMILAR)
        self.similar, self.findings, self.must_go = similar, findings, must_go


_FINDINGS = _l("There may be personal data in your words. Nothing has been sent yet.")
_SIMILAR = _l("Somebody may have reported this already. Nothing has been sent yet.")


class DepartmentAtWork(WrongState):
    """A department cannot be closed while something waits for it."""

    detail = _l("This department still has cases to do. They must be answered or returned first.")
