"""Who may do what to consultations: pure functions, for services and templates alike."""

from __future__ import annotations

from dataclasses import dataclass

from portal.consultations.rules.life import DISCUSSED
from portal.core.permissions import Permission, Principal

Path = tuple[str, ...]
"""The code of a consultation's region and those of all above it, city first."""


@dataclass(frozen=True)
class Circle:
    """Those whom a vote is for: who lives in its region, who works there, or both."""

    path: Path
    by_home: bool = True
    by_work: bool = False

    def takes_in(self, principal: Principal) -> bool:
        """Whether the person is known to belong to it."""
        here = self.path[-1]
        lives = principal.verified and here in principal.home_path
        return (self.by_home and lives) or (self.by_work and here in principal.work_path)


def may_manage(principal: Principal | None, path: Path) -> bool:
    """Set up, open, close, decide: the committee of the region or of one above."""
    return principal is not None and principal.holds(Permission.CONSULTATION_MANAGE, regions=path)


def may_take_paper(principal: Principal | None, path: Path) -> bool:
    """Mark the roll at the polling table: the social workers of the region."""
    return principal is not None and principal.holds(Permission.PAPER_TAKE, regions=path)


def may_tally_paper(principal: Principal | None, path: Path) -> bool:
    """Enter paper ballots: social workers and committee."""
    return principal is not None and principal.holds(Permission.PAPER_TALLY, regions=path)


def may_audit_roll(principal: Principal | None, path: Path) -> bool:
    """See the salt of a roll, and so who is on it (never who voted, or how)."""
    return principal is not None and principal.holds(Permission.ROLL_AUDIT, regions=path)


def may_study(principal: Principal | None, path: Path) -> bool:
    """Take in votes of others: committees, auditors."""
    return principal is not None and principal.holds(Permission.VOTE_STUDY, regions=path)


def may_see(principal: Principal | None, path: Path, *, was_public: bool) -> bool:
    """From the discussion on it is public; a draft is for those who set it up."""
    return was_public or may_manage(principal, path)


def may_ask(principal: Principal | None, circle: Circle) -> bool:
    """Put a question to the committee: those whom the vote is for."""
    return principal is not None and circle.takes_in(principal)


def may_moderate(principal: Principal | None, path: Path) -> bool:
    """Hide comments: committee and social workers of the region or of one above."""
    return principal is not None and principal.holds(Permission.COMMENT_MODERATE, regions=path)


def may_speak(principal: Principal | None, circle: Circle) -> bool:
    """Those whom the vote is for, and those who answer for its region."""
    return (
        may_ask(principal, circle)
        or may_manage(principal, circle.path)
        or may_tally_paper(principal, circle.path)
    )


def may_propose(principal: Principal | None, circle: Circle) -> bool:
    """Propose options and changes, and support them: those whom the vote is for."""
    return may_ask(principal, circle)


def is_discussed(status: str) -> bool:
    return status in DISCUSSED
