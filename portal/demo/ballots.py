"""What the communities of the demo are asked, what they say to it and how they lean."""

from __future__ import annotations

from dataclasses import dataclass

from portal.consultations.board import Disclosure
from portal.consultations.rules.ballots import Method
from portal.demo.cast import COMMUNITY, NEXT_COMMUNITY, STREET

DRAFT, DISCUSSION, OPEN, CLOSED, DECIDED, CANCELLED = (
    "draft", "discussion", "open", "closed", "decided", "cancelled",
)  # fmt: skip


@dataclass(frozen=True)
class DemoOption:
    """``cost`` in yuan."""

    title: str
    cost: int | None = None


@dataclass(frozen=True)
class DemoCamp:
    """Neighbours who think alike: how many of a hundred, and how much each option draws them."""

    share: int
    leanings: tuple[int, ...]


@dataclass(frozen=True)
class DemoPromise:
    """``due`` in days from the decision."""

    title: str
    owner: str
    due: int


@dataclass(frozen=True)
class DemoDecision:
    """``after`` in days from the count."""

    reasons: str
    accepted: bool = True
    after: int = 4
    promises: tuple[DemoPromise, ...] = ()


@dataclass(frozen=True)
class DemoVote:
    """A question, and how far it comes (``ends``).

    ``begins`` is when the discussion began: in days before the present, or ``early``: in days after
    the community was founded, while people were still joining. ``talked`` and ``lasts`` are days of
    discussion and of voting. ``said`` is the discussion: who (a sign-in, or a number that stands
    for the same resident throughout), what, and the place of what it answers. ``turnout`` is a
    share of the roll; ``paper`` how many vote at the table. ``reason``: why it was called off."""

    title: str
    question: str
    method: Method
    options: tuple[DemoOption, ...]
    camps: tuple[DemoCamp, ...]
    ends: str
    begins: int = 0
    early: bool = False
    talked: int = 7
    lasts: int = 7
    region: str = COMMUNITY
    host: str = "committee"
    budget: int | None = None
    max_choices: int | None = None
    quorum: float = 0.0
    minimum_age: int | None = None
    disclosure: Disclosure = Disclosure.TRACKABLE
    trustees: tuple[int, int] | None = None
    turnout: float = 0.4
    paper: int = 0
    said: tuple[tuple[int | str, str, int | None], ...] = ()
    decision: DemoDecision | None = None
    reason: str = ""


WAITS = ("resident1", "resident2", "resident3", "neighbour1")
"""Who has not voted yet in what is open: whoever signs in as one of them can."""

