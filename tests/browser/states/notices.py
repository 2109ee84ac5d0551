"""Notices in every state, and the forms of those who write them."""

from __future__ import annotations

from tests.browser.scenes import COMMUNITY
from tests.browser.states.forms import wrong
from tests.browser.states.lists import NOBODY, empty, quietly
from tests.browser.states.state import State, at

YESTERDAY = "2020-01-01"
_OURS = f"SELECT id FROM notice WHERE region_code = '{COMMUNITY}' AND "
_DRAFT = _OURS + "status = 'draft'"
_PLANNED = _OURS + "status = 'scheduled'"
_URGENT = _OURS + "status = 'published' AND urgent"
_WITHDRAWN = _OURS + "status = 'withdrawn'"
_TO_CONFIRM = (
    _OURS + "status = 'published' AND confirm AND NOT urgent AND id NOT IN (SELECT notice_id FROM"
    " notice_reader r JOIN user_account u ON u.id = r.user_id"
    " WHERE u.email = 'resident95@demo.example' AND r.confirmed_at IS NOT NULL)"
)

STATES = (
    empty("notices/index.html", at("", f"/notices?q={NOBODY}")),
    empty("notices/desk/index.html", quietly("/desk/notices")),
    wrong("notices/desk/form.html", at("committee", "/desk/notices/new"), title="停水"),
    wrong("notices/desk/schedule.html",
          at("committee", "/desk/notices/{one}/schedule", one=_DRAFT), publish_on=YESTERDAY),
    wrong("notices/desk/pin.html",
          at("committee", "/desk/notices/{one}/pin", one=_URGENT), pinned_until=YESTERDAY),
    wrong("notices/desk/withdraw.html",
          at("committee", "/desk/notices/{one}/withdraw", one=_URGENT), reason=" "),
    wrong("notifications/times.html", at("resident1", "/me/notifications/times"),
          rhythm="daily", quiet_from="22:00", quiet_until=""),
    State("notice", "draft", at("committee", "/desk/notices/{one}", one=_DRAFT),
          'a[href$="/schedule"]'),
    State("notice", "draft, changed", at("committee", "/desk/notices/{one}/edit", one=_DRAFT),
          '[name="title"]'),
    State("notice", "draft, as readers will see it",
          at("committee", "/notices/{one}", one=_DRAFT), ".notice-info"),
    State("notice", "scheduled", at("committee", "/desk/notices/{one}", one=_PLANNED),
          ".notice-info"),
    State("notice", "published", at("committee", "/desk/notices/{one}", one=_URGENT), "#reach"),
    State("notice", "published, urgent", at("", "/notices/{one}", one=_URGENT),
          ".status-danger", paper=True),
    State("notice", "published, to confirm",
          at("resident95", "/notices/{one}", one=_TO_CONFIRM), 'form[action$="/confirm"]'),
    State("notice", "withdrawn", at("", "/notices/{one}", one=_WITHDRAWN), ".notice-warning"),
    State("notice", "withdrawn, at the desk",
          at("committee", "/desk/notices/{one}", one=_WITHDRAWN), 'main .notice-warning'),
    State("notice", "published, earlier", at("resident1", "/notices?when=earlier"), "main .card"),
)  # fmt: skip
