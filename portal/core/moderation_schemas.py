"""What the API takes to object to what somebody said, and to hide it."""

from __future__ import annotations

from portal.core.moderation import LONGEST_REASON
from portal.core.schema import Input, Text


class WhatIsWrong(Input):
    """Why it is to be looked at, or hidden."""

    reason = Text(shortest=1, longest=LONGEST_REASON, required=True)
