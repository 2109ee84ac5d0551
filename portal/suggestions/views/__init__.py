"""The pages of suggestions: reading, reporting, following, judging."""

from portal.suggestions.views import counter, mapping, mine, patrol, public, reporting
from portal.suggestions.views.blueprint import blueprint

__all__ = ["blueprint", "counter", "mapping", "mine", "patrol", "public", "reporting"]
