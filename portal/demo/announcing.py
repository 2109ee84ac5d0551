"""What the committees of the demo make known, and who of the residents reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from portal.core.clock import clock
from portal.demo.cast import COMMUNITY, NEXT_COMMUNITY
from portal.demo.stage import Stage, attempt
from portal.notices import services
from portal.notices.rules import Audience
from portal.notices.services import NoticePlan, Words

_EVERYBODY = (Audience.RESIDENTS,)


@dataclass(frozen=True)
class DemoNotice:
    """Days are counted from the present, the past ones negative. ``published`` None: a draft;
    ahead: planned. ``readers`` of a hundred open it, and half of them confirm it."""

    chinese: Words
    english: Words | None = None
    published: int | None = None
    by: str = "committee"
    region: str = COMMUNITY
    audiences: tuple[Audience, ...] = _EVERYBODY
    number: str = ""
    urgent: bool = False
    confirm: bool = False
    pinned: int | None = None
    ends: int | None = None
    withdrawn: str = ""
    readers: int = 0


NOTICES = (
    DemoNotice(
        Words(
            "下半年居民医疗保险缴费开始了",
            "居民医保现在开始缴费，每人 400 元，年底前交完。手机上交，或带身份证到服务中心交。",
            "缴费对象：本社区没有单位医保的居民。\n"
            "缴费方式：手机银行、微信、支付宝，或到社区服务中心二号窗口。\n"
            "七十岁以上和低保家庭由街道代缴，不用自己交。\n"
            "不会用手机的邻居，每周二、四上午有志愿者在活动室帮忙。",
        ),
        Words(
            "Residents’ health insurance can be paid now",
            "Pay 400 yuan a person before the end of the year, by phone or at the service centre.",
            "For residents without insurance from an employer.\n"
            "By phone, or at window two of the community’s service centre.\n"
            "For people over seventy and families on minimum income the street pays.\n"
            "Volunteers help with the phone on Tuesday and Thursday mornings.",
        ),
        published=-12, confirm=True, pinned=20, ends=40, number="红医保〔2026〕17号", readers=62,
    ),
    DemoNotice(
        Words(
            "明天上午停水，六点前请接好水",
            "明天早上六点到中午十二点全小区停水，换主管道。请今天晚上接好水，家里有老人的互相提醒。",
            "自来水公司更换西门主管道。\n恢复供水后，请先放一分钟黄水再用。\n应急送水电话在楼道口。",
        ),
        Words(
            "No water tomorrow morning: please store some tonight",
            "From six to noon the main pipe is replaced. Please remind older neighbours.",
            "The water company replaces the main pipe at the west gate.\n"
            "Let the water run for a minute before you use it again.",
        ),
        published=0, urgent=True, confirm=True, ends=1, readers=41,
    ),
    DemoNotice(
        Words(
            "冬季取暖费补贴怎么领",
            "低保户和独居老人今年取暖费补三成。网格员会上门登记，不用自己跑。",
            "补贴标准：按建筑面积，每平方米补 6 元，最多补 80 平方米。\n"
            "登记时间：本月底前。网格员上门时请准备身份证和取暖缴费单。",
        ),
        published=-20, confirm=True, number="赤民发〔2026〕8号", readers=38,
    ),
    DemoNotice(
        Words(
            "社会组织活动经费申报",
            "下一季度的活动经费可以申报了，每个队伍最多三项，写清时间、人数和用处。",
            "申报材料交社区服务中心一号窗口，也可以在本站“社会组织”里写。\n评审结果公开。",
        ),
        published=-6, audiences=(Audience.ORGANIZATIONS, Audience.STAFF), readers=80,
    ),
    DemoNotice(
        Words(
            "夏季防汛值守安排",
            "汛期每天晚上有人值守，地下车库进水请马上打值守电话。",
            "值守到九月底。\n沙袋放在 3 号楼和 9 号楼门口。",
        ),
        published=-70, ends=-20, readers=30,
    ),
    DemoNotice(
        Words(
            "文化广场夜间关灯时间调整",
            "广场的灯晚上十点关。",
            "从下周起执行。",
        ),
        published=-15, withdrawn="时间写错了，正确的是晚上十一点，已重新通知。", readers=12,
    ),
    DemoNotice(
        Words(
            "元旦服务中心放假安排",
            "元旦三天服务中心休息，急事打值班电话。",
            "值班电话贴在服务中心门口。",
        ),
        published=9, ends=45,
    ),
    DemoNotice(
        Words(
            "明年微心愿征集",
            "想请大家说说明年最想办的一件小事。",
            "草稿，等居委会开会后定。",
        ),
    ),
    DemoNotice(
        Words(
            "宝山路菜市场临时搬迁",
            "菜市场改造，三个月里搬到宝山路北口的空地上。",
            "公交 12 路多停一站。",
        ),
        published=-4, by="committee2", region=NEXT_COMMUNITY, ends=90, readers=50,
    ),
)  # fmt: skip


class Notices:
    """Plans what is made known, and when who reads it."""

    def __init__(self, stage: Stage, readers: list[str]) -> None:
        self.stage, self.readers = stage, readers

    def plan(self) -> None:
        for notice in NOTICES:
            self.stage.plan(self._written_at(notice), attempt(partial(self._write, notice)))

    def _written_at(self, notice: DemoNotice) -> datetime:
        """By day; what is new or still to come was written a few hours ago, at whatever hour."""
        if notice.published is None or notice.published >= 0:
            return self.stage.present - timedelta(hours=3)
        return self.stage.awake(self.stage.present + timedelta(days=notice.published))

    def _write(self, notice: DemoNotice) -> None:
        actor = self.stage.people[notice.by]
        notice_id = services.create(actor, self._as_planned(notice))
        if notice.published is None:
            return
        if notice.published > 0:
            appears = self.stage.local(self._day(notice.published), 9)
            services.schedule(actor, notice_id, appears)
            return
        services.publish(actor, notice_id)
        self._plan_readers(notice, notice_id)
        if notice.withdrawn:
            withdraw = partial(services.withdraw, actor, notice_id, notice.withdrawn)
            self.stage.plan(self._later(30), attempt(withdraw))

    def _as_planned(self, notice: DemoNotice) -> NoticePlan:
        texts = {"zh_Hans": notice.chinese}
        if notice.english is not None:
            texts["en"] = notice.english
        return NoticePlan(
            region_code=notice.region,
            audiences=notice.audiences,
            texts=texts,
            document_number=notice.number,
            urgent=notice.urgent,
            confirm=notice.confirm,
            pinned_until=None if notice.pinned is None else self._day(notice.pinned),
            ends_on=None if notice.ends is None else self._day(notice.ends),
        )

    def _plan_readers(self, notice: DemoNotice, notice_id: str) -> None:
        for number, key in enumerate(self.readers):
            person = self.stage.people.get(key)
            if person is None or self.stage.random.random() * 100 >= notice.readers:
                continue
            reads = services.confirm if notice.confirm and number % 2 else services.note_opened
            at = self.stage.between(self._later(0.5), self._later(2.5))
            self.stage.plan(at, attempt(partial(reads, person, notice_id)))

    def _later(self, hours: float) -> datetime:
        return clock.now() + timedelta(hours=hours)

    def _day(self, days: int) -> date:
        return self.stage.today + timedelta(days=days)
