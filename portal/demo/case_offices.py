"""Who works on the demo's suggestions: the district's departments, its categories, the staff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.core.permissions import Role
from portal.demo.cast import COMMUNITY, DISTRICT, NEXT_COMMUNITY, STREET

DISPATCHER, SUPERVISOR = "dispatcher", "supervisor"
GRIDS = tuple(f"{COMMUNITY}00{number}" for number in range(1, 5))


@dataclass(frozen=True)
class DemoDepartment:
    """``login`` and ``person`` are its handler's."""

    key: str
    name: str
    region: str
    login: str
    person: str


DEPARTMENTS = (
    DemoDepartment("enforcement", "红山区综合行政执法局", DISTRICT, "department", "于海涛"),
    DemoDepartment("works", "红山区市政公用事业服务中心", DISTRICT, "department2", "任立新"),
    DemoDepartment("housing", "红山区住房和城乡建设局", DISTRICT, "department3", "董淑敏"),
    DemoDepartment("sanitation", "红山区环境卫生服务中心", DISTRICT, "department4", "冯国强"),
    DemoDepartment("parks", "红山区园林绿化服务中心", DISTRICT, "department5", "萨日娜"),
    DemoDepartment("heating", "红山区供热供水服务中心", DISTRICT, "department6", "彭志刚"),
    DemoDepartment("traffic", "红山区交通管理大队", DISTRICT, "department7", "薛鹏飞"),
    DemoDepartment("civil", "红山区民政局", DISTRICT, "department8", "丁晓红"),
    DemoDepartment("street", "西城街道办事处", STREET, "department9", "袁春梅"),
    DemoDepartment("property", "红山郡物业服务中心", COMMUNITY, "department10", "鲍景辉"),
    DemoDepartment("property2", "宝山路物业服务中心", NEXT_COMMUNITY, "department11", "沈玉玲"),
    DemoDepartment("mediation", "西城街道矛盾纠纷调解中心", STREET, "department12", "曹永贵"),
)

STAFF = (
    (DISPATCHER, "范晓琳", Role.DISPATCHER, (DISTRICT,)),
    (SUPERVISOR, "姜振华", Role.SUPERVISOR, (DISTRICT,)),
    ("mediator", "温玉山", Role.MEDIATOR, (STREET,)),
    ("gridworker", "田佳琪", Role.GRID_WORKER, GRIDS[:2]),
)
"""Login, name, role and regions; the handlers stand with their departments."""


@dataclass(frozen=True)
class DemoCategory:
    """``questions`` are those of its form, as Open311 defines attributes."""

    code: str
    name: str
    department: str
    days: int
    anonymous: bool = True
    questions: tuple[dict[str, Any], ...] = ()


def _choice(code: str, words: str, **values: str) -> dict[str, Any]:
    named = [{"key": key, "name": name} for key, name in values.items()]
    return _question(code, "singlevaluelist", words) | {"values": named}


def _question(code: str, datatype: str, words: str) -> dict[str, Any]:
    return {
        "code": code,
        "datatype": datatype,
        "description": words,
        "required": False,
        "values": [],
    }


CATEGORIES = (
    DemoCategory(
        "streetlight", "路灯照明", "works", 5,
        questions=(
            _question("pole", "string", "灯杆编号（杆上的小牌子）"),
            _choice("fault", "什么毛病", dark="不亮", day="白天亮", broken="灯杆损坏"),
        ),
    ),
    DemoCategory("road", "道路与步道", "works", 10),
    DemoCategory(
        "drainage", "排水与井盖", "works", 3,
        questions=(_choice("cover", "井盖怎么了", lost="丢失", broken="破损", loud="有响声"),),
    ),
    DemoCategory("sanitation", "环境卫生", "sanitation", 3),
    DemoCategory("greening", "绿化养护", "parks", 10),
    DemoCategory("property", "物业服务", "street", 7),
    DemoCategory("parking", "停车与充电", "enforcement", 5),
    DemoCategory("vending", "占道经营", "enforcement", 5),
    DemoCategory("noise", "噪声扰民", "enforcement", 5),
    DemoCategory("building", "房屋与违建", "housing", 15),
    DemoCategory(
        "heating", "供热", "heating", 3,
        questions=(_question("degrees", "number", "屋里几度"),),
    ),
    DemoCategory("water", "供水", "heating", 5),
    DemoCategory("elderly", "养老助老", "civil", 10),
    DemoCategory("traffic", "交通设施", "traffic", 10),
    DemoCategory("idea", "意见建议", "street", 15),
    DemoCategory("dispute", "矛盾纠纷", "mediation", 15, anonymous=False),
)  # fmt: skip

