"""What the API of consultations takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields

from portal.accounts.rules import Belonging
from portal.consultations.board import Disclosure
from portal.consultations.keys import MOST_SHARES
from portal.consultations.rules.ballots import MOST_OPTIONS, Method
from portal.consultations.rules.life import Change, Status
from portal.consultations.rules.majority import Majority
from portal.consultations.rules.outcome import Why
from portal.consultations.rules.proposals import LONGEST_TEXT, MOST_SUPPORTERS_ASKED
from portal.consultations.rules.ties import TIE_RULE, Decides
from portal.consultations.schemas.promises import MOST_COMMITMENTS, Commitment, NewCommitment
from portal.core.clock import clock
from portal.core.schema import (
    Choice,
    Day,
    Flag,
    Identifier,
    Input,
    Instant,
    Items,
    Money,
    Number,
    PageQuery,
    RegionCode,
    Text,
    Whole,
)
from portal.core.summaries import NameSummary, RegionSummary

MOST_AGE = 120
LONGEST_REASONS = 8_000
HASH_PATTERN = "^[0-9a-f]{64}$"
RECEIPT_PATTERN = "^[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{26}$"
TYPED_RECEIPT = "^[0-9A-Za-z -]{26,60}$"
ON_BOARD_PATTERN = "^(P-)?[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{26}(-[0-9]{1,9})?$"
MEMBER_CODE = "^[0-9A-Za-z -]{4,40}$"


class DayOrInstant(fields.Field[datetime]):
    """A day (its first instant in the portal's time zone) or an instant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.day, self.instant = Day(), Instant()
        either = [{"type": "string", **each.metadata} for each in (self.day, self.instant)]
        self.metadata = {"type": "string", "anyOf": either, **self.metadata}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        try:
            day: date = self.day.deserialize(value)
        except ValidationError:
            instant: datetime = self.instant.deserialize(value)
            return instant
        return clock.start_of(day)


# --- what is asked --------------------------------------------------------------------------------


class ConsultationsQuery(PageQuery):
    region = RegionCode()
    status = Choice(Status)


class NewOption(Input):
    title = Text(shortest=1, longest=200, required=True)
    cost = fields.Nested(Money, allow_none=True, load_default=None)
    text = Text(longest=LONGEST_TEXT, load_default="")


class RollRule(Input):
    """Who may vote: those whom the region’s staff have confirmed to live there, to work there, or
    one of both, of that age on the day of opening, confirmed before then."""

    by = Items(
        Choice(Belonging), least=1, most=len(Belonging), load_default=(Belonging.HOME.value,)
    )
    minimum_age = Whole(least=0, most=MOST_AGE, allow_none=True, load_default=None)
    verified_before = DayOrInstant(load_default=None)


class Trustees(Input):
    """How many hold a share of the key, and how many of them open the urn."""

    shares = Whole(least=1, most=MOST_SHARES, required=True)
    needed = Whole(least=1, most=MOST_SHARES, required=True)


class NewConsultation(Input):
    title = Text(shortest=1, longest=80, required=True)
    question = Text(shortest=1, longest=4_000, required=True)
    region_code = RegionCode(required=True)
    method = Choice(Method, required=True)
    options = Items(fields.Nested(NewOption), least=1, most=MOST_OPTIONS, required=True)
    budget = fields.Nested(Money, allow_none=True, load_default=None)
    max_choices = Whole(least=1, most=MOST_OPTIONS, allow_none=True, load_default=None)
    quorum = Number(least=0, most=1, load_default=0)
    majority = Choice(Majority, load_default=Majority.NONE.value)
    roll = fields.Nested(RollRule, allow_none=True, load_default=None)
    disclosure = Choice(Disclosure, load_default=Disclosure.TRACKABLE.value)
    trustees = fields.Nested(Trustees, allow_none=True, load_default=None)
    opens_at = Instant(allow_none=True, load_default=None)
    closes_at = Instant(allow_none=True, load_default=None)
    proposals_allowed = Flag(load_default=False)
    answer_threshold = Whole(
        least=1, most=MOST_SUPPORTERS_ASKED, allow_none=True, load_default=None
    )
    about_covenant = Flag(load_default=False)


class Reason(Input):
    reason = Text(shortest=1, longest=500, required=True)


class Shares(Input):
    """What the trustees' sheets say; nothing where the portal holds the key."""

    shares = Items(Text(shortest=1, longest=60), most=MOST_SHARES, load_default=())


class NewDecision(Input):
    accepted = Flag(required=True)
    reasons = Text(shortest=1, longest=LONGEST_REASONS, required=True)
    commitments = Items(fields.Nested(NewCommitment), most=MOST_COMMITMENTS, load_default=())


class NewBallot(Input):
    choices = Items(Identifier(), most=MOST_OPTIONS, required=True)
    receipt = Text(
        shortest=26, longest=60, pattern=TYPED_RECEIPT, allow_none=True, load_default=None
    )


class PaperBallot(Input):
    member_code = Text(shortest=4, longest=40, pattern=MEMBER_CODE, required=True)


class NewTally(Input):
    ballots = Items(Items(Identifier(), most=MOST_OPTIONS), most=None, required=True)


class NewRollChange(Input):
    change = Choice(Change, required=True)
    member_code = Text(shortest=4, longest=40, pattern=MEMBER_CODE, required=True)
    reason = Text(shortest=1, longest=500, required=True)


# --- what is answered -----------------------------------------------------------------------------


def _hash(**kwargs: Any) -> Text:
    return Text(shortest=64, longest=64, pattern=HASH_PATTERN, **{"required": True, **kwargs})


class Option(Input):
    id = Identifier(required=True)
    title = Text(longest=200, required=True)
    cost = fields.Nested(Money, required=True, allow_none=True)
    version = Whole(required=True)


class PublishedRule(Input):
    """The rule by which the roll is made when voting opens."""

    by = fields.List(Choice(Belonging), required=True)
    minimum_age = Whole(least=0, most=MOST_AGE, required=True, allow_none=True)
    verified_before = Instant(required=True, allow_none=True)


class RollSummary(Input):
    size = Whole(required=True)
    hash = _hash()


class TurnoutSoFar(Input):
    voted = Whole(required=True)
    share = Number(least=0, most=1, required=True, allow_none=True)


class Decision(Input):
    accepted = Flag(required=True)
    reasons = Text(longest=LONGEST_REASONS, required=True)
    decided_at = Instant(required=True)
    commitments = fields.List(fields.Nested(Commitment), required=True)


class Consultation(Input):
    id = Identifier(required=True)
    title = Text(longest=80, required=True)
    question = Text(longest=4_000, required=True)
    region = fields.Nested(RegionSummary, required=True)
    method = Choice(Method, required=True)
    max_choices = Whole(least=1, required=True, allow_none=True)
    options = fields.List(fields.Nested(Option), required=True)
    budget = fields.Nested(Money, required=True, allow_none=True)
    quorum = Number(least=0, most=1, required=True)
    majority = Choice(Majority, required=True)
    tie_rule = Choice([TIE_RULE], required=True)
    disclosure = Choice(Disclosure, required=True)
    trustees = fields.Nested(Trustees, required=True, allow_none=True)
    status = Choice(Status, required=True)
    reason = Text(longest=500, required=True, allow_none=True)
    opens_at = Instant(required=True, allow_none=True)
    closes_at = Instant(required=True, allow_none=True)
    roll = fields.Nested(RollSummary, required=True, allow_none=True)
    roll_rule = fields.Nested(PublishedRule, required=True, allow_none=True)
    turnout = fields.Nested(TurnoutSoFar, required=True)
    decision = fields.Nested(Decision, required=True, allow_none=True)
    proposals_allowed = Flag(required=True)
    answer_threshold = Whole(least=1, required=True, allow_none=True)
    about_covenant = Flag(required=True)
    study = Flag(required=True)


class Consultations(Input):
    items = fields.List(fields.Nested(Consultation), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class OpenedConsultation(Consultation):
    """``shares``: one for each trustee, shown now and never again."""

    shares = fields.List(Text(longest=40), required=True, allow_none=True)


class Receipt(Input):
    receipt = Text(shortest=26, longest=26, pattern=RECEIPT_PATTERN, required=True)


class TakenPaper(Input):
    way = Choice(["paper"], required=True)


class TalliedPaper(Input):
    ballots = Whole(required=True)


class RollChange(Input):
    change = Choice(Change, required=True)
    reason = Text(longest=500, required=True)
    changed_on = Day(required=True)


class Roll(Input):
    size = Whole(required=True)
    hash = _hash()
    keys = fields.List(_hash(), required=True)
    mine = _hash(allow_none=True)


class RollChanges(Input):
    """Every change after opening; ``opening_hash`` is the hash of the roll as it was opened."""

    opening_hash = _hash()
    items = fields.List(fields.Nested(RollChange), required=True)


class OnRoll(Input):
    key = _hash()
    resident = fields.Nested(NameSummary, required=True)


class AuditedRoll(Input):
    """``salt``, in hexadecimal, makes a key of an id."""

    salt = _hash()
    items = fields.List(fields.Nested(OnRoll), required=True)
    next_cursor = Text(longest=1000, required=True, allow_none=True)


class GenesisOption(Input):
    id = Identifier(required=True)
    cost = fields.Nested(Money, required=True, allow_none=True)


class Genesis(Input):
    consultation = Identifier(required=True)
    method = Choice(Method, required=True)
    max_choices = Whole(least=1, required=True, allow_none=True)
    budget = fields.Nested(Money, required=True, allow_none=True)
    options = fields.List(fields.Nested(GenesisOption), required=True)
    roll_hash = _hash()
    disclosure = Choice(Disclosure, required=True)
    study = Flag()


class ReceiptLine(Input):
    receipt = Text(longest=40, pattern=ON_BOARD_PATTERN, required=True)
    previous_hash = _hash()
    hash = _hash()


class ChoicesLine(Input):
    choices = fields.List(Identifier(), required=True)
    previous_hash = _hash()
    hash = _hash()


class Entry(Input):
    receipt = Text(longest=40, pattern=ON_BOARD_PATTERN, required=True)
    choices = fields.List(Identifier(), required=True)
    previous_hash = _hash()
    hash = _hash()


class Board(Input):
    """``entries`` where receipts stand beside choices, else ``receipts`` and ``choices``."""

    genesis = fields.Nested(Genesis, required=True)
    entries = fields.List(fields.Nested(Entry))
    receipts = fields.List(fields.Nested(ReceiptLine))
    choices = fields.List(fields.Nested(ChoicesLine))
    head_hash = _hash()


class ByWay(Input):
    online = Whole(required=True)
    paper = Whole(required=True)


class Turnout(Input):
    voted = Whole(required=True)
    share = Number(least=0, most=1, required=True, allow_none=True)
    by_way = fields.Nested(ByWay, required=True)


class Standing(Input):
    option_id = Identifier(required=True)
    votes = Whole(required=True)


class Round(Input):
    counts = fields.Dict(values=Whole(), required=True)
    exhausted = Whole(required=True)
    eliminated = Identifier(required=True, allow_none=True)


class Step(Input):
    option_id = Identifier(required=True)
    cost = fields.Nested(Money, required=True)
    paid_by = Whole(required=True)
    why = Choice(Why, required=True)


class Tie(Input):
    """A use of the lot: between which options, smallest lot first, and which one it hit."""

    decides = Choice(Decides, required=True)
    between = fields.List(Identifier(), required=True)
    taken = Identifier(required=True)


class Pairwise(Input):
    """How many ballots prefer one option to another, and how strong the strongest path is."""

    preferred = fields.Dict(values=fields.Dict(values=Whole()), required=True)
    strength = fields.Dict(values=fields.Dict(values=Whole()), required=True)
    ranking = fields.List(Identifier(), required=True)


class Completion(Input):
    """How far equal shares were raised; ``share`` in minor units, as an exact fraction."""

    share = Text(longest=100, required=True)
    increases = Whole(required=True)
    ended = Text(longest=20, required=True)


class MajorityVerdict(Input):
    """Whether the winner has its majority: ``votes`` of ``of``, where ``needed`` are enough."""

    rule = Choice(Majority, required=True)
    votes = Whole(required=True)
    needed = Whole(required=True)
    of = Whole(required=True)
    met = Flag(required=True)


class Results(Input):
    turnout = fields.Nested(Turnout, required=True)
    blank = Whole(required=True)
    quorum_met = Flag(required=True)
    majority = fields.Nested(MajorityVerdict, required=True, allow_none=True)
    outcome = fields.List(fields.Nested(Standing), required=True)
    winners = fields.List(Identifier(), required=True)
    rounds = fields.List(fields.Nested(Round))
    steps = fields.List(fields.Nested(Step))
    pairwise = fields.Nested(Pairwise)
    completion = fields.Nested(Completion)
    ties = fields.List(fields.Nested(Tie), required=True)
    tie_seed = _hash()
