"""What voters, and those who run votes, are told."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notices.kinds.kind import Kind, Topic, Whom

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
    Kind(
        "consultation.comment_hidden",
        Topic.CONSULTATIONS,
        _l("Something I said is hidden"),
        _l("Your comment was hidden: %(title)s"),
        _l("The others read the reason in its place. You still see your own words."),
        "eye-off",
        said="reason",
    ),
    Kind(
        "consultation.comment_shown",
        Topic.CONSULTATIONS,
        _l("Something I said is shown again"),
        _l("Your comment is shown again: %(title)s"),
        _l("Everybody can read it."),
        "eye",
    ),
    Kind(
        "consultation.question_answered",
        Topic.CONSULTATIONS,
        _l("The committee answers my question"),
        _l("Your question is answered: %(title)s"),
        _l("Everybody can read the answer."),
        "message-circle",
        important=True,
    ),
    Kind(
        "consultation.question_overdue",
        Topic.TASKS,
        _l("A resident’s question has not been answered in time"),
        _l("An answer is overdue: %(title)s"),
        _l("It was due on %(due_on)s. Everybody can see that."),
        "alert-triangle",
        important=True,
        whom=Whom.DECIDERS,
    ),
)
