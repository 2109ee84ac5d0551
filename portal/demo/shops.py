"""The merchants of the demo district and what they offer."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.demo.cast import COMMUNITY, NEXT_COMMUNITY


@dataclass(frozen=True)
class DemoOffer:
    """``state``: ``published``, ``in_review``, ``draft``, ``withdrawn``. ``popularity`` is how often
    it is taken, by comparison."""

    title: str
    description: str
    kind: str
    points: int
    stock: int | None = None
    limit: int | None = None
    state: str = "published"
    popularity: int = 1
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    hours: tuple[str, str] = ("00:00", "24:00")


@dataclass(frozen=True)
class DemoShop:
    """``company``: it has a credit code; a stall has none."""

    key: str
    name: str
    category: str
    region: str
    place: str
    latitude: float
    longitude: float
    description: str
    opening_hours: str
    owner: str
    staff: tuple[str, ...] = ()
    company: bool = True
    trusted: bool = False
    verified: bool = True
    offers: tuple[DemoOffer, ...] = field(default=())


SHOPS = (
    DemoShop(
        "market", "红山郡便民超市", "grocery", COMMUNITY, "红山郡小区南门底商 3 号", 42.2829, 118.9041,
        "蔬菜、粮油和日用品，早上六点半开门。", "每天 06:30–21:30", "owner", ("merchant",),
        trusted=True,
        offers=(
            DemoOffer("鸡蛋一斤", "当天的鲜鸡蛋一斤，凭券在收银台领取。", "gift", 30, stock=2000,
                      popularity=6),
            DemoOffer("满 30 减 5 元", "一次购物满 30 元减 5 元，烟酒除外。", "discount", 40,
                      stock=1000, popularity=4),
            DemoOffer("五常大米 2.5 公斤", "真空装一袋。", "gift", 120, stock=300, limit=10,
                      popularity=2),
            DemoOffer("代送米面上楼", "买了米面，送到家门口，六层以内。", "service", 20, stock=500,
                      popularity=2),
            DemoOffer("年货礼盒", "坚果和红枣，腊月开始发放。", "gift", 260, stock=80, limit=1,
                      state="draft"),
        ),
    ),
    DemoShop(
        "noodles", "宝山路老面馆", "food", NEXT_COMMUNITY, "宝山路 46 号", 42.2762, 118.9102,
        "手擀面、对夹和羊杂汤，开了二十三年。", "每天 06:00–20:00", "owner2", ("merchant2",),
        trusted=True,
        offers=(
            DemoOffer("赤峰对夹一个", "现烤对夹一个，熏肉的。", "gift", 35, stock=1500, popularity=5),
            DemoOffer("羊杂汤半价", "一碗羊杂汤半价，每天十点以后。", "discount", 50, stock=800,
                      popularity=3, hours=("10:00", "20:00")),
            DemoOffer("老人早餐小米粥", "六十岁以上的邻居，小米粥一碗配咸菜。", "gift", 15, stock=2000,
                      popularity=3, hours=("06:00", "10:00")),
        ),
    ),
    DemoShop(
        "barber", "顺心理发店", "beauty", COMMUNITY, "红山郡小区东门 7 号", 42.2841, 118.9063,
        "剪了十五年的老师傅，老人和孩子坐得住。", "周二至周日 09:00–19:00", "barber",
        offers=(
            DemoOffer("剪发一次", "男女老少剪发一次，不含烫染。", "service", 100, stock=300,
                      popularity=4, weekdays=(2, 3, 4, 5), hours=("09:00", "17:00")),
            DemoOffer("上门为老人剪发", "行动不便的老人，红山郡小区内上门。", "service", 150, stock=60,
                      limit=4, popularity=1),
        ),
    ),
    DemoShop(
        "repair", "老赵修配铺", "repair", COMMUNITY, "红山郡小区西侧便民市场 11 号", 42.2833, 118.9018,
        "修鞋、配钥匙、修自行车和小家电。", "每天 08:30–18:00", "repair", company=False,
        offers=(
            DemoOffer("配钥匙一把", "普通钥匙一把，当场取。", "service", 25, stock=400, popularity=2),
            DemoOffer("自行车检修", "调刹车、打气、上油。", "service", 45, stock=200, popularity=2),
        ),
    ),
    DemoShop(
        "bakery", "麦香面包房", "food", COMMUNITY, "红山郡小区北门 2 号", 42.2855, 118.9049,
        "每天现烤，下午四点出第二炉。", "每天 07:00–20:30", "bakery",
        offers=(
            DemoOffer("全麦吐司一条", "当天现烤。", "gift", 60, stock=400, popularity=3),
            DemoOffer("生日蛋糕九折", "提前一天预订。", "discount", 80, stock=120, limit=2),
            DemoOffer("亲子烘焙课", "周六下午，一个大人带一个孩子。", "service", 180, stock=30,
                      limit=1, state="in_review"),
        ),
    ),
    DemoShop(
        "pharmacy", "康宁大药房红山郡店", "health", COMMUNITY, "红山郡小区南门底商 9 号", 42.2827, 118.9047,
        "医保定点，晚上九点后有夜间窗口。", "每天 08:00–22:00", "pharmacy",
        offers=(
            DemoOffer("测血糖一次", "现测现看，药师讲解。", "service", 20, stock=600, popularity=2),
            DemoOffer("家庭药箱整理", "药师帮您清一清过期药。", "service", 60, stock=100),
        ),
    ),
    DemoShop(
        "books", "西城书屋", "culture", COMMUNITY, "西城街道文化广场西侧", 42.2818, 118.9006,
        "二手书和少儿绘本，周末有读书会。", "每天 09:30–19:30", "books",
        offers=(
            DemoOffer("二手书任选一本", "贴蓝点的书任选。", "gift", 50, stock=500, popularity=2),
            DemoOffer("绘本借阅一个月", "一次借三本，可换。", "service", 70, stock=100, popularity=1),
        ),
    ),
    DemoShop(
        "laundry", "洁净干洗店", "household", COMMUNITY, "红山郡小区东门 15 号", 42.2844, 118.9068,
        "干洗、改裤脚、换拉链。", "每天 08:30–19:30", "laundry",
        offers=(
            DemoOffer("改裤脚一条", "隔天取。", "service", 30, stock=300, popularity=2),
            DemoOffer("冬被清洗八折", "羽绒被和棉被都可以。", "discount", 90, stock=100),
        ),
    ),
    DemoShop(
        "gym", "动起来健身房", "sport", COMMUNITY, "西城街道体育中心二层", 42.2803, 118.9012,
        "器械和团课，工作日上午人少。", "每天 07:00–22:00", "gym",
        offers=(
            DemoOffer("体验一天", "器械区一天，自带毛巾。", "service", 80, stock=200, limit=5,
                      popularity=2, weekdays=(1, 2, 3, 4, 5)),
            DemoOffer("八段锦小课", "每周三上午，六人小班。", "service", 60, stock=120,
                      weekdays=(3,), hours=("08:00", "12:00")),
        ),
    ),
    DemoShop(
        "garden", "绿芽花店", "household", COMMUNITY, "红山郡小区北门 6 号", 42.2857, 118.9053,
        "绿植、盆土和修枝。", "每天 09:00–19:00", "garden",
        offers=(
            DemoOffer("绿萝一盆", "小盆，好养。", "gift", 70, stock=150, popularity=2),
            DemoOffer("换盆换土", "带花来，三盆以内。", "service", 40, stock=150, state="withdrawn"),
        ),
    ),
    DemoShop(
        "photo", "红山照相馆", "service", NEXT_COMMUNITY, "宝山路 18 号", 42.2771, 118.9094,
        "证件照、全家福，老照片翻新。", "每天 08:30–18:30", "photo",
        offers=(
            DemoOffer("证件照一版", "一寸或两寸，当场取。", "service", 70, stock=300, popularity=2),
            DemoOffer("老照片翻新一张", "三天取，原片还您。", "service", 160, stock=60, limit=3),
        ),
    ),
    DemoShop(
        "tofu", "张家豆腐坊", "food", COMMUNITY, "便民市场 24 号摊", 42.2835, 118.9021,
        "卤水豆腐和豆浆，早上现做。", "每天 05:30–12:00", "tofu", company=False, verified=False,
        offers=(),
    ),
)  # fmt: skip
