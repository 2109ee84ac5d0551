"""What can be read of people. Names and contacts go only to who asked for them by a reason."""

from portal.accounts.queries.api_keys import api_keys, system_behind
from portal.accounts.queries.belonging import belonging_to, some_belonging_to
from portal.accounts.queries.deeds import deeds_about
from portal.accounts.queries.finding import (
    PERSON,
    people_found,
    person_for,
    user_id_named,
)
from portal.accounts.queries.people import (
    Contact,
    age_on,
    closed_among,
    consenting,
    consents_of,
    contacts_of,
    display_names,
    facts_of,
    member_by_code,
    profile_of,
    residents_of,
    sessions_of,
    user_id_by_address,
    user_id_by_member_code,
)
from portal.accounts.queries.places import (
    claim_to_decide,
    claims_of,
    claims_waiting,
    count_claims_waiting,
    kind_of_claim,
    workplaces,
)
from portal.accounts.queries.residents import (
    claims_known_to,
    community_of_work,
    resident_for,
    residents_found,
    residents_of_community,
)
from portal.accounts.queries.roles import (
    GrantFilter,
    alone_in,
    grants_within,
    hats_of,
    holders_of,
    scopes_of,
)

__all__ = [
    "PERSON",
    "Contact",
    "GrantFilter",
    "age_on",
    "alone_in",
    "api_keys",
    "belonging_to",
    "claim_to_decide",
    "claims_known_to",
    "claims_of",
    "claims_waiting",
    "closed_among",
    "community_of_work",
    "consenting",
    "consents_of",
    "contacts_of",
    "count_claims_waiting",
    "deeds_about",
    "display_names",
    "facts_of",
    "grants_within",
    "hats_of",
    "holders_of",
    "kind_of_claim",
    "member_by_code",
    "people_found",
    "person_for",
    "profile_of",
    "resident_for",
    "residents_found",
    "residents_of",
    "residents_of_community",
    "scopes_of",
    "sessions_of",
    "some_belonging_to",
    "system_behind",
    "user_id_by_address",
    "user_id_by_member_code",
    "user_id_named",
    "workplaces",
]
