"""What the API takes and gives around sign-in."""

from __future__ import annotations

from marshmallow import fields

from portal.core.permissions import Role, ScopeKind
from portal.core.schema import Choice, Flag, Identifier, Input, Instant, Text
from portal.core.summaries import RegionSummary


class Credentials(Input):
    login = Text(shortest=1, longest=254, required=True)
    password = Text(shortest=1, longest=1000, required=True)
    otp = Text(longest=20)


class Token(Input):
    token = Text(longest=100, required=True)
    expires_at = Instant(required=True)


class ScopeSchema(Input):
    kind = Choice(ScopeKind, required=True)
    id = Text(longest=26, required=True)


class RoleSchema(Input):
    role = Choice(Role, required=True)
    scope = fields.Nested(ScopeSchema, required=True)


class Me(Input):
    id = Identifier(required=True)
    member_code = Text(longest=20, required=True)
    name = Text(longest=60, required=True)
    locale = Text(longest=10, required=True)
    home_region = fields.Nested(RegionSummary, required=True, allow_none=True)
    verified = Flag(required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
