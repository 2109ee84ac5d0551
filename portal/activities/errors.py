"""What activities refuse."""

from __future__ import annotations

from portal.core.errors import DomainError
from portal.core.i18n import lazy_gettext as _l


class AlreadySignedUp(DomainError):
    code = "already_signed_up"
    title = _l("You are signed up already")
    detail = _l("You have a place, or a place in the queue, for this shift.")


class OverlappingShift(DomainError):
    code = "overlapping_shift"
    title = _l("You are somewhere else then")
    detail = _l("You are signed up for another shift at the same time. Cancel that one first.")


class SignupClosed(DomainError):
    code = "signup_closed"
    title = _l("Sign-up is closed")
    detail = _l("This shift has begun, or does not take sign-ups.")


class TooYoung(DomainError):
    code = "too_young"
    title = _l("You are too young for this one")
    detail = _l("This activity has a minimum age. Look for others that suit you.")


class BirthDateNeeded(DomainError):
    code = "birth_date_needed"
    title = _l("We do not know your age")
    detail = _l("This activity has a minimum age. Add your date of birth to your profile first.")


class UnknownCode(DomainError):
    code = "unknown_code"
    status = 404
    title = _l("This code is not known")
    detail = _l("Look at the host’s screen and type the digits once more.")


class CodeExpired(DomainError):
    code = "code_expired"
    title = _l("This code is too old")
    detail = _l("The code changes every few seconds. Take the one on the host’s screen now.")


class NotSignedUp(DomainError):
    code = "not_signed_up"
    title = _l("You have no place in this shift")
    detail = _l("The code is right, but you are not signed up for this shift.")


class AlreadyCheckedIn(DomainError):
    code = "already_checked_in"
    title = _l("You are checked in already")
    detail = _l("Your arrival is recorded. You need not do anything now.")


class NotCheckedIn(DomainError):
    code = "not_checked_in"
    title = _l("You are not checked in")
    detail = _l("There is no open check-in of yours to end at this shift.")


class TooFar(DomainError):
    code = "too_far"
    title = _l("You are too far away")
    detail = _l("Come to the place of the activity, or ask the host to tick you off the list.")


class NotPending(DomainError):
    code = "not_pending"
    title = _l("This record does not wait for a decision")
    detail = _l("It has been decided, or the person has not checked out yet.")


class NotConfirmed(DomainError):
    code = "not_confirmed"
    title = _l("This record is not confirmed")
    detail = _l("Only what was confirmed can be corrected.")


class NotAParticipant(DomainError):
    code = "not_a_participant"
    title = _l("You did not take part")
    detail = _l("Praise comes from those who took part and from the community that was served.")
