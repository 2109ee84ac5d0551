"""The residents' covenant of the demo: as it was written down, and what votes made of it."""

from __future__ import annotations

from datetime import date

WRITTEN_DOWN = date(2019, 10, 12)
"""The residents' assembly that adopted it, before there was a portal."""

AS_IT_IS = "{covenant}"
"""Stands for the covenant's words as they are when a vote about them is drafted."""

_BEFORE_NIGHTS = """\
第一条 楼道是大家的。鞋柜、纸箱和自行车不放在楼道里。消防通道任何时候都不堵。
第二条 电动车停到车棚充电，不推上楼，不从窗口拉线。"""

_AFTER_NIGHTS = """\
第四条 垃圾分好类，早七点前、晚八点前送到投放点。装修垃圾打电话约车。
第五条 老人孩子先上下电梯。看到独居邻居两天没出门，敲敲门。"""


def _with_third(words: str) -> str:
    return f"{_BEFORE_NIGHTS}\n第三条 {words}\n{_AFTER_NIGHTS}"


COVENANT = _with_third("夜间请勿喧哗。")
NIGHTS = (
    _with_third("每天 22:00 到次日 6:00 不做有噪声的装修和活动。广场音响晚上九点关。"),
    _with_third("每天 21:00 到次日 7:00 不做有噪声的装修和活动。广场音响晚上八点关。"),
)
"""The whole covenant with one of the wordings of its third article."""

LEASH = "出门牵绳，绳子不超过两米。"
SHORTER_LEASH = "出门牵绳，绳子不超过一米五，进电梯收短抱起。"
NOT_ON_LAWNS = "狗不进儿童活动区和健身器材区。"
WITH_DOGS = f"""{AS_IT_IS}
第六条 养狗要办证、打疫苗。{LEASH}粪便随手捡。{NOT_ON_LAWNS}夜里叫个不停的，主人想办法。"""
