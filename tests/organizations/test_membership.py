"""People join by invitation, leave, and somebody stays in charge."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import RoleGrant, User
from portal.core.clock import now
from portal.core.database import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.permissions import Role
from portal.core.unit_of_work import unit_of_work
from portal.organizations import queries, services
from portal.organizations.errors import AlreadyInvited, AlreadyMember, LastManager
from tests import world
from tests.organizations.neighbours import join, organization, principal

pytestmark = pytest.mark.usefixtures("world")

MEMBER, MANAGER = Role.ORGANIZATION_MEMBER, Role.ORGANIZATION_MANAGER


def code_of(user_id: str) -> str:
    return db.session.execute(select(User.member_code).where(User.id == user_id)).scalar_one()


def invite(organization_id: str, inviter: str, guest: str, role: Role = MEMBER) -> str:
    actor, code = principal(inviter), code_of(guest)
    with unit_of_work():
        services.invite(actor, organization_id, code, role)
    return str(queries.invitations_of(guest)[0].id)


def roles(organization_id: str) -> dict[str, str]:
    return {row.user_id: row.role for row in queries.members(organization_id)}


def test_invited_by_member_code_accepted_and_in() -> None:
    organization_id, founder = organization()
    guest = world.make_user("guest@example.org")
    invitation_id = invite(organization_id, founder, guest)
    assert roles(organization_id) == {founder: "organization_manager"}
    assert [r.name for r in queries.invitations_by(organization_id)] == ["guest"]
    actor = principal(guest)
    with unit_of_work():
        services.accept_invitation(actor, invitation_id)
    assert roles(organization_id)[guest] == "organization_member"
    assert queries.invitations_of(guest) == []
    assert queries.is_one_of_ours(principal(guest), organization_id)


def test_a_member_becomes_a_manager_and_holds_one_role() -> None:
    organization_id, founder = organization()
    guest = world.make_user("guest@example.org")
    join(organization_id, guest)
    invitation_id = invite(organization_id, founder, guest, MANAGER)
    actor = principal(guest)
    with unit_of_work():
        services.accept_invitation(actor, invitation_id)
    assert [r.role for r in queries.members(organization_id) if r.user_id == guest] == [
        "organization_manager"
    ]


def test_an_invitation_is_answered_once_and_by_nobody_else() -> None:
    organization_id, founder = organization()
    guest = world.make_user("guest@example.org")
    invitation_id = invite(organization_id, founder, guest)
    thief = principal(world.make_user("thief@example.org"))
    with pytest.raises(NotFound), unit_of_work():
        services.accept_invitation(thief, invitation_id)
    actor = principal(guest)
    with unit_of_work():
        services.decline_invitation(actor, invitation_id)
    with pytest.raises(NotFound), unit_of_work():
        services.accept_invitation(actor, invitation_id)
    assert guest not in roles(organization_id)


def test_an_invitation_can_be_taken_back_by_its_organization_only() -> None:
    organization_id, founder = organization()
    other_id, other = organization("other@example.org")
    guest = world.make_user("guest@example.org")
    invitation_id = invite(organization_id, founder, guest)
    stranger, manager = principal(other), principal(founder)
    with pytest.raises(NotFound), unit_of_work():
        services.withdraw_invitation(stranger, other_id, invitation_id)
    with pytest.raises(Forbidden), unit_of_work():
        services.withdraw_invitation(stranger, organization_id, invitation_id)
    with unit_of_work():
        services.withdraw_invitation(manager, organization_id, invitation_id)
    assert queries.invitations_of(guest) == []


def test_an_invitation_ends_with_its_inviters_charge() -> None:
    organization_id, founder = organization()
    second, friend = world.make_user("second@example.org"), world.make_user("friend@example.org")
    join(organization_id, second, MANAGER.value)
    invitation_id = invite(organization_id, second, friend, MANAGER)
    manager, guest = principal(founder), principal(friend)
    with unit_of_work():
        services.remove(manager, organization_id, second)
    assert queries.invitations_of(friend) == []
    with pytest.raises(NotFound), unit_of_work():
        services.accept_invitation(guest, invitation_id)
    assert roles(organization_id) == {founder: MANAGER.value}
    invite(organization_id, founder, friend)  # nothing stands in the way of asking again


def test_who_lost_the_charge_otherwise_brings_nobody_in() -> None:
    """A role can also be taken at the desk, or end between the invitation and its answer."""
    organization_id, _founder = organization()
    second, friend = world.make_user("second@example.org"), world.make_user("friend@example.org")
    join(organization_id, second, MANAGER.value)
    invitation_id = invite(organization_id, second, friend, MANAGER)
    with unit_of_work():
        db.session.execute(
            update(RoleGrant).where(RoleGrant.user_id == second).values(revoked_at=now())
        )
    guest = principal(friend)
    with pytest.raises(NotFound), unit_of_work():
        services.accept_invitation(guest, invitation_id)
    assert friend not in roles(organization_id)


def test_who_is_there_or_invited_or_nobody_is_not_invited_again() -> None:
    organization_id, founder = organization()
    guest = world.make_user("guest@example.org")
    manager, member = principal(founder), principal(guest)
    invite(organization_id, founder, guest)
    with pytest.raises(AlreadyInvited), unit_of_work():
        services.invite(manager, organization_id, code_of(guest), MANAGER)
    with pytest.raises(AlreadyMember), unit_of_work():
        services.invite(manager, organization_id, code_of(founder), MEMBER)
    with pytest.raises(Invalid), unit_of_work():
        services.invite(manager, organization_id, "abcdefghjkm1", MEMBER)
    with pytest.raises(Forbidden), unit_of_work():
        services.invite(member, organization_id, code_of(guest), MEMBER)


def test_a_member_leaves_and_a_manager_takes_people_out() -> None:
    organization_id, founder = organization()
    one, two = world.make_users(2)
    join(organization_id, one)
    join(organization_id, two)
    leaver, member, manager = principal(one), principal(two), principal(founder)
    with unit_of_work():
        services.leave(leaver, organization_id)
    with pytest.raises(NotFound), unit_of_work():
        services.leave(leaver, organization_id)
    with pytest.raises(Forbidden), unit_of_work():
        services.remove(member, organization_id, founder)
    with unit_of_work():
        services.remove(manager, organization_id, two)
    assert roles(organization_id) == {founder: "organization_manager"}


def test_the_last_manager_stays() -> None:
    organization_id, founder = organization()
    manager = principal(founder)
    with pytest.raises(LastManager), unit_of_work():
        services.leave(manager, organization_id)
    with pytest.raises(LastManager), unit_of_work():
        services.remove(manager, organization_id, founder)
    second = world.make_user("second@example.org")
    join(organization_id, second, "organization_manager")
    with unit_of_work():
        services.leave(manager, organization_id)
    assert roles(organization_id) == {second: "organization_manager"}


@pytest.mark.parallel
def test_of_all_managers_leaving_at_once_one_stays(app: Flask) -> None:
    organization_id, founder = organization()
    people = [founder, *world.make_users(5)]
    for each in people[1:]:
        join(organization_id, each, "organization_manager")
    actors = [principal(each) for each in people]
    refused: list[str] = []
    start = threading.Barrier(len(actors))

    def go(actor: object) -> None:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work():
                    services.leave(actor, organization_id)  # type: ignore[arg-type]
            except LastManager:
                refused.append("last")
            db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=go, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last"]
    assert len(roles(organization_id)) == 1
