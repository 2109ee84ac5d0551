"""``kill -9`` in a stream of redemptions: nothing answered is lost, nothing doubled."""

from __future__ import annotations

import http.client
import os
import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.running import Caller, RunningPortal, running_portal
from tests.story.test_the_loop_by_api import in_a_quiet_hour, instant, scope_of

KILLS = int(os.environ.get("KILLS", "50"))
TILLS = 4
VOUCHERS = 40

pytestmark = [pytest.mark.parallel, pytest.mark.slow]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    with running_portal(tmp_path_factory.mktemp("killed")) as running:
        running.set_clock(in_a_quiet_hour() - timedelta(days=1))
        yield running


def sell(portal: RunningPortal, port: int, count: int) -> list[str]:
    """``count`` vouchers of one point each, issued to the demo's residents in turn."""
    owner = Caller(port).sign_in("owner@demo.example")
    merchant = scope_of(owner, "merchant_owner")
    offer = owner.must(
        "POST",
        f"/merchants/{merchant}/offers",
        {
            "title": "一杯茶",
            "description": "热茶一杯。",
            "kind": "gift",
            "points": 1,
            "valid_from": instant(in_a_quiet_hour() - timedelta(days=2)),
        },
        status=201,
    )
    if owner.must("POST", f"/offers/{offer['id']}/publish")["status"] == "in_review":
        committee = Caller(port).sign_in("committee@demo.example")
        committee.must("POST", f"/offers/{offer['id']}/approve")
    buyers = [Caller(port).sign_in(f"resident{n}@demo.example") for n in range(1, 5)]
    path = f"/offers/{offer['id']}/vouchers"
    return [buyers[n % len(buyers)].must("POST", path, status=201)["code"] for n in range(count)]


def redeem_until_it_dies(port: int, token: str, codes: list[str], answered: set[str]) -> None:
    """One till: redeem from the end of the shared list until the server is gone."""
    caller = Caller(port, token)
    while codes:
        code = codes.pop()
        try:
            answer = caller.post("/vouchers/redeem", {"code": code})
        except (OSError, http.client.HTTPException):
            return
        assert answer.status == 200, answer.body
        answered.add(code)


def test_nothing_answered_is_lost_and_nothing_is_doubled(portal: RunningPortal) -> None:
    chance = random.Random(2026)
    port = portal.start()
    per_round = max(4, min(VOUCHERS, 200 // KILLS))
    all_codes = sell(portal, port, per_round * KILLS)
    token = str(Caller(port).sign_in("merchant@demo.example").token)
    spent_before = spent_by_redemption(port)
    answered: set[str] = set()

    for round_ in range(KILLS):
        codes = all_codes[round_ * per_round : (round_ + 1) * per_round]
        tills = [
            threading.Thread(target=redeem_until_it_dies, args=(port, token, codes, answered))
            for _ in range(TILLS)
        ]
        for each in tills:
            each.start()
        time.sleep(chance.uniform(0.0, 0.06))
        portal.kill(port)
        for each in tills:
            each.join()
        port = portal.start()

    till = Caller(port, token)
    redeemed = 0
    for code in all_codes:
        answer = till.post("/vouchers/redeem", {"code": code})
        if code in answered:
            assert (answer.status, answer.json["code"]) == (409, "already_redeemed")
        redeemed += answer.status in (200, 409)
    assert redeemed == len(all_codes)
    assert 0 < len(answered) < len(all_codes), "the kills must fall into the stream"
    done = portal.flask("ledger", "verify", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert spent_by_redemption(port) - spent_before == len(all_codes)


def spent_by_redemption(port: int) -> int:
    """One point a voucher: what the buyers' statements say went to tills."""
    total = 0
    for number in range(1, 5):
        buyer = Caller(port).sign_in(f"resident{number}@demo.example")
        cursor = ""
        while True:
            page = buyer.must("GET", f"/me/points/entries?limit=100{cursor}")
            total += sum(
                -each["amount"]
                for each in page["items"]
                if each["kind"] == "redemption" and each["amount"] == -1
            )
            if not page["next_cursor"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
    return total
