"""What can be wrong with a deed on notices."""

from __future__ import annotations

from portal.core.errors import DomainError
from portal.core.i18n import lazy_gettext as _l


class NotConcerned(DomainError):
    """Somebody confirms a notice that is for others."""

    code = "not_concerned"
    status = 403
    title = _l("Not for you to confirm")
    detail = _l("This notice is for others. You can read it all the same.")
