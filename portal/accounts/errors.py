"""What is refused around accounts."""

from __future__ import annotations

from portal.core.errors import DomainError, TooManyRequests, Unauthenticated
from portal.core.i18n import lazy_gettext as _l


class InvalidCredentials(Unauthenticated):
    """The login is unknown or the password wrong: the answer does not say which."""

    code = "invalid_credentials"
    title = _l("Not signed in")
    detail = _l("The login or the password is not right.")


class OtpRequired(Unauthenticated):
    """Promised by the API for accounts with a second factor. There are none yet, so it is only
    declared: clients must be ready for it."""

    code = "otp_required"
    title = _l("A second code is needed")
    detail = _l("Send the code of your second factor along.")


class Locked(TooManyRequests):
    """Too many wrong passwords in a row for one login, known or not."""

    code = "locked"
    title = _l("Locked for now")
    detail = _l(
        "There were too many wrong passwords. Wait a while, or set a new password by the code "
        "that we send you."
    )


class WrongCode(DomainError):
    code = "wrong_code"
    status = 422
    title = _l("The code is not right")
    detail = _l("This is not the code that we sent. Look again, or ask for a new one.")


class CodeExpired(DomainError):
    code = "code_expired"
    title = _l("The code is too old")
    detail = _l("This code cannot be used any more. Ask for a new one.")


class LoginTaken(DomainError):
    """Only told to who has shown that the address is theirs, or to an operator."""

    code = "login_taken"
    title = _l("There is an account already")
    detail = _l("There is an account with this e-mail address or number. Sign in instead.")


class ConsentNeeded(DomainError):
    code = "consent_needed"
    status = 422
    title = _l("We need your consent")
    detail = _l("Tick “I agree (needed)”. Without it there can be no account.")


class ConsentKept(ConsentNeeded):
    """It lasts as long as the account does."""

    detail = _l("Without this consent there can be no account. To withdraw it, close the account.")


class ClaimWaiting(DomainError):
    code = "claim_waiting"
    title = _l("Already asked")
    detail = _l(
        "Your request is waiting for the community. Withdraw it first to choose another one."
    )


class AlreadyDecided(DomainError):
    code = "already_decided"
    title = _l("Already decided")
    detail = _l("Somebody else has decided this in the meantime.")


class RoleDoesNotFit(DomainError):
    code = "role_does_not_fit"
    status = 422
    title = _l("This role is for another kind of scope")
    detail = _l("Choose a role that fits.")


class LastSignInWay(DomainError):
    code = "last_address"
    title = _l("This is the last way to reach you")
    detail = _l("Add another e-mail address or number first.")


class StillNeeded(DomainError):
    """Something or somebody depends on the account: ``errors`` say what to do first."""

    code = "still_needed"
    title = _l("Not yet possible")
    detail = _l("Something still depends on your account. Look at what is to be done first.")
