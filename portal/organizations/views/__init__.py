"""The pages of this room: for everybody, for those who manage an organization, and the desk's."""

from portal.organizations.views import applying, desk, managing, praise, public
from portal.organizations.views.blueprint import blueprint

__all__ = ["applying", "blueprint", "desk", "managing", "praise", "public"]
