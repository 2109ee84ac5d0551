"""The pages of consultations: finding and understanding, talking, voting, checking."""

from portal.consultations.views import browse, outcome, voting
from portal.consultations.views.blueprint import blueprint

__all__ = ["blueprint", "browse", "outcome", "voting"]
