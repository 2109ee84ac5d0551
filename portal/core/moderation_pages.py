"""The pages on which somebody objects to what was said, and on which that is judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.core.access import requires, the_principal
from portal.core.i18n import gettext as _
from portal.core.moderation_forms import FlagForm, HideForm
from portal.core.pages import SEE_OTHER, cursor, filled_in, filled_in_once, press, shown
from portal.core.pagination import Page
from portal.core.permissions import Permission, Principal

Answer = Response | tuple[str, int]


def _nothing(_rows: Sequence[Any]) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Moderation:
    """What can be objected to in a room, and how that is judged at its desk.

    Attributes:
        name: what it is called in the names of the views: ``…_flagged``, ``…_judge``, ``…_keep``,
            ``…_show``.
        address: of the list; one thing's page stands below it by its id.
        permission: who may judge somewhere; the queries and services ask for the place.
        templates: of the list and of one thing's page; they extend those of ``moderation/``.
        flagged: what waits for somebody, a page of it after a cursor.
        one: one thing for who judges it.
        flags: what was said against it.
        author: who said it, by the id.
        hide, keep, show: the services.
        facts: what the templates need to know beside some of these things.
    """

    name: str
    address: str
    permission: Permission
    templates: tuple[str, str]
    flagged: Callable[[Principal, str | None], Page[Any]]
    one: Callable[[Principal, str], Any]
    flags: Callable[[str], Sequence[Any]]
    author: Callable[[Any], str]
    hide: Callable[[Principal, str, str], object]
    keep: Callable[[Principal, str], object]
    show: Callable[[Principal, str], object]
    facts: Callable[[Sequence[Any]], Mapping[str, Any]] = _nothing

    def register(self, blueprint: Blueprint) -> None:
        """Add the four views to a room's pages."""
        one = f"{self.address}/<id:{self.name}_id>"
        for ending, address, view, methods in (
            ("flagged", self.address, self._flagged, ["GET"]),
            ("judge", one, self._judge, ["GET", "POST"]),
            ("keep", f"{one}/keep", self._keep, ["POST"]),
            ("show", f"{one}/show", self._show, ["POST"]),
        ):
            guarded = requires(self.permission, anywhere=True)(_of_address(view))
            blueprint.add_url_rule(address, f"{self.name}_{ending}", guarded, methods=methods)

    def _flagged(self) -> Answer:
        """What somebody wants looked at."""
        page = self.flagged(the_principal(), cursor())
        facts = self.facts(page.items)
        return render_template(self.templates[0], page=page, to=self._to, **facts), 200

    def _judge(self, said_id: str) -> Answer:
        """One thing and what was said against it; sent, it is hidden with a reason."""
        actor, form = the_principal(), HideForm()
        row = self.one(actor, said_id)
        if filled_in(form, lambda: self.hide(actor, said_id, form.reason.data)):
            flash(_("Hidden. The reason stands in its place."), "success")
            return redirect(self._to("flagged"), SEE_OTHER)
        page = render_template(
            self.templates[1],
            said=row,
            flags=self.flags(said_id),
            own=self.author(row) == actor.id,
            form=form,
            to=self._to,
            **self.facts([row]),
        )
        return shown(form, page)

    def _keep(self, said_id: str) -> Answer:
        """Leave it as it is."""
        work = partial(self.keep, the_principal(), said_id)
        return press(work, _("It stays as it is."), self._to("flagged"))

    def _show(self, said_id: str) -> Answer:
        """Show what was hidden."""
        work = partial(self.show, the_principal(), said_id)
        return press(work, _("It is shown again."), self._to("judge", said_id))

    def _to(self, ending: str, said_id: str | None = None) -> str:
        """The address of one of these views, of the room that answers."""
        values: dict[str, Any] = {} if said_id is None else {f"{self.name}_id": said_id}
        return url_for(f".{self.name}_{ending}", **values)


def objected(form: FlagForm, work: Callable[[], str], page: Callable[[], str]) -> Answer:
    """Somebody says what is wrong with something, once for the form at hand.

    Args:
        form: what they say.
        work: the deed; it returns where to go on.
        page: with the form, as long as nothing was sent.
    """
    if address := filled_in_once(form, work):
        flash(_("Thank you. Somebody looks at it."), "success")
        return redirect(address, SEE_OTHER)
    return shown(form, page())


def _of_address(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """A view that takes the ids of its address by whatever name; a function of its own, to which
    the permission is pinned."""

    def answer(**values: str) -> Answer:
        return view(*values.values())

    return answer