VOTES = (
    DemoVote(
        "12 号楼前的空地怎么用",
        "12 号楼前的空地一直闲着。设计老师按大家提的意见画了四个方案，费用差不多，都在维修计划里。"
        "请按喜欢的程度排一排，排在前面的先做。",
        Method.RANKED,
        (
            DemoOption("小花园，放六张长椅"),
            DemoOption("健身角，老人孩子都能用"),
            DemoOption("晾晒场，带雨棚"),
            DemoOption("电动车停车棚，能充电"),
        ),
        (
            DemoCamp(38, (9, 4, 2, 1)),
            DemoCamp(30, (3, 9, 3, 1)),
            DemoCamp(20, (2, 4, 9, 1)),
            DemoCamp(12, (1, 1, 3, 9)),
        ),
        DECIDED,
        begins=1,
        early=True,
        talked=2,
        disclosure=Disclosure.SEPARATE,
        quorum=0.2,
        turnout=0.42,
        said=(
            (14, "花园好是好，谁来浇水？去年花坛就旱死了一半。", None),
            ("committee", "每栋楼认领一块，物业提供水管。认领的名单会贴出来。", 0),
            (27, "我带两个孩子，楼下没有一样能玩的，支持健身角。", None),
            (33, "停车棚别靠窗户，充电的事晚上让人不放心。", None),
        ),
        decision=DemoDecision(
            "按投票结果，先建排在第一位的方案。停车棚票数虽少，安全隐患是真的，另外报给街道，列入明年计划。",
            promises=(
                DemoPromise("公布施工图和工期", "白桂芝", 14),
                DemoPromise("完工，请大家一起验收", "红山郡物业服务中心", 90),
            ),
        ),
    ),
    DemoVote(
        "楼道微更新的钱怎么分",
        "街道今年有六万元楼道微更新经费，由西城街道的居民一起决定用在哪里。"
        "每位投票人手里的份额一样多，想要的人凑够了钱，这件事就做。",
        Method.EQUAL_SHARES,
        (
            DemoOption("红山郡 3 栋楼换感应灯", 12_000),
            DemoOption("红山郡楼道加装扶手", 18_000),
            DemoOption("宝山路 2 号楼修单元门", 9_000),
            DemoOption("宝山路楼道墙面粉刷", 14_000),
            DemoOption("两个社区共用一台爬楼机", 16_000),
            DemoOption("每个单元一块公告栏", 6_000),
        ),
        (
            DemoCamp(45, (9, 7, 0, 0, 3, 2)),
            DemoCamp(30, (5, 9, 0, 0, 8, 1)),
            DemoCamp(25, (0, 0, 9, 7, 4, 3)),
        ),
        DECIDED,
        begins=1,
        early=True,
        talked=3,
        region=STREET,
        host="street",
        budget=60_000,
        turnout=0.45,
        said=(
            (8, "感应灯早该换了，晚上回家全靠手机照。", None),
            (51, "爬楼机放哪儿？借的时候怎么登记？", None),
            ("street", "放在社区党群服务中心，打个电话预约，工作人员送到楼下。", 1),
        ),
        decision=DemoDecision(
            "投票选中的项目全部实施。没有选中的，由所在社区从维修资金里另想办法。",
            promises=(
                DemoPromise("选定施工单位并公示报价", "高丽娟", 15),
                DemoPromise("感应灯和扶手完工", "西城街道办事处", 60),
            ),
        ),
    ),
    DemoVote(
        "居民公约第三条怎么写",
        "居民公约第三条说的是夜间安静。议事会上留下三种写法，请按您的意愿排序。",
        Method.SCHULZE,
        (
            DemoOption("22:00 到次日 6:00 不做有噪声的装修和活动"),
            DemoOption("21:00 到次日 7:00 不做有噪声的装修和活动"),
            DemoOption("保持原文：夜间请勿喧哗"),
        ),
        (DemoCamp(46, (9, 4, 2)), DemoCamp(36, (5, 9, 1)), DemoCamp(18, (4, 1, 9))),
        DECIDED,
        begins=2,
        early=True,
        talked=2,
        lasts=6,
        trustees=(3, 2),
        turnout=0.4,
        said=(
            (19, "原文等于没写，吵起来谁也说不清。", None),
            (44, "九点就不让练琴了？孩子作业写完都八点半了。", None),
            (19, "所以我选十点的那一条。", 1),
        ),
        decision=DemoDecision(
            "公约是大家的，按票数最能服众的一条修改。中考、高考期间另发倡议。",
            after=3,
            promises=(DemoPromise("印发新公约，每户一份", "宋雅楠", 10),),
        ),
    ),
    DemoVote(
        "老年食堂周末开不开",
        "老年食堂现在只开周一到周五。下面这些安排，您觉得可以的都可以选，最多选两项。六十岁以上的居民投票。",
        Method.APPROVAL,
        (
            DemoOption("周六中午开"),
            DemoOption("周日中午开"),
            DemoOption("周末不开，送餐到家"),
            DemoOption("周末不开，周五可以多带一份"),
        ),
        (DemoCamp(55, (9, 4, 3, 1)), DemoCamp(30, (3, 2, 9, 2)), DemoCamp(15, (4, 8, 1, 1))),
        CLOSED,
        begins=16,
        talked=6,
        max_choices=2,
        minimum_age=60,
        turnout=0.45,
        paper=9,
        said=(
            (12, "我妈腿脚不好，送餐最要紧。", None),
            ("socialworker", "不会用手机的老人，可以到服务中心领纸质选票。", None),
        ),
    ),
    DemoVote(
        "地下车位要不要改成先到先停",
        "有业主提出，地下车位由固定车位改成先到先停。",
        Method.SINGLE,
        (DemoOption("改成先到先停"), DemoOption("维持固定车位")),
        (DemoCamp(100, (5, 5)),),
        CANCELLED,
        begins=30,
        talked=5,
        region=NEXT_COMMUNITY,
        host="committee2",
        turnout=0.12,
        said=((23, "车位是买的，怎么能先到先停？", None),),
        reason="部分车位属业主个人所有，这件事不能由全体居民表决。由业主大会另行商议。",
    ),
    DemoVote(
        "今年的爱心基金怎么花",
        "爱心基金今年有三万元可以用。选出您想做的事，加起来不能超过三万元。票数多的先做，装不下的跳过。",
        Method.BUDGET_GREEDY,
        (
            DemoOption("给独居老人装一键呼叫", 12_000),
            DemoOption("四点半课堂添桌椅和图书", 8_000),
            DemoOption("小区南门加两盏路灯", 9_000),
            DemoOption("活动室换空调", 11_000),
            DemoOption("春节团圆饭", 5_000),
            DemoOption("楼道灭火器年检更换", 6_000),
        ),
        (
            DemoCamp(40, (9, 3, 5, 2, 2, 5)),
            DemoCamp(35, (4, 9, 5, 1, 2, 4)),
            DemoCamp(25, (3, 1, 3, 8, 7, 2)),
        ),
        OPEN,
        begins=9,
        talked=6,
        lasts=10,
        budget=30_000,
        quorum=0.25,
        turnout=0.3,
        said=(
            (17, "一键呼叫装了以后，夜里谁接电话？", None),
            ("committee", "和街道的值守中心连在一起，二十四小时有人。", 0),
            (36, "路灯是物业该管的事，不该用爱心基金。", None),
            (48, "南门那段路黑了两年了，先亮起来再说谁该管。", 2),
        ),
    ),
    DemoVote(
        "快递柜放在哪里",
        "物业准备添一组快递柜。三个位置都量过，电也够用。先听听大家的意见，再投票。",
        Method.SINGLE,
        (DemoOption("南门岗亭旁"), DemoOption("12 号楼架空层"), DemoOption("地下车库入口")),
        (),
        DISCUSSION,
        begins=4,
        talked=12,
        said=(
            (22, "南门风大，冬天取件冻手。", None),
            (31, "车库入口人车混行，老人孩子去取不安全。", None),
            ("committee", "安全的意见记下了，请物业再看一次现场。", 1),
            (58, "架空层最好，就是别占了孩子们下棋的地方。", None),
        ),
    ),
    DemoVote(
        "明年的邻里节办什么",
        "邻里节在五月。下面这些活动，您想参加的都可以选，最多选三项。",
        Method.APPROVAL,
        (
            DemoOption("百家宴"),
            DemoOption("旧物交换市集"),
            DemoOption("合唱和二胡专场"),
            DemoOption("亲子运动会"),
        ),
        (),
        DRAFT,
        begins=1,
        talked=14,
        lasts=10,
        max_choices=3,
    ),
    DemoVote(
        "社区活动室周末开到几点",
        "宝山路社区活动室周末开到下午五点。有居民希望延长，多开一小时就要多排一班志愿者。",
        Method.SINGLE,
        (DemoOption("还是五点"), DemoOption("开到七点"), DemoOption("开到九点")),
        (DemoCamp(15, (9, 2, 0)), DemoCamp(70, (0, 9, 1)), DemoCamp(15, (0, 3, 9))),
        DECIDED,
        begins=34,
        region=NEXT_COMMUNITY,
        host="committee2",
        turnout=0.6,
        said=(("neighbour6", "下班后能带孩子打会儿乒乓球就好。", None),),
        decision=DemoDecision(
            "现在的志愿者只够排到六点半。先开到六点半，招满两班人再开到七点，所以和投票结果略有不同。",
            accepted=False,
            promises=(DemoPromise("招满两班志愿者", "其其格", 45),),
        ),
    ),
    DemoVote(
        "院墙上画什么",
        "宝山路小学旁的院墙要重新画。请把三个方案排一排。",
        Method.RANKED,
        (DemoOption("红山玉龙和老故事"), DemoOption("四季花草"), DemoOption("孩子们自己画")),
        (DemoCamp(40, (9, 3, 4)), DemoCamp(35, (2, 3, 9)), DemoCamp(25, (3, 9, 4))),
        OPEN,
        begins=8,
        talked=6,
        lasts=11,
        region=NEXT_COMMUNITY,
        host="committee2",
        turnout=0.35,
        said=(
            ("neighbour9", "让孩子们画，家长带着，颜料社区出。", None),
            ("socialworker2", "颜料和围裙都准备好了，雨天顺延。", 0),
        ),
    ),
)  # fmt: skip
