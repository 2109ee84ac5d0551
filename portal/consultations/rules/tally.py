"""Counting a board by the method that was fixed before opening."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from portal.consultations.rules import equal_shares, greedy, plurality, runoff, schulze
from portal.consultations.rules.ballots import BUDGET_METHODS, Choices, Method, Terms, check
from portal.consultations.rules.outcome import Standing, Step, Tally, Why
from portal.consultations.rules.ties import Lots, Tie, draw

OnCount = Callable[[int], None]


def tally(
    terms: Terms,
    genesis_hash: str,
    ballots: Sequence[Choices],
    on_count: OnCount = lambda _increases: None,
) -> Tally:
    """The outcome of a vote from its board alone: the terms, the genesis hash, the choices.

    The order of the ballots makes no difference. ``on_count`` is told of progress while equal
    shares are raised. Raises InvalidBallot if a ballot breaks the method's rule.
    """
    for ballot in ballots:
        check(terms, ballot)
    lots = draw(genesis_hash, ballots)
    if terms.method in BUDGET_METHODS:
        return _budget(terms, ballots, lots, on_count)
    return _COUNTS[terms.method](terms, ballots, lots)


def _plurality(terms: Terms, ballots: Sequence[Choices], lots: Lots) -> Tally:
    votes = plurality.votes(terms.option_ids, ballots)
    winner, tie = plurality.winner(votes, lots)
    winners = () if winner is None else (winner,)
    return Tally(
        len(ballots),
        _blank(ballots),
        _outcome(votes, winners),
        winners,
        lots.seed,
        ties=_used([tie]),
    )


def _runoff(terms: Terms, ballots: Sequence[Choices], lots: Lots) -> Tally:
    rounds = runoff.count(terms.option_ids, ballots, lots)
    winner = runoff.winner(rounds)
    return Tally(
        len(ballots),
        _blank(ballots),
        tuple(Standing(option_id, votes) for option_id, votes in runoff.ranking(rounds)),
        () if winner is None else (winner,),
        lots.seed,
        rounds=tuple(rounds),
        ties=_used(stage.tie for stage in rounds),
    )


def _schulze(terms: Terms, ballots: Sequence[Choices], lots: Lots) -> Tally:
    """``votes`` are first places: of the one round there is, with every option in."""
    pairwise, ties = schulze.rank(terms.option_ids, ballots, lots)
    first = plurality.votes(terms.option_ids, [ballot[:1] for ballot in ballots])
    voted = len(ballots) > _blank(ballots)
    return Tally(
        len(ballots),
        _blank(ballots),
        tuple(Standing(option_id, first[option_id]) for option_id in pairwise.ranking),
        pairwise.ranking[:1] if voted else (),
        lots.seed,
        pairwise=pairwise,
        ties=tuple(ties),
    )


def _budget(terms: Terms, ballots: Sequence[Choices], lots: Lots, on_count: OnCount) -> Tally:
    votes = plurality.votes(terms.option_ids, ballots)
    steps: list[Step]
    if terms.method is Method.BUDGET_GREEDY:
        steps, completion = greedy.fund(votes, terms.costs, terms.spendable, lots), None
    else:
        steps, completion = equal_shares.fund(terms.costs, terms.spendable, ballots, lots, on_count)
    winners = tuple(step.option_id for step in steps if step.why is Why.FUNDED)
    return Tally(
        len(ballots),
        _blank(ballots),
        _outcome(votes, winners),
        winners,
        lots.seed,
        steps=tuple(steps),
        completion=completion,
        ties=_used(step.tie for step in steps),
    )


_COUNTS: Mapping[Method, Callable[[Terms, Sequence[Choices], Lots], Tally]] = {
    Method.SINGLE: _plurality,
    Method.APPROVAL: _plurality,
    Method.RANKED: _runoff,
    Method.SCHULZE: _schulze,
}


def _blank(ballots: Sequence[Choices]) -> int:
    return sum(not ballot for ballot in ballots)


def _used(ties: Iterable[Tie | None]) -> tuple[Tie, ...]:
    return tuple(tie for tie in ties if tie is not None)


def _outcome(votes: Mapping[str, int], winners: Sequence[str]) -> tuple[Standing, ...]:
    """Winners first, then by votes; equal ones as they were printed."""
    order = sorted(votes, key=lambda option_id: (option_id not in winners, -votes[option_id]))
    return tuple(Standing(option_id, votes[option_id]) for option_id in order)
