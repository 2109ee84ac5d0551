"""What suggestions refuse beside wrong states."""

from __future__ import annotations

from portal.core.errors import WrongState
from portal.core.i18n import lazy_gettext as _l


class PartsOpen(WrongState):
    """Departments that were called have not finished."""

    detail = _l("Departments that were called still have their part to finish.")


class TooLateToJudge(WrongState):
    detail = _l("The time for this is over. Please report it anew.")
