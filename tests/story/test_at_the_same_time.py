"""A hundred at once, through two server processes: exactly one effect each, and the books agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from typing import Any

import pytest

from tests.running import Answer, Caller, RunningPortal, running_portal
from tests.story.test_the_loop_by_api import (
    COMMUNITY,
    in_a_quiet_hour,
    instant,
    scope_of,
)
from tests.templates import RESIDENTS

HUNDRED = RESIDENTS

pytestmark = [pytest.mark.parallel, pytest.mark.slow]


class Town:
    """Two servers on one database, and a hundred neighbours signed in on one or the other."""

    def __init__(self, portal: RunningPortal) -> None:
        self.portal = portal
        self.ports = [portal.start(), portal.start()]
        at = cycle(self.ports)
        with ThreadPoolExecutor(8) as pool:
            self.neighbours = list(
                pool.map(
                    lambda pair: Caller(pair[1]).sign_in(f"resident{pair[0]}@demo.example"),
                    [(n, next(at)) for n in range(1, HUNDRED + 1)],
                )
            )
        self.owner = self.sign_in("owner")
        self.till = self.sign_in("merchant")

    def sign_in(self, name: str) -> Caller:
        return self.portal.caller().sign_in(f"{name}@demo.example")

    def everywhere(self, caller: Caller) -> list[Caller]:
        """A hundred connections of one person, spread over the servers."""
        at = cycle(self.ports)
        return [Caller(next(at), caller.token) for _ in range(HUNDRED)]

    def verify(self) -> None:
        done = self.portal.flask("ledger", "verify", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with running_portal(folder) as portal:
        portal.set_clock(in_a_quiet_hour() - timedelta(days=1))
        yield Town(portal)


def at_once(callers: list[Caller], ask: Callable[[Caller], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(len(callers)) as pool:
        return list(pool.map(ask, callers))


def outcomes(answers: list[Answer]) -> Counter[str]:
    """How often each word came back: a status of success, or a refusal's code."""
    assert all(answer.status < 500 for answer in answers)
    return Counter(
        answer.json["code"] if answer.status >= 400 else answer.json.get("status", "done")
        for answer in answers
    )


def new_offer(town: Town, **limits: Any) -> str:
    merchant = scope_of(town.owner, "merchant_owner")
    offer = town.owner.must(
        "POST",
        f"/merchants/{merchant}/offers",
        {
            "title": "最后一份",
            "description": "先到先得。",
            "kind": "gift",
            "points": 1,
            "valid_from": instant(in_a_quiet_hour() - timedelta(days=2)),
            **limits,
        },
        status=201,
    )
    published = town.owner.must("POST", f"/offers/{offer['id']}/publish")
    if published["status"] == "in_review":
        town.sign_in("committee").must("POST", f"/offers/{offer['id']}/approve")
    return str(offer["id"])


def test_the_last_place_is_taken_once_and_the_others_queue_in_order(town: Town) -> None:
    host = town.sign_in("organization")
    draft = host.must(
        "POST",
        "/activities",
        {
            "title": "一个名额",
            "description": "只差一个人。",
            "category": "environment",
            "organization_id": scope_of(host, "organization_manager"),
            "region_code": COMMUNITY,
            "shifts": [
                {
                    "starts_at": instant(in_a_quiet_hour() + timedelta(days=3)),
                    "ends_at": instant(in_a_quiet_hour() + timedelta(days=3, hours=1)),
                    "capacity": 1,
                }
            ],
        },
        status=201,
    )
    published = host.must("POST", f"/activities/{draft['id']}/publish")
    assert published["status"] == "published"
    shift = draft["shifts"][0]["id"]

    answers = at_once(town.neighbours, lambda each: each.post(f"/shifts/{shift}/signups"))

    assert outcomes(answers) == {"confirmed": 1, "waitlisted": HUNDRED - 1}
    seen = host.must("GET", f"/activities/{draft['id']}")["shifts"][0]
    assert (seen["places_left"], seen["waitlisted"]) == (0, HUNDRED - 1)
    town.verify()


def test_the_last_unit_is_sold_once(town: Town) -> None:
    offer = new_offer(town, stock=1)

    answers = at_once(town.neighbours, lambda each: each.post(f"/offers/{offer}/vouchers"))

    words = outcomes(answers)
    assert words["issued"] == 1
    assert words["issued"] + words["out_of_stock"] + words["insufficient_points"] == HUNDRED
    assert town.owner.must("GET", f"/offers/{offer}")["stock_left"] == 0
    town.verify()


def test_one_voucher_is_redeemed_once(town: Town) -> None:
    voucher = town.neighbours[0].must("POST", f"/offers/{new_offer(town)}/vouchers", status=201)
    answers = at_once(
        town.everywhere(town.till),
        lambda each: each.post("/vouchers/redeem", {"code": voucher["code"]}),
    )
    assert outcomes(answers) == {"redeemed": 1, "already_redeemed": HUNDRED - 1}
    town.verify()


def test_a_limit_of_one_is_kept(town: Town) -> None:
    offer = new_offer(town, per_resident_limit=1)
    answers = at_once(
        town.everywhere(town.neighbours[1]), lambda each: each.post(f"/offers/{offer}/vouchers")
    )
    assert outcomes(answers) == {"issued": 1, "limit_reached": HUNDRED - 1}
    town.verify()


def test_one_balance_is_spent_once(town: Town) -> None:
    giver, taker = town.neighbours[2], town.neighbours[3]
    balance = giver.must("GET", "/me/points")["balance"]
    before = taker.must("GET", "/me/points")["balance"]
    code = taker.must("GET", "/me")["member_code"]

    answers = at_once(
        town.everywhere(giver),
        lambda each: each.post("/me/points/gifts", {"to_member": code, "amount": balance}),
    )

    assert outcomes(answers) == {"done": 1, "insufficient_points": HUNDRED - 1}
    assert giver.must("GET", "/me/points")["balance"] == 0
    assert taker.must("GET", "/me/points")["balance"] == before + balance
    town.verify()


def test_one_key_has_one_effect_and_one_answer(town: Town) -> None:
    giver, taker = town.neighbours[4], town.neighbours[5]
    balance = giver.must("GET", "/me/points")["balance"]
    gift = {"to_member": taker.must("GET", "/me")["member_code"], "amount": 1}

    answers = at_once(
        town.everywhere(giver), lambda each: each.post("/me/points/gifts", gift, key="one-key")
    )

    assert {answer.status for answer in answers} <= {201, 409}
    given = {answer.json["transaction_id"] for answer in answers if answer.status == 201}
    assert len(given) == 1
    assert all(a.json["code"] == "in_progress" for a in answers if a.status == 409)
    assert giver.must("GET", "/me/points")["balance"] == balance - 1
    town.verify()
