"""A region as a filter of a list: chosen by its name, whatever its level."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from portal.core.pages import asked_alike
from portal.regions.queries import names_of

CHOSEN_AS = "region"
_LONGEST_CODE = 15


@dataclass(frozen=True)
class RegionFilter:
    """The region that a list is narrowed to ("" if to none), and where to choose another or none:
    what else the address asks for stays."""

    code: str
    name: str
    choose_url: str
    anywhere_url: str


def region_asked_for(start: str = "", *, otherwise: str = "") -> RegionFilter:
    """The region in the page's address; what cannot be a code counts as not given.

    Args:
        start: the code of the region where who chooses one begins; "": at the top.
        otherwise: the region of an address that says nothing, not even that it wants none.
    """
    code = request.args.get(CHOSEN_AS, otherwise).strip()
    if not (code.isascii() and code.isdigit() and len(code) <= _LONGEST_CODE):
        code = ""
    here = asked_alike(request.path, without=CHOSEN_AS)
    joint = "&" if "?" in here else "?"
    return RegionFilter(
        code=code,
        name=names_of([code]).get(code, code) if code else "",
        choose_url=url_for("regions.choose", any=1, next=here, at=start or None),
        anywhere_url=request.script_root + here + (f"{joint}{CHOSEN_AS}=" if otherwise else ""),
    )
