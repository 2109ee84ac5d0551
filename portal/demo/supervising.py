"""What residents of the demo ask their committees about budgets, rules and decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from portal.core.clock import clock
from portal.demo.cast import COMMUNITY, NEXT_COMMUNITY
from portal.demo.stage import Stage, attempt
from portal.demo.voting import Consultations
from portal.points.queries.lines import lines_of
from portal.supervision import services as supervision
from portal.supervision.rules import Subject


@dataclass(frozen=True)
class DemoAsked:
    """``asked`` and ``answered`` in days before the present; ``of`` is a region's code, a rule's
    key, or the title of a vote. ``region``: whose line of the budget is asked about."""

    by: str
    asked: int
    about: Subject
    of: str
    text: str
    answered: int | None = None
    answer: str = ""
    region: str = COMMUNITY
    answerer: str = "committee"
    objection: str = ""
    hidden: str = ""


OBJECTS, JUDGES = "resident12", "socialworker"
"""Who finds questions wrong, and who looks at them."""

ASKED = (
    DemoAsked(
        "resident23", 62, Subject.BOOKING, COMMUNITY,
        "下半年这六十万分是按什么算的？比上半年多还是少？", 55,
        "按登记的志愿者人数和上半年实际发放算，比上半年多五万分，多出来的留给冬天扫雪和送餐。",
    ),
    DemoAsked(
        "resident8", 33, Subject.RULE, f"{COMMUNITY}:points_per_hour",
        "送餐和站岗都是一小时 10 分，送餐要爬楼，能不能多一点？", 24,
        "街道同意先看一个季度。夜间和高温已经有加成，爬楼的加成要由区里统一定，我们把意见报上去了。",
    ),
    DemoAsked(
        "resident51", 9, Subject.DECISION, "12 号楼前的空地怎么用",
        "以后楼里加装电梯，连廊正好从这块地上过，会不会又要拆？",
    ),
    DemoAsked(
        "resident17", 19, Subject.BUDGET, COMMUNITY,
        "文化广场的健身器材坏了三件，修理用的是哪一笔？为什么一直没修？",
    ),
    DemoAsked(
        "resident34", 5, Subject.DECISION, "文明养犬写不写进居民公约",
        "拾便箱多久清一次？我家窗户正对着一个，夏天味道很大。", 3,
        "每天早上七点、下午四点各清一次，由物业保洁负责。对着窗户的那个这周挪到车棚西头。",
    ),
    DemoAsked(
        "resident1", 2, Subject.RULE, f"{COMMUNITY}:cap.day",
        "一天最多能得多少分？帮着扫了一上午雪又去送餐，后面的还算不算？",
    ),
    DemoAsked(
        "neighbour7", 13, Subject.DECISION, "社区活动室周末开到几点",
        "投票选的是七点，为什么只开到六点半？", 9,
        "现在报名的志愿者只够排到六点半，差三位。招满就开到七点，日子写在承诺里。",
        NEXT_COMMUNITY, "committee2",
    ),
    DemoAsked(
        "resident19", 21, Subject.BUDGET, COMMUNITY,
        "8 号楼那个谁谁家，凭什么年年领补贴？把他家的存折贴出来！",
        objection="问的是别人家的隐私",
        hidden="涉及别人家的收入，不能公开问。可以到服务中心当面反映。",
    ),
    DemoAsked(
        "resident42", 6, Subject.RULE, f"{COMMUNITY}:cap.month",
        "每个月封顶是谁拍脑袋定的？", objection="话说得不客气",
    ),
)  # fmt: skip


class Questions:
    """Plans what is asked, and what is answered."""

    def __init__(self, stage: Stage, votes: Consultations) -> None:
        self.stage, self.votes = stage, votes

    def plan(self) -> None:
        for asked in ASKED:
            at = self.stage.awake(self.stage.present - timedelta(days=asked.asked))
            self.stage.plan(at, attempt(partial(self._ask, asked)))

    def _ask(self, asked: DemoAsked) -> None:
        person = self.stage.people.get(asked.by)
        if person is None:
            return
        question_id = supervision.ask(person, asked.about, self._subject_id(asked), asked.text)
        if asked.objection:
            self._later(timedelta(hours=6), partial(self._object, asked, question_id))
        if asked.answered is not None:
            committee = self.stage.people[asked.answerer]
            answer = partial(supervision.answer, committee, question_id, asked.answer)
            at = self.stage.present - timedelta(days=asked.answered)
            self.stage.plan(self.stage.awake(at), attempt(answer))

    def _object(self, asked: DemoAsked, question_id: str) -> None:
        """Somebody finds a question wrong; the social worker hides it, or has not looked yet."""
        supervision.flag_question(self.stage.people[OBJECTS], question_id, asked.objection)
        if asked.hidden:
            worker = self.stage.people[JUDGES]
            hide = partial(supervision.hide_question, worker, question_id, asked.hidden)
            self._later(timedelta(hours=15), hide)

    def _later(self, after: timedelta, deed: Callable[[], object]) -> None:
        self.stage.plan(self.stage.awake(clock.now() + after), attempt(deed))

    def _subject_id(self, asked: DemoAsked) -> str:
        if asked.about is Subject.DECISION:
            return self.votes.id_of(asked.of)
        if asked.about is Subject.BOOKING:
            return str(lines_of(asked.of, limit=1).items[0].id)
        return asked.of
