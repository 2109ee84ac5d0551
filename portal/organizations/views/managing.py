"""One's own organizations: the page, the people, invitations."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for

from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.pages import SEE_OTHER, filled_in, press, shown
from portal.core.permissions import Permission, Role
from portal.organizations import queries, services
from portal.organizations.forms import InvitationForm, PageForm
from portal.organizations.views.blueprint import blueprint


@blueprint.get("/me/organizations")
@requires(Permission.SIGNED_IN)
def mine() -> Any:
    """The organizations I am in or applied for, and who invites me."""
    person = the_principal()
    return render_template(
        "organizations/mine.html",
        organizations=queries.mine(person.id),
        invitations=queries.invitations_of(person.id),
    )


@blueprint.post("/me/invitations/<id:invitation_id>/accept")
@requires(Permission.SIGNED_IN)
def accept(invitation_id: str) -> Any:
    """Join."""
    work = partial(services.accept_invitation, the_principal(), invitation_id)
    return press(work, _("You have joined."), url_for("organizations.mine"))


@blueprint.post("/me/invitations/<id:invitation_id>/decline")
@requires(Permission.SIGNED_IN)
def decline_invitation(invitation_id: str) -> Any:
    """Say no."""
    work = partial(services.decline_invitation, the_principal(), invitation_id)
    return press(work, _("The invitation is declined."), url_for("organizations.mine"))


@blueprint.post("/organizations/<id:organization_id>/leave")
@requires(Permission.SIGNED_IN)
def leave(organization_id: str) -> Any:
    """Leave an organization."""
    work = partial(services.leave, the_principal(), organization_id)
    return press(work, _("You have left."), url_for("organizations.mine"))


@blueprint.route("/organizations/<id:organization_id>/page", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_MANAGE)
def edit(organization_id: str) -> Any:
    """What the organization says about itself."""
    actor = the_principal()
    row = queries.managed(organization_id, actor)
    form = PageForm(obj=row)

    def work() -> None:
        services.update_page(actor, organization_id, form.description.data, form.contact.data)

    if filled_in(form, work):
        flash(_("Your page is changed."), "success")
        return redirect(url_for("organizations.show", organization_id=organization_id), SEE_OTHER)
    page = render_template("organizations/edit.html", form=form, organization=row)
    return shown(form, page)


@blueprint.route("/organizations/<id:organization_id>/people", methods=["GET", "POST"])
@requires(Permission.ORGANIZATION_MANAGE)
def people(organization_id: str) -> Any:
    """Who is in it, who is invited, and a way to invite."""
    actor = the_principal()
    row = queries.managed(organization_id, actor)
    form = InvitationForm()

    def work() -> None:
        services.invite(actor, organization_id, form.member_code.data, Role(form.role.data))

    if filled_in(form, work):
        flash(_("The invitation is on its way."), "success")
        return redirect(url_for("organizations.people", organization_id=organization_id), SEE_OTHER)
    page = render_template(
        "organizations/people.html",
        form=form,
        organization=row,
        members=queries.members(organization_id),
        invitations=queries.invitations_by(organization_id),
    )
    return shown(form, page)


@blueprint.post("/organizations/<id:organization_id>/people/<id:user_id>/remove")
@requires(Permission.ORGANIZATION_MANAGE)
def remove(organization_id: str, user_id: str) -> Any:
    """Take somebody out."""
    work = partial(services.remove, the_principal(), organization_id, user_id)
    address = url_for("organizations.people", organization_id=organization_id)
    return press(work, _("The person is no longer a member."), address)


@blueprint.post("/organizations/<id:organization_id>/invitations/<id:invitation_id>/withdraw")
@requires(Permission.ORGANIZATION_MANAGE)
def withdraw(organization_id: str, invitation_id: str) -> Any:
    """Take an invitation back."""
    work = partial(services.withdraw_invitation, the_principal(), organization_id, invitation_id)
    address = url_for("organizations.people", organization_id=organization_id)
    return press(work, _("The invitation is taken back."), address)
