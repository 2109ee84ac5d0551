"""Lists of pages that are narrowed to one state: what the address asks for, and the tabs of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import request

from portal.core.i18n import gettext as _
from portal.core.pages import asked_alike, asked_for

PARAMETER = "state"

State = TypeVar("State", bound=StrEnum)


def narrowed_to(states: type[State]) -> State | None:
    """The state that the address asks for; None: everything."""
    asked = asked_for(PARAMETER)
    return states(asked) if asked in list(states) else None


def state_tabs(
    labels: Mapping[State, Any], numbers: Any, current: State | None
) -> list[dict[str, Any]]:
    """Everything and each state as a tab with its number, as ``ui.tabs`` takes them.

    Args:
        labels: what each state is called.
        numbers: has as many as there are of a state under the state's name, and ``all``.
    """
    here = asked_alike(request.path, without=PARAMETER)
    joint = "&" if "?" in here else "?"
    everything = {"label": _("All"), "url": here, "count": numbers.all, "current": current is None}
    return [
        everything,
        *(
            {
                "label": label,
                "url": f"{here}{joint}{PARAMETER}={state}",
                "count": getattr(numbers, state),
                "current": state is current,
            }
            for state, label in labels.items()
        ),
    ]
