"""What the committees of the demo promised after votes, and what became of it."""

from __future__ import annotations

from portal.demo.vote_shapes import Becomes, DemoChange, DemoPromise

_PAVED, _PLANTED, _SEATED = "铺完地面和排水", "补种两棵树，收好边角", "设施和照明装好"

GARDEN_DRAWN = DemoPromise(
    "公布施工图和工期",
    "白桂芝",
    14,
    then=(
        DemoChange(6, Becomes.NOTED, "设计院出了初稿，在服务中心一层墙上贴着，可以写意见。"),
        DemoChange(
            12.2, Becomes.KEPT, "施工图、工期表和监督电话已在 12 号楼和南门张贴，也放在居民群里。"
        ),
    ),
)
GARDEN_BUILT = DemoPromise(
    "完工，请大家一起验收",
    "红山郡物业服务中心",
    70,
    budget=86_000,
    steps=((_PAVED, 30), (_PLANTED, 55), (_SEATED, 66)),
    then=(
        DemoChange(28.3, Becomes.STEP_DONE, _PAVED),
        DemoChange(
            52, Becomes.MOVED, "连着下雨，地面干不透，往后推二十天。给大家添麻烦了。", due=90
        ),
        DemoChange(61.2, Becomes.STEP_DONE, _PLANTED),
        DemoChange(84, Becomes.NOTED, "厂家发货晚了，答应月底前送到，到了就装。"),
    ),
)
"""Late by now: some steps are done, the last day has passed."""

OFFERS = DemoPromise(
    "选定施工单位并公示报价",
    "高丽娟",
    15,
    then=(
        DemoChange(
            13.2, Becomes.KEPT, "三家报价都公示了七天，没有人提出异议，选了报价居中的一家。"
        ),
    ),
)
_ORDERED, _LIT, _RAILED = "灯具和扶手订货", "两个社区感应灯装完", "扶手装完"
LAMPS = DemoPromise(
    "感应灯和扶手完工",
    "西城街道办事处",
    110,
    budget=30_000,
    steps=((_ORDERED, 25), (_LIT, 80), (_RAILED, 108)),
    then=(
        DemoChange(22, Becomes.STEP_DONE, _ORDERED),
        DemoChange(77.3, Becomes.STEP_DONE, _LIT),
        DemoChange(81, Becomes.NOTED, "扶手先装有七十岁以上老人的单元，名单由楼长报。"),
    ),
)
"""Under way."""

PRINTED = DemoPromise(
    "印发新公约，每户一份",
    "宋雅楠",
    10,
    then=(DemoChange(8.2, Becomes.KEPT, "一千二百份，楼长挨家送到。门上没人的塞进信报箱。"),),
)
SIGNS = DemoPromise(
    "在出入口立文明养犬提示牌，添六个拾便箱",
    "红山郡物业服务中心",
    40,
    budget=4_200,
    then=(
        DemoChange(31, Becomes.MOVED, "拾便箱的样子大家不满意，换了一款，要等货。", due=100),
        DemoChange(58.3, Becomes.NOTED, "提示牌四块已经立好，拾便箱先到了两个，装在南门和车棚边。"),
    ),
)
"""With a new day."""
VACCINATED = DemoPromise(
    "办一次免费的犬只疫苗和办证日",
    "白桂芝",
    30,
    then=(
        DemoChange(
            26, Becomes.GIVEN_UP, "区里改成网上办证、定点打疫苗，不再进小区。路线图贴在服务中心。"
        ),
    ),
)
_TOLD = "在两个小区门口招募"
SHIFTS = DemoPromise(
    "招满两班志愿者", "其其格", 45,
    steps=((_TOLD, 10),),
    then=(
        DemoChange(4, Becomes.STEP_DONE, _TOLD),
        DemoChange(7.3, Becomes.NOTED, "已有九位报名，还差三位会看门禁和消防的。"),
    ),
)  # fmt: skip
