"""What those who sign up, host or review activities are told."""

from __future__ import annotations

from portal.core.i18n import lazy_gettext as _l
from portal.notifications.kinds.kind import Kind, Topic

ALL = (
    Kind(
        "signup.promoted",
        Topic.ACTIVITIES,
        _l("I move up from the waiting list"),
        _l("A place has become free for you: %(title)s"),
        _l("You have moved up from the waiting list. It starts %(starts_at)s."),
        "circle-check",
        important=True,
    ),
    Kind(
        "activity.cancelled",
        Topic.ACTIVITIES,
        _l("Something I signed up for is cancelled"),
        _l("Cancelled: %(title)s"),
        _l("What you signed up for does not take place."),
        "ban",
        important=True,
        said="reason",
    ),
    Kind(
        "activity.changed",
        Topic.ACTIVITIES,
        _l("Something I signed up for is changed"),
        _l("Changed: %(title)s"),
        _l("The host has changed what stands on its page. Please read it again."),
        "pencil",
    ),
    Kind(
        "activity.moved",
        Topic.ACTIVITIES,
        _l("Something I signed up for has another place"),
        _l("Another place: %(title)s"),
        _l("It takes place here now: %(place)s. Please read its page again."),
        "map-pin",
        important=True,
    ),
    Kind(
        "shift.moved",
        Topic.ACTIVITIES,
        _l("Something I signed up for has another time"),
        _l("Another time: %(title)s"),
        _l(
            "It starts %(starts_at)s, no longer %(was_at)s. If you cannot come, give your place "
            "back."
        ),
        "clock",
        important=True,
    ),
    Kind(
        "shift.cancelled",
        Topic.ACTIVITIES,
        _l("A shift I signed up for is cancelled"),
        _l("Called off: %(title)s, %(starts_at)s"),
        _l("This shift does not take place. The others do."),
        "ban",
        important=True,
        said="reason",
    ),
    Kind(
        "signup.removed",
        Topic.ACTIVITIES,
        _l("The host takes me off a shift"),
        _l("You are off the list: %(title)s"),
        _l("The host took you off the shift that starts %(starts_at)s."),
        "circle-x",
        important=True,
        said="reason",
    ),
    Kind(
        "signup.displaced",
        Topic.ACTIVITIES,
        _l("I lose a place because its time was changed"),
        _l("Your place was given on: %(title)s"),
        _l("It starts %(starts_at)s now, when you are signed up for something else."),
        "clock",
        important=True,
    ),
    Kind(
        "signup.added",
        Topic.ACTIVITIES,
        _l("The host adds me to a shift"),
        _l("You take part: %(title)s"),
        _l("The host has added you to the list and ticked you in."),
        "circle-check",
    ),
)
