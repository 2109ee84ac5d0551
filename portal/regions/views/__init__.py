"""The pages of this room: regions for everybody, grids for those who keep them."""

from portal.regions.views import desk, public
from portal.regions.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "public"]
