"""What supervision refuses."""

from __future__ import annotations

from portal.core.errors import DomainError
from portal.core.i18n import lazy_gettext as _l


class AlreadyAnswered(DomainError):
    code = "already_answered"
    title = _l("This question is answered")
    detail = _l("An answer is public and stays as it is. A new question gets a new answer.")
