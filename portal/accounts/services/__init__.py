"""What can be done with accounts: one function a use case."""

from portal.accounts.services.api_keys import create_api_key, revoke_api_key
from portal.accounts.services.closing import close_account
from portal.accounts.services.consents import give_consent, withdraw_consent
from portal.accounts.services.forgetting import forget_what_is_over
from portal.accounts.services.passwords import change_password, request_reset, reset_password
from portal.accounts.services.places import (
    claim_home,
    claim_work,
    decline_claim,
    end_work,
    note_reading,
    verify_claim,
    withdraw_claim,
)
from portal.accounts.services.profile import (
    confirm_address,
    remove_address,
    request_address,
    set_display,
    update_profile,
)
from portal.accounts.services.registration import create_user, register, request_registration
from portal.accounts.services.roles import (
    grant_role,
    grant_role_as,
    require_granting,
    revoke_grant_as,
    revoke_role,
    scope_moved,
)
from portal.accounts.services.sessions import (
    Opened,
    end_other_sessions,
    end_session,
    open_session,
    sign_in,
    wear_hat,
)

__all__ = [
    "Opened",
    "change_password",
    "claim_home",
    "claim_work",
    "close_account",
    "confirm_address",
    "create_api_key",
    "create_user",
    "decline_claim",
    "end_other_sessions",
    "end_session",
    "end_work",
    "forget_what_is_over",
    "give_consent",
    "grant_role",
    "grant_role_as",
    "note_reading",
    "open_session",
    "register",
    "remove_address",
    "request_address",
    "request_registration",
    "request_reset",
    "require_granting",
    "reset_password",
    "revoke_api_key",
    "revoke_grant_as",
    "revoke_role",
    "scope_moved",
    "set_display",
    "sign_in",
    "update_profile",
    "verify_claim",
    "wear_hat",
    "withdraw_claim",
    "withdraw_consent",
]
