"""Who plays in the demo: the sign-ins, and a generator of believable neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from portal.core.i18n import lazy_gettext as _l

PASSWORD = "demo-portal"  # noqa: S105 - the demo's sign-ins are public
DOMAIN = "demo.example"
RESIDENTS = 300
COMMUNITY = "150402010003"
NEXT_COMMUNITY = "150402010004"
STREET = "150402010"
DISTRICT = "150402"
CITY = "1504"

WALKERS = ("resident1", "resident2", "resident3")
"""Who is awaited at a shift under way, so that README.md's walk can be walked."""
WALK_HOST = "organization"

SIGN_INS: dict[str, Any] = {
    f"resident1@{DOMAIN}": _l(
        "a resident of %(community)s (resident2@ … as well)", community="红山郡社区"
    ),
    f"organization@{DOMAIN}": _l("manages a trusted social organization"),
    f"socialworker@{DOMAIN}": _l("the community's social worker"),
    f"merchant@{DOMAIN}": _l("at the till of a shop"),
    f"owner@{DOMAIN}": _l("owns that shop"),
    f"committee@{DOMAIN}": _l("the residents' committee"),
    f"finance@{DOMAIN}": _l("the city's finance office (finance2@ as well)"),
    f"auditor@{DOMAIN}": _l("the city's auditor"),
    f"admin@{DOMAIN}": _l("the city's administrator"),
    f"dispatcher@{DOMAIN}": _l("sorts what residents report and sends it to departments"),
    f"department@{DOMAIN}": _l("answers for a department (department2@ for another one)"),
    f"supervisor@{DOMAIN}": _l("watches over the deadlines"),
    f"mediator@{DOMAIN}": _l("settles disputes between neighbours"),
    f"gridworker@{DOMAIN}": _l("walks two grids of the community"),
    f"neighbour1@{DOMAIN}": _l(
        "a resident of the next community, %(community)s", community="宝山路社区"
    ),
    f"committee2@{DOMAIN}": _l(
        "its committee (organization2@, socialworker2@, owner2@, merchant2@)"
    ),
}
"""What ``run.py`` prints; the pages of the demo say the same."""

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "包白云乌郎佟金关齐鲍"
)
_COMMON = 12  # the first surnames are as frequent as the rest together

_GIVEN = {
    # By the decade in which people of that age were named.
    "elder": (
        "桂兰 秀英 淑珍 玉梅 凤琴 素芬 桂芝 秀芹 玉华 淑清 德福 国栋 振华 "
        "文学 玉山 长海 宝成 殿臣 广财 永贵 景春 树林 明礼 庆丰 志国 连生 "
        "凤山 玉民 福生 桂荣 彩云 秀云 淑芳 亚琴 桂英 玉芝 凤英 玉珍 秀兰 "
        "素珍"
    ),
    "middle": (
        "建国 志强 国强 海军 立新 卫东 红梅 丽华 艳玲 秀丽 春梅 晓东 文革 "
        "永红 振江 志刚 建平 丽娟 淑敏 亚男 爱华 玉玲 海燕 晓红 宏伟 立民 "
        "春生 雪梅 桂花 晓光 永胜 树军 丽萍 凤霞 海涛 春雨 国华 彦军 景辉 "
        "晓霞"
    ),
    "young": (
        "磊 静 婷婷 鹏飞 雪 洋 佳 晓宇 丹丹 浩 欣 明月 宇航 雅楠 子豪 佳琪 "
        "思雨 文博 晨 梦瑶 志远 乐 嘉怡 天宇 雨桐 若曦 泽宇 诗涵 博文 梓萱 "
        "俊杰 宏图 晓琳 冬梅 旭东 海波"
    ),
}
_MONGOLIAN = [
    "斯琴",
    "其其格",
    "苏和",
    "那仁",
    "乌兰",
    "萨日娜",
    "巴特尔",
    "阿荣",
    "娜仁花",
    "格日勒",
    "朝鲁",
    "敖登",
]


@dataclass(frozen=True)
class Neighbour:
    """A made-up person."""

    name: str
    birth_date: date
    locale: str = "zh_Hans"
    mode: str = "standard"


def neighbour(seed: str, year: int) -> Neighbour:
    """The person of a seed, always the same: name and age fit together.

    ``year`` is the present one; ages run from 16 to 88.
    """
    random = Random(seed)
    age = random.choices((17, 27, 42, 58, 69, 79), (4, 20, 30, 20, 18, 8))[0]
    age += random.randrange(-1, 10) if age > 17 else random.randrange(-1, 3)
    era = "elder" if age >= 60 else "middle" if age >= 38 else "young"
    born = date(year - age, random.randrange(1, 13), random.randrange(1, 29))
    mode = "elder" if age >= 70 and random.random() < 0.5 else "standard"
    return Neighbour(_name(random, era), born, mode=mode)


def _name(random: Random, era: str) -> str:
    if random.random() < 0.07:  # Mongolian names stand without a family name
        return random.choice(_MONGOLIAN)
    surname = random.choice(_SURNAMES[:_COMMON] if random.random() < 0.55 else _SURNAMES)
    return surname + random.choice(_GIVEN[era].split())
