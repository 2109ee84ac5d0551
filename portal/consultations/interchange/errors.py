"""What is wrong with a file that somebody brings."""

from __future__ import annotations

from typing import Any

from portal.core.errors import Invalid
from portal.core.i18n import lazy_gettext as _l


class UnreadableFile(Invalid):
    """The file cannot be taken. ``line`` counts from 1; the whole file is wrong without one."""

    title = _l("This file cannot be read")

    def __init__(self, reason: Any, line: int | None = None) -> None:
        self.line, self.reason = line, reason
        if line is not None:
            # Bare digits: a line is looked up in an editor.
            reason = _l("Line %(line)s: %(reason)s", line=str(line), reason=reason)
        super().__init__(reason)
