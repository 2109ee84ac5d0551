"""Filing a request: from a form to a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.accounts.queries import system_behind
from portal.core.errors import FieldError, Forbidden, Invalid, NotFound
from portal.core.i18n import lazy_gettext as _l
from portal.open311.reading import Sent
from portal.open311.rules import title_of
from portal.regions.queries import paths_of
from portal.suggestions import services
from portal.suggestions.queries import departments, places
from portal.suggestions.rules.attributes import Fault, read_answers
from portal.suggestions.rules.taking_in import Channel

_FAULTS = {
    Fault.UNKNOWN: _l("This service does not ask that."),
    Fault.MISSING: _l("This is needed."),
    Fault.ONE_ONLY: _l("Give one value."),
    Fault.NO_NUMBER: _l("This must be a number."),
    Fault.NO_DATE: _l("Write an instant like 2026-11-21T08:30:00Z."),
    Fault.NOT_LISTED: _l("This is none of the values."),
    Fault.TOO_LONG: _l("This text is too long."),
}


def system_of(key: str | None) -> str:
    """The name of the system that files.

    Raises:
        Forbidden: there is no key, or it opens nothing.
    """
    system = system_behind(key) if key else None
    if system is None:
        raise Forbidden(_l("The api_key is missing or not valid: a request needs one."))
    return system


def jurisdiction_of(code: str | None) -> str | None:
    """A part of the city, by its region's code; None for all that the portal serves.

    Raises:
        NotFound: there is no such jurisdiction.
    """
    if code is not None and not paths_of([code]):
        raise NotFound(_l("There is no jurisdiction with this jurisdiction_id."))
    return code


def file_request(system: str, form: Sent) -> services.Received:
    """Take a request in.

    Raises:
        NotFound: there is no such service or jurisdiction.
        Invalid: something in it is missing or does not fit, each with its field.
    """
    values = form.read()
    category = departments.category(values["service_code"])
    if category is None:
        raise NotFound(_l("There is no service with this service_code."))
    contact = services.Contact(
        **{
            name: values[name]
            for name in ("email", "first_name", "last_name", "phone", "device_id", "account_id")
        }
    )
    report = services.Report(
        category=category.code,
        title=title_of(values["description"], category.name),
        description=values["description"],
        region_code=_region(values),
        latitude=values["lat"],
        longitude=values["long"],
        anonymous=not contact.names_somebody,
        channel=Channel.OPEN311,
        attributes=_answers(category, form),
    )
    source = services.Source(
        system, address=values["address_string"], media_url=values["media_url"]
    )
    return services.receive_from(source, report, contact)


def _answers(category: Any, form: Sent) -> Mapping[str, Any]:
    read = read_answers(category.attributes, form.answers)
    if read.faults:
        raise Invalid(
            errors=[FieldError(f"attribute[{code}]", _FAULTS[fault])
                    for code, fault in read.faults.items()]
        )  # fmt: skip
    return read.values


def _region(values: Mapping[str, Any]) -> str:
    """Where a request belongs: by address_id, by a community's name in the address, by the nearest
    case; else to the whole jurisdiction, whose dispatcher knows."""
    jurisdiction = jurisdiction_of(values["jurisdiction_id"]) or places.the_only_city()
    _refuse_nowhere(values)
    if values["address_id"] is not None:
        return _by_id(values["address_id"], jurisdiction)
    found = None
    if values["address_string"] is not None:
        found = places.named_in(values["address_string"], jurisdiction)
    if found is None and values["lat"] is not None:
        found = places.nearest_region(values["lat"], values["long"], jurisdiction)
    if found is None and jurisdiction is None:
        raise Invalid.field("jurisdiction_id", _l("This is needed: there are several cities here."))
    return str(found or jurisdiction)


def _refuse_nowhere(values: Mapping[str, Any]) -> None:
    for given, missing in (("lat", "long"), ("long", "lat")):
        if values[given] is not None and values[missing] is None:
            raise Invalid.field(missing, _l("A place has both coordinates."))
    if all(values[name] is None for name in ("lat", "address_string", "address_id")):
        raise Invalid.field("lat", _l("Give lat and long, or address_string, or address_id."))


def _by_id(code: str, jurisdiction: str | None) -> str:
    path = paths_of([code]).get(code)
    if path is None or (jurisdiction is not None and jurisdiction not in path):
        raise Invalid.field("address_id", _l("There is no such region."))
    return code
