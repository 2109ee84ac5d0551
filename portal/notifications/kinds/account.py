"""What is told of a home and of tasks."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds.kind import Kind, Topic, Whom

ALL = (
    Kind(
        "activity.review_wanted",
        Topic.TASKS,
        _l("An activity waits for my review"),
        _l("To be reviewed: %(title)s"),
        _l("%(host)s wants to publish this activity."),
        "clipboard-check",
        whom=Whom.REVIEWERS,
    ),
    Kind(
        "activity.approved",
        Topic.TASKS,
        _l("My activity is approved"),
        _l("Approved: %(title)s"),
        _l("The activity is published; residents can sign up."),
        "circle-check",
        important=True,
        whom=Whom.HOSTS,
    ),
    Kind(
        "activity.sent_back",
        Topic.TASKS,
        _l("My activity is sent back"),
        _l("Sent back: %(title)s"),
        _l("Please change the activity and hand it in again."),
        "arrow-back-up",
        important=True,
        said="reason",
        whom=Whom.HOSTS,
    ),
    Kind(
        "record.disputed",
        Topic.TASKS,
        _l("Somebody objects to a record of mine to judge"),
        _l("Somebody objects: %(title)s"),
        _l("A service record was disputed. Please look at it again."),
        "alert-triangle",
        important=True,
        whom=Whom.JUDGES,
    ),
    Kind(
        "home.verified",
        Topic.ACCOUNT,
        _l("My home is confirmed"),
        _l("You are a resident of %(region)s"),
        _l("The community has confirmed your home. Everything here is open to you now."),
        "home",
        important=True,
    ),
    Kind(
        "home.declined",
        Topic.ACCOUNT,
        _l("My home is not confirmed"),
        _l("Your home was not confirmed"),
        _l("%(region)s could not confirm that you live there."),
        "home",
        important=True,
        said="reason",
    ),
    Kind(
        "work.verified",
        Topic.ACCOUNT,
        _l("My workplace is confirmed"),
        _l("You are known to work in %(region)s"),
        _l(
            "The community has confirmed your workplace. Votes that include who works there are "
            "open to you from the next roll on."
        ),
        "building-store",
        important=True,
    ),
    Kind(
        "work.declined",
        Topic.ACCOUNT,
        _l("My workplace is not confirmed"),
        _l("Your workplace was not confirmed"),
        _l("%(region)s could not confirm that you work there."),
        "building-store",
        important=True,
        said="reason",
    ),
    Kind(
        "role.granted",
        Topic.TASKS,
        _l("I am given a task"),
        _l("A new task for you: %(role)s"),
        _l("You have it for %(scope)s."),
        "id",
        important=True,
        whom=Whom.STAFF,
    ),
)
