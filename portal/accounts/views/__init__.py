"""The pages of this room: sign-in and sign-up, one's own account, the desk's part of it."""

from portal.accounts.views import account, entry, places, preferences, residents, roles
from portal.accounts.views.blueprint import blueprint

__all__ = ["account", "blueprint", "entry", "places", "preferences", "residents", "roles"]
