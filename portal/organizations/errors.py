"""What organizations and praise refuse."""

from __future__ import annotations

from portal.core.errors import DomainError, Forbidden, Invalid
from portal.core.i18n import lazy_gettext as _l


class InvalidCreditCode(Invalid):
    """The unified social credit code has a wrong form or check character."""

    def __init__(self) -> None:
        code = Invalid.field(
            "credit_code",
            _l("This is not a valid unified social credit code. Check it again."),
        )
        super().__init__(code.detail, errors=code.errors)


class AlreadyRegistered(Invalid):
    """Another organization holds this unified social credit code."""

    def __init__(self) -> None:
        code = Invalid.field(
            "credit_code", _l("An organization with this credit code is registered already.")
        )
        super().__init__(code.detail, errors=code.errors)


class AlreadyPraised(DomainError):
    code = "already_praised"
    title = _l("You have praised this activity already")
    detail = _l("Each person may praise an activity once.")


class OwnOrganization(Forbidden):
    """Members and managers do not praise, and do not flag or judge praise of, their own."""

    detail = _l("This is your own organization: its praise is for others to give.")


class OwnApplication(Forbidden):
    """Who applied does not decide."""

    detail = _l("This is your own application: somebody else decides about it.")


class LastManager(DomainError):
    code = "last_manager"
    title = _l("Somebody must stay in charge")
    detail = _l("You are the last manager. Make somebody else a manager first.")


class AlreadyMember(DomainError):
    code = "already_member"
    title = _l("Already there")
    detail = _l("This person has this role in the organization already.")


class AlreadyInvited(DomainError):
    code = "already_invited"
    title = _l("Already invited")
    detail = _l("This person was invited and has not answered yet.")
