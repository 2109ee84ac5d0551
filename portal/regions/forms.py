"""The forms of this room."""

from __future__ import annotations

from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length

from portal.core.forms import Form, half_width
from portal.core.i18n import lazy_gettext as _l
from portal.regions.rules import LONGEST_NAME, GridKind
from portal.regions.words import GRID_KINDS


def _digits(text: str | None) -> str | None:
    return half_width(text).replace(" ", "") if text else text


class GridForm(Form):
    name = StringField(
        _l("Name"),
        [
            InputRequired(_l("Write the name that people know the grid by.")),
            Length(max=LONGEST_NAME),
        ],
    )
    kind = RadioField(
        _l("Kind of grid"),
        [InputRequired(_l("Choose the kind."))],
        choices=[SelectChoice(value=str(kind), label=GRID_KINDS[kind]) for kind in GridKind],
        description=_l(
            "A general grid is a part of the community. A dedicated one is a place with people "
            "of its own: a market, a school, a plant."
        ),
    )


class NewGridForm(GridForm):
    code = StringField(
        _l("Region code"),
        [InputRequired(_l("Write the fifteen digits.")), Length(max=20)],
        filters=[_digits],
        description=_l("The community’s twelve digits and three more: the next free number."),
    )
