"""What the API answers about notifications."""

from __future__ import annotations

from marshmallow import fields

from portal.core.schema import Choice, Identifier, Input, Instant, Items, Text
from portal.notifications.kinds import KINDS


class NotificationAnswer(Input):
    id = Identifier(required=True)
    kind = Choice(KINDS, required=True)
    title = Text(longest=1000, required=True)
    text = Text(longest=10_000, required=True)
    created_at = Instant(required=True)
    read_at = Instant(required=True, allow_none=True)


class NotificationsAnswer(Input):
    items = Items(fields.Nested(NotificationAnswer), most=100, required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)
