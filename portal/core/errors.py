"""Domain errors: what was refused, why, and what that means at the door.

Services raise them with a stable code; :mod:`portal.core.web` turns them into a page, a flash or
a problem document (RFC 9457), once for all features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core.i18n import lazy_gettext as _l


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of the input."""

    field: str
    detail: Any

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "detail": str(self.detail)}


class DomainError(Exception):
    """A refusal a person can understand. Subclasses set ``code``, ``status`` and ``title``."""

    code = "conflict"
    status = 409
    title: Any = _l("This is not possible now")
    detail: Any = _l("Please look at the page again and try once more.")

    def __init__(
        self, detail: Any = None, *, errors: list[FieldError] | None = None, **facts: Any
    ) -> None:
        self.detail = detail if detail is not None else type(self).detail
        self.errors = errors or []
        self.facts = facts
        super().__init__(self.code)


class NotFound(DomainError):
    """It does not exist, or the caller may not see it: both look the same from outside."""

    code = "not_found"
    status = 404
    title = _l("Not found")
    detail = _l("There is nothing here, or it is not meant for you.")


class Forbidden(DomainError):
    """The caller may see the thing, but not do this to it."""

    code = "forbidden"
    status = 403
    title = _l("Not allowed")
    detail = _l("You may see this, but not do that to it.")


class Unauthenticated(DomainError):
    code = "unauthenticated"
    status = 401
    title = _l("Please sign in")
    detail = _l("You need to sign in for this.")


class Invalid(DomainError):
    """The input breaks a rule; ``errors`` name the fields."""

    code = "invalid"
    status = 422
    title = _l("Something in the input is not right")
    detail = _l("Please correct what is marked and send it again.")

    @classmethod
    def field(cls, name: str, detail: Any) -> Invalid:
        return cls(detail, errors=[FieldError(name, detail)])


class Malformed(DomainError):
    code = "malformed"
    status = 400
    title = _l("The request cannot be read")
    detail = _l("The body is not valid JSON.")


class TooLarge(DomainError):
    code = "too_large"
    status = 413
    title = _l("Too large")
    detail = _l("What was sent is larger than we can take.")


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    status = 415
    title = _l("Unsupported format")
    detail = _l("Send the body as application/json.")


class WrongState(DomainError):
    """The thing is in a state in which this cannot be done to it."""

    code = "wrong_state"
    title = _l("Not possible in this state")
    detail = _l("It has moved on since you looked at it. Please look again.")


class InProgress(DomainError):
    """Somebody else holds what is needed, for longer than one may wait."""

    code = "in_progress"
    title = _l("Still at work")
    detail = _l("The same request is still being worked on. Please try again in a moment.")


class TooManyRequests(DomainError):
    code = "too_many_requests"
    status = 429
    title = _l("Too many attempts")
    detail = _l("Please wait a little before you try again.")

    def __init__(self, detail: Any = None, *, retry_after: int = 60) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