RESPONSIBLE = (("property", COMMUNITY, "property"), ("property", NEXT_COMMUNITY, "property2"))
"""Who answers for a category in a region, where that is not who does everywhere."""

RULES = (
    ("parking", "消防通道 充电", DISTRICT, "housing"),
    ("noise", "施工 打桩", DISTRICT, "housing"),
    ("vending", "广告牌 灯箱", DISTRICT, "works"),
    (None, "井盖 积水", STREET, "works"),
    ("sanitation", "", NEXT_COMMUNITY, "property2"),
)
"""By category, words and place: whom the desk proposes."""

SETS_UP = "admin"


@dataclass(frozen=True)
class DemoPlace:
    name: str
    region: str
    latitude: float
    longitude: float


PLACES = (
    DemoPlace("红山郡小区 3 号楼前", GRIDS[0], 42.2836, 118.9041),
    DemoPlace("红山郡小区 7 号楼东侧", GRIDS[0], 42.2839, 118.9047),
    DemoPlace("红山郡小区南门", GRIDS[0], 42.2828, 118.9043),
    DemoPlace("红山郡小区 12 号楼", GRIDS[1], 42.2838, 118.9052),
    DemoPlace("红山郡小区东门", GRIDS[1], 42.2842, 118.9064),
    DemoPlace("红山郡小区 16 号楼后", GRIDS[1], 42.2847, 118.9058),
    DemoPlace("红山郡小区 21 号楼", GRIDS[2], 42.2851, 118.9046),
    DemoPlace("红山郡小区北门", GRIDS[2], 42.2856, 118.9050),
    DemoPlace("便民市场西口", GRIDS[3], 42.2834, 118.9019),
    DemoPlace("红山郡小区车棚旁", GRIDS[3], 42.2831, 118.9030),
    DemoPlace("西城街道文化广场", COMMUNITY, 42.2818, 118.9006),
    DemoPlace("英金河铁桥南头", COMMUNITY, 42.2899, 118.9171),
    DemoPlace("宝山路 18 号院", NEXT_COMMUNITY, 42.2771, 118.9094),
    DemoPlace("宝山路小学门口", NEXT_COMMUNITY, 42.2766, 118.9099),
    DemoPlace("宝山路 46 号", NEXT_COMMUNITY, 42.2762, 118.9102),
    DemoPlace("宝山路公交站旁", NEXT_COMMUNITY, 42.2768, 118.9087),
    DemoPlace("学院路北口", f"{STREET}001", 42.2872, 118.8987),
    DemoPlace("万达广场西侧", f"{STREET}002", 42.2795, 118.8968),
    DemoPlace("大板南路桥下", f"{STREET}005", 42.2741, 118.9015),
    DemoPlace("八里铺早市", f"{STREET}006", 42.2702, 118.8951),
    DemoPlace("金融街地下通道", f"{STREET}007", 42.2783, 118.9039),
    DemoPlace("金泽园二期", f"{STREET}008", 42.2809, 118.9118),
)

REJECTIONS = (
    "这件事已经在法院立案，请等判决，我们不能插手。",
    "和您三天前反映的是同一件事，已经在办，不再另立一件。",
    "没有说清楚是什么地方，电话也没有打通。请补充地点后再报一次。",
    "属于个人之间的买卖纠纷，请拨打 12315。",
)
RETURNS = (
    "到现场看过，这一段归小区内部，不在我们的养护范围。",
    "管线是热力的，请转给他们，我们配合开挖。",
    "该路段还没有移交，仍由建设单位负责。",
    "属于违法占道，应先由执法部门处理。",
)
REOPENED = (
    "修了两天又坏了，请再来看看。",
    "答复说办好了，可我今天去看还是老样子。",
    "只弄了一半，另一半没人管。",
    "说是清了，昨天晚上又堆上了。",
)
SECOND_ANSWERS = (
    "重新到现场查过，上次只换了外面的件，这回把里面的也换了，陪着您试过。",
    "返工完成，和您一起看过现场，留了电话，再有问题直接找我。",
    "剩下的部分已补齐，这一片纳入每周巡查。",
)
CLOSED_BY_SUPERVISOR = (
    "和报送人当面谈过，他同意并入明年的改造一起办，这一件先办结，改造进度在公告里说。"
)
ESCALATED = "群众反映强烈，请主要负责人三天内到现场。"
LATE_ANSWER = "让您久等了。前一段人手排不开，现已办完："
SENT = "请按时限办理，办完请拍照。"
PART_DONE = "我们负责的部分已完成。"
PART_BEGUN = "已到现场，正在办我们这一块。"
