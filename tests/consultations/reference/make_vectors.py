"""What pabutools funds: the reference that test_budgets.py holds the counts to.

Not part of the suite, as pabutools brings solvers and plotting with it. To make the vectors anew:

    python3.11 -m venv ../reference && ../reference/bin/pip install pabutools
    PYTHONPATH=. ../reference/bin/python tests/consultations/reference/make_vectors.py

The order by which pabutools breaks ties is the portal's lot.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pabutools  # type: ignore[import-not-found]
from gmpy2 import mpq  # type: ignore[import-not-found]
from pabutools.election import (  # type: ignore[import-not-found]
    ApprovalBallot,
    ApprovalProfile,
    Cost_Sat,
    Instance,
    Project,
)
from pabutools.rules import (  # type: ignore[import-not-found]
    exhaustion_by_budget_increase,
    greedy_utilitarian_welfare,
    method_of_equal_shares,
)
from pabutools.tiebreaking import TieBreakingRule  # type: ignore[import-not-found]

from portal.consultations.rules.ballots import Method
from portal.consultations.rules.ties import draw
from tests.consultations.instances import GENESIS, LARGE, Vote, budget_vote

SEEDS = [*range(800), *range(LARGE, LARGE + 6)]


def funded(vote: Vote) -> list[str]:
    """The options that pabutools funds, sorted."""
    projects = {
        option.id: Project(option.id, mpq(option.cost, 100)) for option in vote.terms.options
    }
    instance = Instance(projects.values(), budget_limit=mpq(vote.terms.budget, 100))
    profile = ApprovalProfile(
        [ApprovalBallot({projects[choice] for choice in ballot}) for ballot in vote.ballots],
        instance=instance,
    )
    lots = draw(GENESIS, vote.ballots)
    settings: dict[str, Any] = {
        "sat_class": Cost_Sat,
        "tie_breaking": TieBreakingRule(lambda _instance, _profile, one: lots.of(one.name)),
    }
    if vote.terms.method is Method.BUDGET_GREEDY:
        chosen = greedy_utilitarian_welfare(instance, profile, **settings)
    else:
        chosen = exhaustion_by_budget_increase(
            instance,
            profile.as_multiprofile(),
            method_of_equal_shares,
            settings,
            exhaustive_stop=False,
            budget_step=len(vote.ballots),
        )
    return sorted(project.name for project in chosen)


def main() -> None:
    vectors = {
        str(method): {str(seed): " ".join(funded(budget_vote(seed, method))) for seed in SEEDS}
        for method in (Method.BUDGET_GREEDY, Method.EQUAL_SHARES)
    }
    told = {"pabutools": pabutools.__version__, "funded": vectors}
    path = Path(__file__).with_name("pabutools.json")
    path.write_text(json.dumps(told, indent=0) + "\n")


if __name__ == "__main__":
    main()
