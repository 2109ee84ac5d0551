"""The texts of options: read, changed in versions, amended sentence by sentence."""

from __future__ import annotations

from typing import Any

from portal.consultations import schemas, services
from portal.consultations.api.blueprint import api
from portal.consultations.api.consultations import money
from portal.consultations.queries import consultations, wording
from portal.consultations.rules.sentences import place_now, sentences
from portal.core.access import current_principal, the_principal
from portal.core.clock import rfc3339
from portal.core.permissions import Permission
from portal.core.schema import PageQuery

OPTION = "/consultations/<id:consultation_id>/options/<id:option_id>"
AMENDMENT = f"{OPTION}/amendments/<id:amendment_id>"


@api.read(
    OPTION, permission=Permission.PUBLIC, query=schemas.VersionQuery, answer=schemas.OptionText
)
def get_option(consultation_id: str, option_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """One option with its text, as it is or as it was in a version."""
    return _option(_visible(consultation_id, option_id), query.get("version"))


@api.read(
    f"{OPTION}/versions", permission=Permission.PUBLIC, query=PageQuery, answer=schemas.Versions
)
def list_option_versions(
    consultation_id: str, option_id: str, query: dict[str, Any]
) -> dict[str, Any]:
    """Who changed an option’s text, when and why; newest first."""
    option = _visible(consultation_id, option_id)
    return wording.versions_page(option.id, **query).as_json(_version)


@api.write(
    f"{OPTION}/versions",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.NewVersion,
    answer=schemas.OptionText,
    status=201,
    refusals=("wrong_state",),
)
def reword_option(consultation_id: str, option_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write an option’s text anew, during the discussion."""
    services.reword(
        the_principal(), consultation_id, option_id, body["text"], body["why"], seen=body["seen"]
    )
    return _option(wording.option(consultation_id, option_id), None)


@api.read(
    f"{OPTION}/amendments",
    permission=Permission.PUBLIC,
    query=schemas.AmendmentsQuery,
    answer=schemas.Amendments,
)
def list_amendments(consultation_id: str, option_id: str, query: dict[str, Any]) -> dict[str, Any]:
    """Changes to sentences that residents propose, newest first; of one state, or all."""
    option = _visible(consultation_id, option_id)
    status = query.pop("status", None)
    page = wording.amendments_page(option.id, statuses=[status] if status else (), **query)
    texts = wording.texts_at(option.id, {each.number for each in page.items})
    return page.as_json(lambda each: _amendment(each, texts[each.number], option.text))


@api.write(
    f"{OPTION}/amendments",
    permission=Permission.SIGNED_IN,
    body=schemas.NewAmendment,
    answer=schemas.Amendment,
    status=201,
    refusals=("wrong_state", "sentence_changed"),
)
def amend_option(consultation_id: str, option_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Propose a change to a sentence: verified residents of the region."""
    amended = services.Amended(
        number=body["version"],
        position=body["position"],
        sentence=body["sentence"],
        why=body["why"],
    )
    amendment_id = services.amend(the_principal(), consultation_id, option_id, amended)
    return _one_amendment(consultation_id, option_id, amendment_id)


@api.write(
    f"{AMENDMENT}/accept",
    permission=Permission.CONSULTATION_MANAGE,
    answer=schemas.Amendment,
    refusals=("wrong_state", "sentence_changed"),
)
def accept_amendment(consultation_id: str, option_id: str, amendment_id: str) -> dict[str, Any]:
    """Take a change into the text; the new version names who proposed it."""
    services.accept_amendment(the_principal(), consultation_id, option_id, amendment_id)
    return _one_amendment(consultation_id, option_id, amendment_id)


@api.write(
    f"{AMENDMENT}/reject",
    permission=Permission.CONSULTATION_MANAGE,
    body=schemas.Reason,
    answer=schemas.Amendment,
    refusals=("wrong_state",),
)
def reject_amendment(
    consultation_id: str, option_id: str, amendment_id: str, body: dict[str, Any]
) -> dict[str, Any]:
    """Leave a sentence as it is, and say why."""
    services.reject_amendment(
        the_principal(), consultation_id, option_id, amendment_id, body["reason"]
    )
    return _one_amendment(consultation_id, option_id, amendment_id)


# --- as the API writes it -------------------------------------------------------------------------


def _visible(consultation_id: str, option_id: str) -> Any:
    row = consultations.visible(current_principal(), consultation_id)
    return wording.option(row.id, option_id)


def _option(option: Any, number: int | None) -> dict[str, Any]:
    text = option.text if number is None else wording.text_of(option.id, number)
    return {
        "id": option.id,
        "title": option.title,
        "cost": money(option.cost),
        "version": option.version if number is None else number,
        "text": text,
        "sentences": sentences(text),
        "proposal_id": option.proposal_id,
    }


def _version(row: Any) -> dict[str, Any]:
    proposer = {"id": row.proposer_id, "name": row.proposer_name} if row.proposer_id else None
    return {
        "number": row.number,
        "why": row.why,
        "author": {"id": row.author_id, "name": row.author_name},
        "proposer": proposer,
        "created_at": rfc3339(row.created_at),
    }


def _one_amendment(consultation_id: str, option_id: str, amendment_id: str) -> dict[str, Any]:
    option = wording.option(consultation_id, option_id)
    row = wording.amendment(option.id, amendment_id)
    return _amendment(row, wording.text_of(option.id, row.number), option.text)


def _amendment(row: Any, then: str, present: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.number,
        "position": row.position,
        "old_sentence": row.old_sentence,
        "new_sentence": row.new_sentence,
        "why": row.why,
        "author": {"id": row.author_id, "name": row.author_name},
        "created_at": rfc3339(row.created_at),
        "status": row.status,
        "answer": row.answer,
        "made_version": row.made_version,
        "still_there": place_now(then, row.position, present) is not None,
    }
