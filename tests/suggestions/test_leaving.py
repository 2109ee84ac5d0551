"""What becomes of suggestions when an account is closed."""

from __future__ import annotations

import pytest

from portal.core import closing
from portal.core.database import db
from portal.core.errors import NotFound
from portal.suggestions import services
from portal.suggestions.queries import cases
from portal.suggestions.queries.cases import Filters
from portal.suggestions.rules.machine import Outcome
from portal.suggestions.rules.taking_in import Visibility
from tests.accounts.leaving import again, close_and_tell, everything_written
from tests.suggestions.district import Office, accepted, assert_true_to_events, do, report, row_of
from tests.world import make_user

SECRET, COMPLAINT = "隔壁夜里打孩子", "他们根本没来"


def confided(office: Office) -> str:
    case = accepted(office, title=SECRET, description=SECRET, visibility=Visibility.CONFIDENTIAL)
    do(services.answer, office.of_lights, case, Outcome.INFORMATION, "已联系")
    do(services.reopen, office.resident, case, COMPLAINT)
    return case


def fates(user_id: str) -> set[str]:
    """What is said of suggestions: more than somebody hears who has none."""
    usual = {str(each.sentence) for each in closing.fates_of(make_user("new@example.org"))}
    return {str(each.sentence) for each in closing.fates_of(user_id)} - usual


def test_the_name_goes_and_what_was_confided_is_erased(office: Office) -> None:
    public, secret = report(office.resident), confided(office)
    other = report(office.neighbour)
    do(services.support, office.resident, other)
    assert len(fates(office.resident.id)) == 3
    close_and_tell(office.resident.id)
    again(office.resident.id)
    db.session.expire_all()
    assert (row_of(public).reported_by, row_of(secret).reported_by) == (None, None)
    assert row_of(public).title == "路灯不亮"
    assert row_of(other).supporters == 1
    said = [value for _table, value in everything_written()]
    assert not any(SECRET in each or COMPLAINT in each for each in said)
    assert cases.page(office.dispatcher, Filters(q=SECRET)).items == []
    assert cases.visible(office.dispatcher, secret).status == "reopened"
    with pytest.raises(NotFound):
        cases.visible(office.resident, secret)
    assert_true_to_events()


def test_nothing_is_said_to_who_has_reported_nothing(office: Office) -> None:
    report(office.resident)
    assert fates(office.stranger.id) == set()
