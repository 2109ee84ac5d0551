"""What voters, and those who run votes, are told."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notices.kinds.kind import Kind, Topic

ALL = (
    Kind(
        "consultation.discussed",
        Topic.CONSULTATIONS,
        _l("My community talks something over"),
        _l("Talked over: %(title)s"),
        _l("Say what you think of it, before the vote begins."),
        "message-circle",
    ),
    Kind(
        "consultation.opened",
        Topic.CONSULTATIONS,
        _l("I can vote"),
        _l("Vote now: %(title)s"),
        _l("You are on the roll. You have one ballot, and it is secret."),
        "checkbox",
        important=True,
    ),
    Kind(
        "consultation.reminder",
        Topic.CONSULTATIONS,
        _l("A vote ends soon and I have not voted"),
        _l("Your vote is not in yet: %(title)s"),
        _l("Voting ends %(closes_at)s."),
        "clock",
        important=True,
    ),
    Kind(
        "consultation.closed",
        Topic.CONSULTATIONS,
        _l("A vote of mine is counted"),
        _l("Counted: %(title)s"),
        _l("The result is there. Everybody can count it again."),
        "chart-bar",
    ),
    Kind(
        "consultation.decided",
        Topic.CONSULTATIONS,
        _l("The committee decides on a vote of mine"),
        _l("Decided: %(title)s"),
        _l("Read what becomes of the outcome, and why."),
        "scale",
        important=True,
    ),
    Kind(
        "consultation.cancelled",
        Topic.CONSULTATIONS,
        _l("A consultation of my community is called off"),
        _l("Called off: %(title)s"),
        _l("There will be no result. Ballots that were cast have been destroyed unopened."),
        "ban",
        said="reason",
    ),
)
