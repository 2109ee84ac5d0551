"""What is done in the demo district, week by week."""

from __future__ import annotations

from dataclasses import dataclass

from portal.demo.cast import COMMUNITY, NEXT_COMMUNITY


@dataclass(frozen=True)
class DemoActivity:
    """Something that comes again: every ``every`` weeks on ``weekday`` (Monday is 0), beginning
    ``first`` weeks after the demo's first Monday, at ``hour``, for ``minutes``.

    ``host`` is an organization's key, or None for the community.
    """

    key: str
    title: str
    description: str
    category: str
    host: str | None
    weekday: int
    hour: float
    minutes: int
    capacity: int
    place: str
    latitude: float
    longitude: float
    every: int = 1
    first: int = 0
    region: str = COMMUNITY
    risks: str | None = None
    bring: str | None = None
    skills: str | None = None
    minimum_age: int | None = None
    insured: bool = True


PROGRAMME = (
    DemoActivity(
        "visit", "陪独居老人说说话", "两人一组，到小区里的独居老人家坐一坐，帮着收拾屋子、读读报纸、看看用药。"
        "第一次来的邻居由老志愿者带。", "elderly_care", "neighbours", 5, 9, 120, 14,
        "红山郡小区 12 号楼一层", 42.2838, 118.9052,
        bring="身份证和一双干净的鞋套。", risks="老人家里有宠物的会提前告知。",
    ),
    DemoActivity(
        "river", "英金河边捡拾垃圾", "从铁桥走到湿地公园，约三公里，边走边捡。工具和手套我们准备。",
        "environment", "river", 6, 8.5, 150, 24, "英金河铁桥南头", 42.2899, 118.9171, every=2,
        risks="河堤有坡，不下水。", bring="帽子、水杯，穿防滑的鞋。", minimum_age=16,
    ),
    DemoActivity(
        "class", "四点半课堂值班", "陪一二年级的孩子写作业、读绘本，五点半后下棋。", "education", "class",
        2, 15.5, 120, 10, "红山郡社区党群服务中心二层", 42.2832, 118.9045,
        skills="耐心；会讲数学题更好。", minimum_age=18,
    ),
    DemoActivity(
        "patrol", "小区晚间平安巡防", "沿固定路线走两圈，看消防通道、楼道杂物和电动车充电，发现问题拍照报给物业。",
        "public_safety", "patrol", 4, 18.5, 90, 12, "红山郡小区南门岗亭", 42.2828, 118.9043, every=2,
        risks="天黑，注意台阶。", bring="手电筒，反光背心现场领。", minimum_age=18,
    ),
    DemoActivity(
        "health", "便民义诊：量血压、测血糖", "医生护士看诊，志愿者帮忙登记、引导和搬桌椅。", "health", "health",
        5, 14, 150, 12, "红山郡社区文化广场", 42.2830, 118.9038, every=2, first=1,
        bring="现场提供马甲和水。",
    ),
    DemoActivity(
        "aid", "心肺复苏小课堂", "跟着有证的急救员在假人上练习，学会用自动除颤仪。", "emergency", "rescue",
        6, 14, 120, 16, "红山区消防救援站培训室", 42.2795, 118.9120, every=3, first=1,
        minimum_age=16,
    ),
    DemoActivity(
        "art", "艺术团走进养老院", "合唱、二胡和剪纸，演出一小时，之后陪老人聊天。", "culture", "art",
        3, 14, 120, 15, "西城街道养老服务中心", 42.2809, 118.9028, every=3, first=2,
        skills="会唱会跳或会一样乐器的优先，不会的帮忙搬东西。",
    ),
    DemoActivity(
        "clean", "楼道大扫除", "一个单元一个单元地清杂物、擦扶手、铲小广告。", "environment", None,
        5, 8.5, 120, 18, "红山郡小区 3 号楼前", 42.2842, 118.9048, every=2,
        bring="旧衣服，口罩和手套现场领。", risks="搬重物两个人一起。",
    ),
    DemoActivity(
        "council", "小区议事会会务", "布置会场、签到、记录发言，会后整理意见。", "governance", None,
        1, 18.5, 120, 8, "红山郡社区党群服务中心一层", 42.2832, 118.9045, every=4, first=1,
        minimum_age=18,
    ),
    DemoActivity(
        "meal", "给高龄老人送午饭", "从社区食堂取饭，送到八十岁以上的老人家里，顺便问问身体。",
        "elderly_care", "neighbours", 0, 10.5, 90, 8, "红山郡社区食堂", 42.2834, 118.9042, every=2,
        bring="能骑电动车的请自带头盔。",
    ),
    DemoActivity(
        "law", "法律咨询日帮忙登记", "律师坐班，志愿者登记问题、叫号、复印材料。", "neighbourly_help", "law",
        3, 9, 180, 5, "西城街道综治中心", 42.2815, 118.9009, every=4, first=3,
    ),
    DemoActivity(
        "watch", "邻里守望：结对看望", "一对一看望独居老人，代买代办。", "elderly_care", "watch",
        5, 9.5, 120, 12, "宝山路社区党群服务中心", 42.2766, 118.9099, region=NEXT_COMMUNITY,
    ),
    DemoActivity(
        "snow", "冬天第一场雪：清扫人行道", "学校和医院门口先扫，社区提供铁锹和姜汤。", "neighbourly_help", None,
        6, 7, 120, 30, "宝山路社区门口", 42.2768, 118.9100, every=3, first=2,
        region=NEXT_COMMUNITY, risks="路滑，慢慢走。", bring="手套和帽子。",
    ),
)  # fmt: skip

HOTLINE = DemoActivity(
    "hotline", "邻里守望热线值守", "独居老人遇到难处，会打这部电话。在服务中心坐一班，接听、记下来，能办的马上联系人去办。"
    "什么时候来都行，来了签到，走时签退，老志愿者在旁边带。", "neighbourly_help", "neighbours",
    0, 0, 300, 14, "红山郡小区 12 号楼一层", 42.2838, 118.9052,
    skills="说话不急，愿意听人讲。", bring="水杯；耳机现场有。",
)  # fmt: skip
"""What goes on at any hour: opened anew whenever nobody is awaited there (``portal.demo.walk``)."""

PAST_WEEKS = 13
COMING_WEEKS = 3

REPORTED_AFTERWARDS = (
    ("帮楼上老人修水管", "水管漏了，关了总阀，换了垫圈。", "neighbourly_help", 60),
    ("送走失的孩子回家", "在便民市场遇到，陪到家长来。", "public_safety", 45),
    ("教邻居用手机挂号", "三位老人，一共学会了挂号和看报告。", "education", 90),
    ("清理楼前积雪", "早上自己扫了两个单元门口。", "environment", 40),
    ("陪邻居去医院", "半夜发烧，陪到打完针。", "neighbourly_help", 180),
)
"""Hours that nobody planned: title, description, category, minutes."""
