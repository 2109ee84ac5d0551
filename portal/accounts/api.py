"""Tokens, and who one is."""

from __future__ import annotations

from typing import Any

from flask import request

from portal.accounts import schemas, services
from portal.accounts.agents import summary_of
from portal.accounts.networks import network_of
from portal.accounts.rules import SessionKind
from portal.core.access import the_principal
from portal.core.clock import rfc3339
from portal.core.endpoint import ApiBlueprint
from portal.core.errors import NotFound
from portal.core.limits import SIGN_IN, limit
from portal.core.permissions import Permission
from portal.regions import queries as regions

api = ApiBlueprint("accounts", __name__, tag="Sign-in")


@api.write(
    "/tokens",
    permission=Permission.PUBLIC,
    body=schemas.Credentials,
    answer=schemas.Token,
    status=201,
    refusals=("invalid_credentials", "otp_required", "locked"),
    idempotent=False,
    transaction=False,
)
@limit(SIGN_IN)
def create_token(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in with a password; the token is told once."""
    agent = summary_of(request.headers.get("User-Agent", ""))
    opened = services.sign_in(
        body["login"],
        body["password"],
        SessionKind.TOKEN,
        agent,
        network=network_of(request.remote_addr),
    )
    return {"token": opened.secret, "expires_at": rfc3339(opened.expires_at)}


@api.write(
    "/tokens/current",
    method="DELETE",
    permission=Permission.SIGNED_IN,
)
def end_token() -> None:
    """End the token (or session) this request came with; it is dead at once."""
    actor = the_principal()
    if actor.session_id is None:
        raise NotFound
    services.end_session(actor.id, actor.session_id)


@api.read("/me", permission=Permission.SIGNED_IN, answer=schemas.Me)
def read_me() -> dict[str, Any]:
    """Who one is, where one lives, what one may do."""
    actor = the_principal()
    return {
        "id": actor.id,
        "member_code": actor.member_code,
        "name": actor.name,
        "locale": actor.locale,
        "home_region": regions.summary(actor.home_region) if actor.home_region else None,
        "verified": actor.verified,
        "roles": [
            {"role": grant.role, "scope": {"kind": grant.kind, "id": grant.scope_id}}
            for grant in actor.grants
        ],
    }
