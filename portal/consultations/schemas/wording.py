"""What the API of proposals, texts of options and covenants takes and gives."""

from __future__ import annotations

from marshmallow import fields

from portal.consultations.rules.proposals import (
    LONGEST_SENTENCE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_WHY,
    MOST_MERGED,
    AmendmentStatus,
    MergerStatus,
    ProposalOrder,
    ProposalStatus,
)
from portal.core.schema import (
    Choice,
    Day,
    Flag,
    Identifier,
    Input,
    Instant,
    Items,
    Money,
    PageQuery,
    QueryWhole,
    Text,
    Whole,
)
from portal.core.summaries import NameSummary, RegionSummary

# --- what is asked --------------------------------------------------------------------------------


class ProposalsQuery(PageQuery):
    status = Choice(ProposalStatus)
    sort = Choice(ProposalOrder)


class AmendmentsQuery(PageQuery):
    status = Choice(AmendmentStatus)


class VersionQuery(Input):
    """Which version; the last one if none is named."""

    version = QueryWhole(least=1)


class NewProposal(Input):
    title = Text(shortest=1, longest=LONGEST_TITLE, required=True)
    text = Text(longest=LONGEST_TEXT, load_default="")
    cost = fields.Nested(Money, allow_none=True, load_default=None)


class NewMerger(NewProposal):
    """Which proposals become one, and what it says."""

    proposals = Items(Identifier(), least=2, most=MOST_MERGED, required=True)
    why = Text(shortest=1, longest=LONGEST_WHY, required=True)


class NewConsent(Input):
    agreed = Flag(required=True)


class NewVersion(Input):
    """``seen``: the version that was looked at, 0 where there was no text."""

    text = Text(shortest=1, longest=LONGEST_TEXT, required=True)
    why = Text(shortest=1, longest=LONGEST_WHY, required=True)
    seen = Whole(required=True)


class NewAmendment(Input):
    """A change to the sentence at ``position`` (from 0) of a version; an empty sentence takes the
    old one out."""

    version = Whole(least=1, required=True)
    position = Whole(most=LONGEST_TEXT, required=True)
    sentence = Text(longest=LONGEST_SENTENCE, required=True)
    why = Text(shortest=1, longest=LONGEST_WHY, required=True)


class NewCovenant(Input):
    """A covenant as it was before the portal, and since when."""

    text = Text(shortest=1, longest=LONGEST_TEXT, required=True)
    adopted_on = Day(required=True)


# --- what is answered -----------------------------------------------------------------------------


class _Page(Input):
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class Proposal(Input):
    """``answer`` is why it was declined, ``option_id`` what it became, ``merged_into`` the proposal
    of which it is a part; ``supported``: whether who asks supports it (null for strangers)."""

    id = Identifier(required=True)
    title = Text(longest=LONGEST_TITLE, required=True)
    text = Text(longest=LONGEST_TEXT, required=True)
    cost = fields.Nested(Money, required=True, allow_none=True)
    status = Choice(ProposalStatus, required=True)
    authors = fields.List(fields.Nested(NameSummary), required=True)
    supporters = Whole(required=True)
    supported = Flag(required=True, allow_none=True)
    created_at = Instant(required=True)
    answered_at = Instant(required=True, allow_none=True)
    answer = Text(longest=500, required=True, allow_none=True)
    option_id = Identifier(required=True, allow_none=True)
    merged_into = Identifier(required=True, allow_none=True)


class Proposals(_Page):
    items = fields.List(fields.Nested(Proposal), required=True)


class Consent(Input):
    """``agreed`` is null until the person has answered."""

    person = fields.Nested(NameSummary, required=True)
    agreed = Flag(required=True, allow_none=True)


class Merger(Input):
    id = Identifier(required=True)
    title = Text(longest=LONGEST_TITLE, required=True)
    text = Text(longest=LONGEST_TEXT, required=True)
    cost = fields.Nested(Money, required=True, allow_none=True)
    why = Text(longest=LONGEST_WHY, required=True)
    status = Choice(MergerStatus, required=True)
    proposals = fields.List(Identifier(), required=True)
    consents = fields.List(fields.Nested(Consent), required=True)
    result_id = Identifier(required=True, allow_none=True)
    created_at = Instant(required=True)


class Mergers(_Page):
    items = fields.List(fields.Nested(Merger), required=True)


class OptionText(Input):
    """``version`` is 0 where the option has no text; ``sentences`` are the text taken apart."""

    id = Identifier(required=True)
    title = Text(longest=200, required=True)
    cost = fields.Nested(Money, required=True, allow_none=True)
    version = Whole(required=True)
    text = Text(longest=LONGEST_TEXT, required=True)
    sentences = fields.List(Text(longest=LONGEST_TEXT), required=True)
    proposal_id = Identifier(required=True, allow_none=True)


class Version(Input):
    """``proposer``: whose change to a sentence it took up."""

    number = Whole(least=1, required=True)
    why = Text(longest=LONGEST_WHY, required=True)
    author = fields.Nested(NameSummary, required=True)
    proposer = fields.Nested(NameSummary, required=True, allow_none=True)
    created_at = Instant(required=True)


class Versions(_Page):
    items = fields.List(fields.Nested(Version), required=True)


class Amendment(Input):
    """``still_there``: whether the old sentence stands in the text as it is now."""

    id = Identifier(required=True)
    version = Whole(least=1, required=True)
    position = Whole(required=True)
    old_sentence = Text(longest=LONGEST_TEXT, required=True)
    new_sentence = Text(longest=LONGEST_SENTENCE, required=True)
    why = Text(longest=LONGEST_WHY, required=True)
    author = fields.Nested(NameSummary, required=True)
    created_at = Instant(required=True)
    status = Choice(AmendmentStatus, required=True)
    answer = Text(longest=500, required=True, allow_none=True)
    made_version = Whole(least=1, required=True, allow_none=True)
    still_there = Flag(required=True)


class Amendments(_Page):
    items = fields.List(fields.Nested(Amendment), required=True)


class CovenantDecision(Input):
    consultation_id = Identifier(required=True)
    title = Text(longest=80, required=True)
    decided_at = Instant(required=True)


class CovenantVersion(Input):
    """``decision`` is null for a first version that was entered as it was before."""

    number = Whole(least=1, required=True)
    text = Text(longest=LONGEST_TEXT, required=True)
    adopted_on = Day(required=True)
    decision = fields.Nested(CovenantDecision, required=True, allow_none=True)


class Covenant(CovenantVersion):
    region = fields.Nested(RegionSummary, required=True)


class CovenantVersions(_Page):
    items = fields.List(fields.Nested(CovenantVersion), required=True)
