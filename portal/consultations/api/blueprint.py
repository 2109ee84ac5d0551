"""Where the endpoints of consultations hang."""

from portal.core.endpoint import ApiBlueprint

api = ApiBlueprint("consultations", __name__, tag="Consultations")
