"""What consultations refuse, each with a stable code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.consultations.rules.ballots import Problem, ProblemKind
from portal.core.errors import DomainError, FieldError, Forbidden, Invalid
from portal.core.i18n import lazy_gettext as _l
from portal.core.i18n import ngettext


class NotForYou(Forbidden):
    """The person is none of those whom the vote is for."""

    detail = _l(
        "Only those whom this vote is for take part in it, once their home or workplace is "
        "confirmed."
    )


class NotOpen(DomainError):
    code = "not_open"
    title = _l("Voting is not open")
    detail = _l("It has not begun yet, or it is over. The page of the consultation says when.")


class NotClosed(DomainError):
    code = "not_closed"
    title = _l("Voting is not over")
    detail = _l("Nobody sees a result, or a single ballot, before voting has closed.")


class NotOnRoll(DomainError):
    code = "not_on_roll"
    status = 403
    title = _l("You are not on this roll")
    detail = _l(
        "The roll was fixed when voting opened. If you should be on it, ask your committee: "
        "changes are made in public."
    )


class AlreadyVoted(DomainError):
    code = "already_voted"
    title = _l("This vote has been cast")
    detail = _l("One person has one ballot, online or on paper. It cannot be changed.")


class TalliesDiffer(DomainError):
    code = "tallies_differ"
    title = _l("The two counts of the paper ballots differ")
    detail = _l(
        "Two people enter the paper ballots, each on their own. Both must have the same ballots, "
        "as many as the roll has marks for paper."
    )


class RollTooSmall(DomainError):
    code = "roll_too_small"
    title = _l("Too few people to hide among")

    @classmethod
    def of(cls, fewest: int) -> RollTooSmall:
        """The refusal with how many a roll needs."""
        return cls(
            ngettext(
                "A secret vote needs at least %(num)s person on its roll.",
                "A secret vote needs at least %(num)s people on its roll.",
                fewest,
            )
        )


class ProposalsUnanswered(DomainError):
    code = "proposals_unanswered"
    title = _l("Proposals wait for an answer")
    detail = _l(
        "Residents support a proposal in such numbers that it must be taken up or declined before "
        "voting opens."
    )


class TooManyProposals(DomainError):
    code = "too_many_proposals"
    title = _l("You have proposed enough here")

    @classmethod
    def beyond(cls, most: int) -> TooManyProposals:
        """The refusal with how many one person may make."""
        return cls(
            ngettext(
                "One person makes up to %(num)s proposal for a vote; withdrawn ones count. You can "
                "support what others propose.",
                "One person makes up to %(num)s proposals for a vote; withdrawn ones count. You "
                "can support what others propose.",
                most,
            )
        )


class SentenceChanged(DomainError):
    code = "sentence_changed"
    title = _l("This sentence has changed meanwhile")
    detail = _l("The change was proposed to a sentence that no longer stands in the text.")


class NothingToAdopt(DomainError):
    code = "nothing_to_adopt"
    title = _l("This decision does not change the covenant")
    detail = _l("Only a wording that won a vote, and was accepted, becomes the covenant.")


class CountIncomplete(DomainError):
    """The urn holds what cannot be counted. It is never passed over: people must look at it."""

    code = "count_incomplete"
    title = _l("The count stopped")
    detail = _l("The urn is kept as it is.")

    @classmethod
    def at(cls, number: int) -> CountIncomplete:
        """The refusal that names the envelope by its number in the urn, counted from 1."""
        return cls(
            _l(
                "Envelope %(number)s cannot be read. Nothing was skipped: the urn is kept as it "
                "is, and the portal’s operators must look into it.",
                number=number,
            )
        )


def ballot_refused(found: Sequence[Problem], prefix: str = "choices") -> Invalid:
    """What is wrong with a ballot, by the places of its choices. What was chosen is not repeated:
    refusals pass through logs and screens."""
    return Invalid(errors=[FieldError(_place(prefix, each), _said(each)) for each in found])


def _place(prefix: str, problem: Problem) -> str:
    return prefix if problem.position is None else f"{prefix}.{problem.position}"


def _said(problem: Problem) -> Any:
    if problem.kind is ProblemKind.UNKNOWN_OPTION:
        return _l("This option is not on the ballot.")
    if problem.kind is ProblemKind.DOUBLED_OPTION:
        return _l("Name each option once.")
    if problem.kind is ProblemKind.OVER_BUDGET:
        return _l("Together they cost more than the budget.")
    return ngettext(
        "A ballot may name %(num)s option.",
        "A ballot may name up to %(num)s options.",
        problem.limit or 0,
    )
