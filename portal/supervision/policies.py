"""Who may ask, and who answers: pure functions, for services and templates alike."""

from __future__ import annotations

from portal.core.permissions import Permission, Principal

Path = tuple[str, ...]
"""The code of a region and those of all above it, city first."""


def may_ask(principal: Principal | None, path: Path) -> bool:
    """The confirmed residents of the region: of a street, those of all its communities."""
    return principal is not None and principal.verified and path[-1] in principal.home_path


def may_moderate(principal: Principal | None, path: Path) -> bool:
    """Hide questions: the social workers of the region, and committees above. Not the committee
    that is asked: nobody puts aside what is asked of them."""
    return (
        principal is not None
        and principal.holds(Permission.COMMENT_MODERATE, regions=path)
        and not principal.holds(Permission.QUESTION_ANSWER, regions=path[-1:])
    )


def may_answer(principal: Principal | None, path: Path) -> bool:
    """The committee of the region or of one above."""
    return principal is not None and principal.holds(Permission.QUESTION_ANSWER, regions=path)
