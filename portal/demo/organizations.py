"""The social organizations of the demo district."""

from __future__ import annotations

from dataclasses import dataclass

from stdnum.cn import uscc

from portal.demo.cast import COMMUNITY, DISTRICT, NEXT_COMMUNITY, STREET

REGISTERED, TEAM = "registered", "team"


@dataclass(frozen=True)
class DemoOrganization:
    """``stars`` are those that its praise is drawn from; ``manager`` is a sign-in."""

    key: str
    name: str
    kind: str
    region: str
    description: str
    contact: str
    manager: str
    stars: tuple[int, ...] = (4, 5)
    verified: bool = True
    members: int = 4


def credit_code(kind: str, number: int) -> str:
    """A made-up unified social credit code of 红山区 with its right check character.

    ``kind``: ``51`` association, ``52`` service centre, ``92`` sole trader, ``91`` company.
    """
    stem = f"{kind}150402MJ{number:07d}"
    return stem + str(uscc.calc_check_digit(stem))


ORGANIZATIONS = (
    DemoOrganization(
        "neighbours", "红山郡邻里互助服务中心", REGISTERED, COMMUNITY,
        "由红山郡社区的退休教师和社工发起，陪伴独居老人、照看孩子、帮邻居搬一搬修一修。每周都有活动，"
        "新来的志愿者有人带。",
        "红山郡小区 12 号楼一层", "organization",
        stars=(5, 5, 5, 4, 5), members=8,
    ),
    DemoOrganization(
        "river", "英金河护河志愿者协会", REGISTERED, DISTRICT,
        "沿英金河和锡伯河捡拾垃圾、记录水情、教孩子认识河边的鸟和草。2016 年登记。",
        "红山区西城街道", "river", stars=(5, 4, 5, 4), members=6,
    ),
    DemoOrganization(
        "rescue", "红山蓝天应急救援队", REGISTERED, DISTRICT,
        "有证的急救员和户外向导，参加走失老人搜寻、防汛和大型活动保障，也教居民心肺复苏。",
        "红山区消防救援站旁", "rescue", stars=(5, 5, 5, 4), members=6,
    ),
    DemoOrganization(
        "class", "四点半课堂公益服务站", REGISTERED, COMMUNITY,
        "放学后到父母下班前，孩子们在这里写作业、读书、下棋。大学生和退休教师轮流值班。",
        "红山郡社区党群服务中心二层", "class", stars=(4, 5, 4, 4, 3), members=5,
    ),
    DemoOrganization(
        "art", "夕阳红艺术团", TEAM, COMMUNITY,
        "合唱、舞蹈、二胡和剪纸。给社区演出，也到养老院演出。", "红山郡社区文化活动室",
        "art", stars=(4, 3, 4, 5), members=7,
    ),
    DemoOrganization(
        "health", "红山爱心医疗服务队", REGISTERED, STREET,
        "社区医院的医生和护士在休息日量血压、测血糖、讲用药，也上门看望行动不便的老人。",
        "西城街道社区卫生服务中心", "health", stars=(5, 5, 4), members=5,
    ),
    DemoOrganization(
        "patrol", "红山郡平安巡防队", TEAM, COMMUNITY,
        "早晚在小区里走一走，看看消防通道、楼道杂物和电动车充电。", "红山郡小区南门岗亭",
        "patrol", stars=(3, 4, 3, 2, 4), members=6,
    ),
    DemoOrganization(
        "watch", "宝山路邻里守望服务社", REGISTERED, NEXT_COMMUNITY,
        "一对一看望独居老人，代买代办，天冷时送餐。", "宝山路社区党群服务中心",
        "organization2", stars=(5, 4, 5, 5), members=5,
    ),
    DemoOrganization(
        "law", "西城法律服务志愿者协会", REGISTERED, STREET,
        "律师和退休法官每月坐班，解答物业、赡养和劳动的问题，也帮邻居调解。",
        "西城街道综治中心", "law", stars=(4, 5), members=3,
    ),
    DemoOrganization(
        "camera", "红山郡老照片整理小组", TEAM, COMMUNITY,
        "收集小区和老西城的照片，请老人讲照片里的事，扫描后还给主人。", "红山郡社区图书角",
        "camera", verified=False, members=0,
    ),
)  # fmt: skip
