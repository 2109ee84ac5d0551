"""Suggestions in the JSON API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339
from portal.core.endpoint import ApiBlueprint
from portal.core.endpoint_files import Files
from portal.core.limits import CASES, PHOTOS, limit
from portal.core.permissions import Permission
from portal.suggestions import schemas, services, telling
from portal.suggestions.queries import cases, contacts, departments, photos, statistics
from portal.suggestions.rules.machine import Outcome, Status
from portal.suggestions.rules.photos import MOST_PHOTOS
from portal.suggestions.rules.taking_in import Visibility
from portal.suggestions.uploads import FIELD, forget_photo, keep_photo, photo_path

api = ApiBlueprint("suggestions", __name__, tag="Suggestions")

_WRONG = ("wrong_state",)


@api.read(
    "/suggestion-categories",
    permission=Permission.PUBLIC,
    query=schemas.RegionQuery,
    answer=schemas.Categories,
)
def list_suggestion_categories(query: dict[str, Any]) -> dict[str, Any]:
    """What suggestions can be about, who answers and in how many working days."""
    return departments.categories(query.pop("region", None), **query).as_json(telling.category)


@api.read(
    "/departments",
    permission=Permission.PUBLIC,
    query=schemas.RegionQuery,
    answer=schemas.Departments,
)
def list_departments(query: dict[str, Any]) -> dict[str, Any]:
    """The departments of a region and all below it."""
    return departments.page(query.pop("region", None), **query).as_json(telling.department)


@api.read(
    "/suggestions",
    permission=Permission.PUBLIC,
    query=schemas.SuggestionsQuery,
    answer=schemas.Suggestions,
)
def list_suggestions(query: dict[str, Any]) -> dict[str, Any]:
    """Public suggestions, and those that are yours or in your hands; the newest first."""
    status, overdue = query.pop("status", None), query.pop("overdue", None)
    filters = cases.Filters(
        region=query.pop("region", None),
        status=Status(status) if status else None,
        category=query.pop("category", None),
        q=query.pop("q", None),
        overdue=overdue == "true" if overdue else None,
    )
    page = cases.page(current_principal(), filters, **query)
    ids = [row.id for row in page.items]
    history, pictures = cases.history_of(ids), photos.photos_of(ids)
    return page.as_json(lambda row: telling.case(row, history, pictures))


@api.read(
    "/suggestions/<id:suggestion_id>", permission=Permission.PUBLIC, answer=schemas.Suggestion
)
def get_suggestion(suggestion_id: str) -> dict[str, Any]:
    """One suggestion, with all that has happened to it."""
    return telling.whole(cases.visible(current_principal(), suggestion_id))


@api.write(
    "/suggestions",
    permission=Permission.SIGNED_IN,
    body=schemas.NewSuggestion,
    answer=schemas.Received,
    status=201,
)
@limit(CASES)
def report_suggestion(body: dict[str, Any]) -> dict[str, Any]:
    """Report what is wrong or could be better."""
    visibility = Visibility(body.pop("visibility"))
    received = services.receive(the_principal(), services.Report(visibility=visibility, **body))
    return {
        "id": received.id,
        "number": received.number,
        "status": received.status,
        "due_at": rfc3339(received.due_at),
    }


@api.read(
    "/suggestions/<id:suggestion_id>/contact",
    permission=Permission.SIGNED_IN,
    answer=schemas.Contact,
)
def get_suggestion_contact(suggestion_id: str) -> dict[str, Any]:
    """How to reach who reported without an account; for those who handle the suggestion."""
    return dict(contacts.contact_of(the_principal(), suggestion_id)._mapping)


@limit(PHOTOS)
def _admit_photos(suggestion_id: str) -> None:
    services.admit(the_principal(), suggestion_id)


@api.upload(
    "/suggestions/<id:suggestion_id>/photos",
    permission=Permission.SIGNED_IN,
    files=Files(  # the contract names no field: what other programs call it is taken as well
        FIELD, MOST_PHOTOS, keep_photo, forget_photo, _admit_photos, also=("photos", "file")
    ),
    answer=schemas.Suggestion,
    refusals=(*_WRONG, "enough_photos"),
)
def add_suggestion_photos(suggestion_id: str, names: list[str]) -> dict[str, Any]:
    """Show how it looks: with one’s report, or as the department that works on it."""
    services.add_photos(the_principal(), suggestion_id, names)
    return telling.as_it_is(suggestion_id)


@api.picture(
    "/suggestions/<id:suggestion_id>/photos/<id:photo_id>",
    permission=Permission.PUBLIC,
    query=schemas.PhotoQuery,
)
def get_suggestion_photo(
    suggestion_id: str, photo_id: str, query: dict[str, Any]
) -> tuple[Path, bool]:
    """A picture of a suggestion, for whoever may see that."""
    row = photos.visible(current_principal(), suggestion_id, photo_id)
    path = photo_path(row.name, small=query["size"] == "small")
    return path, row.visibility == Visibility.PUBLIC


@api.write(
    "/suggestions/<id:suggestion_id>/photos/<id:photo_id>",
    method="DELETE",
    permission=Permission.SIGNED_IN,
    refusals=_WRONG,
)
def remove_suggestion_photo(suggestion_id: str, photo_id: str) -> None:
    """Take back a picture before somebody works with it."""
    services.remove_photo(the_principal(), suggestion_id, photo_id)


@api.write(
    "/suggestions/<id:suggestion_id>/dispatch",
    permission=Permission.SUGGESTION_DISPATCH,
    body=schemas.Dispatching,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def dispatch_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Give a suggestion to a department."""
    services.dispatch(the_principal(), suggestion_id, body["department_id"], body["note"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/reject",
    permission=Permission.SUGGESTION_DISPATCH,
    body=schemas.WithReason,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def reject_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Reject a suggestion, with a reason."""
    services.reject(the_principal(), suggestion_id, body["reason"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/merge",
    permission=Permission.SUGGESTION_DISPATCH,
    body=schemas.Merging,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def merge_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Merge a suggestion into another that says the same."""
    services.merge(the_principal(), suggestion_id, body["into"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/split",
    permission=Permission.SUGGESTION_DISPATCH,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def split_suggestion(suggestion_id: str) -> dict[str, Any]:
    """Undo a merger."""
    services.split(the_principal(), suggestion_id)
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/whistle",
    permission=Permission.SUGGESTION_DISPATCH,
    body=schemas.Whistling,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def whistle_for_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Call departments to a suggestion, each of which reports in by a time."""
    services.whistle(the_principal(), suggestion_id, body["department_ids"], body["report_by"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/accept",
    permission=Permission.SUGGESTION_HANDLE,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def accept_suggestion(suggestion_id: str) -> dict[str, Any]:
    """Accept a suggestion for one’s department."""
    services.accept(the_principal(), suggestion_id)
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/return",
    permission=Permission.SUGGESTION_HANDLE,
    body=schemas.Returning,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def return_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a suggestion that is another department’s."""
    services.give_back(
        the_principal(), suggestion_id, body["reason"], body["proposed_department_id"]
    )
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/progress",
    permission=Permission.SUGGESTION_HANDLE,
    body=schemas.WithNote,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def progress_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say how work on a suggestion goes on."""
    services.progress(the_principal(), suggestion_id, body["note"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/answer",
    permission=Permission.SUGGESTION_HANDLE,
    body=schemas.Answering,
    answer=schemas.Suggestion,
    refusals=(*_WRONG, "photo_needed"),
)
def answer_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Answer a suggestion, or finish the part for which one’s department was called."""
    services.answer(the_principal(), suggestion_id, Outcome(body["outcome"]), body["text"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/report-in",
    permission=Permission.SUGGESTION_HANDLE,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def report_in_for_suggestion(suggestion_id: str) -> dict[str, Any]:
    """Report in with a department that was called."""
    services.report_in(the_principal(), suggestion_id)
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/escalate",
    permission=Permission.SUGGESTION_SUPERVISE,
    body=schemas.WithNote,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def escalate_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Take a suggestion one level of supervision up."""
    services.escalate(the_principal(), suggestion_id, body["note"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/close",
    permission=Permission.SUGGESTION_SUPERVISE,
    body=schemas.WithReason,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def close_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Close a suggestion, with a reason."""
    services.close(the_principal(), suggestion_id, body["reason"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/support",
    permission=Permission.VERIFIED_RESIDENT,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def support_suggestion(suggestion_id: str) -> dict[str, Any]:
    """Support a suggestion; each person counts once."""
    services.support(the_principal(), suggestion_id)
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/confirm",
    permission=Permission.SIGNED_IN,
    body=schemas.Judging,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def confirm_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Judge the answer to one’s suggestion, which closes it."""
    services.confirm(the_principal(), suggestion_id, body["score"])
    return telling.as_it_is(suggestion_id)


@api.write(
    "/suggestions/<id:suggestion_id>/reopen",
    permission=Permission.SIGNED_IN,
    body=schemas.WithReason,
    answer=schemas.Suggestion,
    refusals=_WRONG,
)
def reopen_suggestion(suggestion_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Reopen one’s suggestion that is not done."""
    services.reopen(the_principal(), suggestion_id, body["reason"])
    return telling.as_it_is(suggestion_id)


@api.read(
    "/statistics/suggestions",
    permission=Permission.PUBLIC,
    query=schemas.StatisticsQuery,
    answer=schemas.Rates,
)
def suggestion_statistics(query: dict[str, Any]) -> dict[str, Any]:
    """How suggestions received in some days stand now."""
    counts = statistics.counts(current_principal(), statistics.Narrowing(**query))
    return {
        "received": counts.received,
        "accepted_rate": counts.accepted_rate,
        "on_time_rate": counts.on_time_rate,
        "closed_rate": counts.closed_rate,
        "satisfied_rate": counts.satisfied_rate,
        "overdue": counts.overdue,
    }
