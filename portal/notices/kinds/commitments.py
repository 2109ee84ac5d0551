"""What those are told who follow what was promised after a vote, and who asked the committee."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notices.kinds.kind import Kind, Topic

ALL = (
    Kind(
        "commitment.noted",
        Topic.CONSULTATIONS,
        _l("How far something is that was promised after a vote"),
        _l("On its way: %(title)s"),
        _l("Promised after the vote “%(vote)s”. The committee says:"),
        "flag",
        said="text",
    ),
    Kind(
        "commitment.moved",
        Topic.CONSULTATIONS,
        _l("Something promised after a vote gets a new date"),
        _l("New date: %(title)s"),
        _l("Promised after the vote “%(vote)s”; now by %(due_on)s. The reason:"),
        "clock",
        said="text",
    ),
    Kind(
        "commitment.milestone_set",
        Topic.CONSULTATIONS,
        _l("A step is planned of something promised after a vote"),
        _l("A step is planned: %(title)s"),
        _l("Promised after the vote “%(vote)s”. By %(due_on)s:"),
        "list-check",
        said="text",
    ),
    Kind(
        "commitment.milestone_done",
        Topic.CONSULTATIONS,
        _l("A step is done of something promised after a vote"),
        _l("A step is done: %(title)s"),
        _l("Promised after the vote “%(vote)s”. Done:"),
        "check",
        said="text",
    ),
    Kind(
        "commitment.kept",
        Topic.CONSULTATIONS,
        _l("A promise after a vote is kept"),
        _l("Done: %(title)s"),
        _l("What was promised after the vote “%(vote)s” is done. The committee says:"),
        "circle-check",
        said="text",
    ),
    Kind(
        "commitment.given_up",
        Topic.CONSULTATIONS,
        _l("A promise after a vote is given up"),
        _l("Given up: %(title)s"),
        _l("It was promised after the vote “%(vote)s”. The reason:"),
        "ban",
        important=True,
        said="text",
    ),
    Kind(
        "consultation.extended",
        Topic.CONSULTATIONS,
        _l("A vote ends later than it was to"),
        _l("Voting goes on: %(title)s"),
        _l("It now ends %(closes_at)s. The reason:"),
        "hourglass",
        said="reason",
    ),
    Kind(
        "question.answered",
        Topic.CONSULTATIONS,
        _l("My question to the committee is answered"),
        _l("The committee has answered your question"),
        _l("The answer is public. You asked:"),
        "message-circle",
        important=True,
        said="question",
    ),
)
