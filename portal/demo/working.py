"""Who works in 红山郡社区: neighbours from next door, and a few who live there as well."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from random import Random

from portal.accounts import services
from portal.core.clock import today
from portal.demo.cast import COMMUNITY
from portal.demo.stage import Stage, attempt

WORKERS = {
    "neighbour2": "红山郡便民超市，小区南门底商 3 号",
    "neighbour3": "红山郡便民超市，小区南门底商 3 号",
    "neighbour4": "顺心理发店，小区东门 7 号",
    "neighbour5": "康宁大药房红山郡店，小区南门底商 9 号",
    "neighbour6": "西城书屋，文化广场西侧",
    "neighbour7": "洁净干洗店，小区东门 15 号",
    "neighbour8": "物业服务中心，2 号楼一层",
    "neighbour9": "动起来健身房，体育中心二层",
    "resident5": "麦香面包房，小区北门 2 号",
    "resident6": "绿芽花店，小区北门 6 号",
}
"""Who says where they work, and is confirmed."""
WAITING = {
    "neighbour10": "快递驿站，小区西门",
    "neighbour11": "老赵修配铺，便民市场 11 号",
}
"""Whose claims nobody has decided yet."""


def plan_workplaces(stage: Stage, begin: datetime, end: datetime, seed: int) -> None:
    """They say so and are confirmed; some have asked lately. With dice of its own."""
    random = Random(f"{seed}:workplaces")

    def claim(key: str, where: str, *, confirmed: bool) -> None:
        person = stage.people.get(key)  # of the residents there may be fewer
        if person is None:
            return
        since = today() - timedelta(days=random.randrange(200, 3_000))
        claim_id = services.claim_work(person, COMMUNITY, where, since)
        if confirmed:
            services.verify_claim(stage.people["socialworker"], claim_id)

    for key, where in WORKERS.items():
        day = begin + (end - begin) * random.random()
        at = stage.local(day.date(), random.uniform(9, 17))
        stage.plan(at, attempt(partial(claim, key, where, confirmed=True)))
    for key, where in WAITING.items():
        lately = stage.present - timedelta(hours=40 * random.random() + 1)
        stage.plan(lately, attempt(partial(claim, key, where, confirmed=False)))
