"""What activities refuse."""

from __future__ import annotations

from datetime import datetime

from portal.core.errors import DomainError, FieldError, WrongState
from portal.core.i18n import friendly_instant, gettext, ngettext
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


class TakenOff(DomainError):
    code = "taken_off"
    title = _l("The host took you off this shift")
    detail = _l("Ask the host if you think that this is a mistake.")


class NoPlaceLeft(DomainError):
    code = "no_place_left"
    title = _l("No place is left")
    detail = _l("All places are taken. Give the shift more places first.")


class CapacityBelowTaken(DomainError):
    code = "capacity_below_taken"
    title = _l("More people have a place")
    detail = _l("Nobody loses a place by a number. Take people off the list first.")

    @classmethod
    def of(cls, taken: int) -> CapacityBelowTaken:
        """The refusal beside the field, with how many have a place."""
        detail = ngettext(
            "%(num)s person has a place. Give at least as many places, or take people off the "
            "list first.",
            "%(num)s people have a place. Give at least as many places, or take people off the "
            "list first.",
            taken,
        )
        return cls(detail, errors=[FieldError("capacity", detail)])


class OnlyShift(DomainError):
    code = "only_shift"
    title = _l("This is the only shift")
    detail = _l("Nothing would be left of the activity. Call off the activity itself.")


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
    detail = _l("No shift shows these digits. Look at the host’s screen and type them once more.")


class TooEarly(WrongState):
    """Said with the times, so that nobody types the same digits again and again."""

    title = _l("Check-in is not open yet")

    @classmethod
    def of(cls, starts_at: datetime, opens_at: datetime) -> TooEarly:
        """The refusal with the start of the shift, and when check-in opens."""
        return cls(
            gettext(
                "The shift starts %(start)s. Check-in opens %(opens)s.",
                start=friendly_instant(starts_at),
                opens=friendly_instant(opens_at),
            )
        )


class LongerThanShift(DomainError):
    """The minutes are good as such, but this record's shift does not have as many."""

    code = "longer_than_shift"
    title = _l("The shift is not that long")
    detail = _l("A record of a shift has at most the minutes of the shift.")

    @classmethod
    def of(cls, longest: int) -> LongerThanShift:
        detail = _l("The shift is only %(minutes)s minutes long.", minutes=longest)
        return cls(detail, errors=[FieldError("minutes", detail)])


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


class PositionNeeded(DomainError):
    code = "position_needed"
    title = _l("We do not know where you are")
    detail = _l(
        "This activity checks that you are at its place. Allow your device to say where it is, or "
        "ask the host to tick you off the list."
    )


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
