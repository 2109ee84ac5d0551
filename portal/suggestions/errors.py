"""What suggestions refuse beside wrong states."""

from __future__ import annotations

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
