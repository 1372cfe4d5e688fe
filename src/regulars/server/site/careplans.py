"""What the people of the demo mean to do for their best customers, and how far they are.

Plans were drawn up when the month before last ended, against the figures of that day. Some
steps are done, some lie late; one plan was looked at again, one was given up, one is only
asked for. What binds is what the house's own facts suggest, as somebody would confirm it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zlib import crc32

from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Role
from regulars.server.customers.models import Customer
from regulars.server.plans import actions, queries
from regulars.server.plans.models import Plan, Step
from regulars.server.plans.rules import strands_for
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import Assignment

DEMO = System("demo")
EACH = 5  # customers of one owner who are looked at
MOST = 36  # plans in all: a start is no place to wait
AGO = 48  # days since the plans were drawn up


@dataclass(frozen=True)
class Story:
    """One plan as somebody would write it: aim, what is counted, steps by days from now."""

    aim: str
    counted: tuple[str, str, int]  # goal, unit, target
    steps: tuple[tuple[str, int, str], ...]  # what, days from now, strand


PEOPLE = (
    Story(
        "企业主，两年后退休，正在考虑家里的资产怎么传给女儿。我们要成为两代人的银行。",
        ("与女儿一起谈过传承安排", "次", 2),
        (
            ("请财富顾问出一份家庭资产配置书", -30, ""),
            ("约客户和女儿视频聊一次", -6, "household"),
            ("邀请参加春季客户沙龙", 12, "invited"),
            ("带女儿到网点开户", 40, "household"),
        ),
    ),
    Story(
        "大额定期明年春天集中到期，他行报价更高。要留住资金，并把期限分散开。",
        ("到期资金留存的笔数", "笔", 3),
        (
            ("列一张到期时间表，当面送过去", -26, "met"),
            ("向分行申请利率优惠", -3, "better_terms"),
            ("到期前两周上门，谈三种安排", 0, ""),
            ("生日当天打电话问候", 25, "greeted"),
        ),
    ),
    Story(
        "医生，白天没空，只在晚上看手机。要少打扰，把事情攒到一起一次办完。",
        ("一次办完的事项", "件", 6),
        (
            ("把每月的水电和物业改成自动代扣", -20, "standing_orders"),
            ("把两张卡的手续费减免办好", -9, "fees_waived"),
            ("晚上八点后微信发一份季度小结", 5, "known_owner"),
        ),
    ),
)
FIRMS = (
    Story(
        "年结算量大，却只在我们这里开了结算户。想成为主结算行，并把工资代发接过来。",
        ("与财务负责人见面", "次", 3),
        (
            ("摸清每月发薪日期和人数", -28, "deciders_known"),
            ("出一份代发工资的方案", -4, "payroll"),
            ("请网点主任一起拜访总经理", 3, "met"),
            ("谈银企直连", 35, "systems"),
        ),
    ),
    Story(
        "明年要扩厂，正在比三家银行的授信方案。我们报得不低，要靠办得快和懂行留住。",
        ("扩厂项目里程碑跟进", "个", 4),
        (
            ("收齐扩厂立项材料", -25, ""),
            ("请行业专家和客户的总工谈一次", -2, "tastes_known"),
            ("提交授信方案", 9, "framework"),
        ),
    ),
)
SHOPPERS = (
    Story(
        "十年的老主顾，每季都来，近半年转到网上买。想请回门店，也让她带朋友来。",
        ("带朋友到店", "位", 3),
        (
            ("打电话问问近况，不推销", -27, "known_owner"),
            ("留两张新品预览会的位子", -3, "invited"),
            ("把会员价的用法当面讲清楚", 2, "benefits"),
            ("请她给常客顾问会提意见", 30, "council"),
        ),
    ),
    Story(
        "一家五口的东西都在这里买。孩子要上学了，想把书包文具也做成固定的一站。",
        ("按学期备好的清单", "份", 2),
        (
            ("记下两个孩子的年级和喜好", -24, "tastes_known"),
            ("开学前一个月送一份清单", -1, ""),
            ("问问要不要按季自动补货", 14, "standing_orders"),
        ),
    ),
)
WORDS = ("客户很满意，约好下月再谈。", "电话里说好了，材料已收齐。", "当面谈过，愿意试一试。")
LEARNED = (
    "见面比电话有用；客户更在意省事，不在意多几个点的利息。",
    "联系太密，客户说忙。改成每月一次，一次说完。",
    "换了财务经理，要重新认识决策人。",
)


@dataclass(frozen=True)
class Scene:
    """Whose customers are planned for, against which figures, on which day."""

    owner: Person
    lead: Person | None
    kind: str
    older: Run
    today: date


def live(run: Run, *, kind: str, today: date) -> None:
    """Draw up the plans of every owner's best customers, and bring them up to today."""
    left = MOST
    older = next(iter(scoring.runs().filter(as_of__lt=run.as_of)), run)
    for book, known in _books():
        scene = Scene(book.owner or Person(), _lead(book), kind, older, today)
        for n, customer in enumerate(known[:EACH]):
            if left and _one(customer, n, scene):
                left -= 1


def _books() -> Iterator[tuple[Book, list[Customer]]]:
    """Books of people at work with their customers of the upper tiers, the richest first."""
    best = Assignment.objects.standing().filter(level__gte=4).order_by("-value", "customer")
    ranked = list(best.values_list("customer", flat=True))
    known = Customer.objects.select_related("book__owner", "book__org_unit").in_bulk(ranked)
    for book in Book.objects.filter(owner__is_active=True).select_related("owner", "org_unit"):
        inside = [known[pk] for pk in ranked if pk in known and known[pk].book_id == book.pk]
        if inside:
            yield book, inside


def _one(customer: Customer, place: int, scene: Scene) -> bool:
    """The second has none yet, the third's is asked for; the others have one."""
    if place == 2 and scene.lead:
        words, asked = "先弄清谁说了算，再定目标。", _when(scene.today, -4)
        actions.ask(customer, words=words, by=scene.lead, at=asked)
        return True
    if place == 1:
        return False
    seed = f"{customer.number}/plan"
    stories = _stories(customer, scene.kind)
    _bond(customer, scene.owner, seed, scene.today)
    told = (_dice(scene.owner.username, len(stories)) + max(0, place - 2)) % len(stories)
    plan = _drawn(customer, stories[told], scene)
    _worked(plan, scene.owner, seed, scene.today)
    _looked_at(plan, scene, seed)
    return True


def _drawn(customer: Customer, story: Story, scene: Scene) -> Plan:
    """The plan of then: aim, goals from the figures of that day, steps, put into force."""
    owner, today, then = scene.owner, scene.today, _when(scene.today, -AGO)
    plan = actions.draft(customer, aim=story.aim, by=owner, at=then)
    text, unit, target = story.counted
    goal = actions.add_goal(
        plan, text=text, measure="own", unit=unit, start=Decimal(0), target=Decimal(target),
        by_on=today + timedelta(days=110), by=owner, at=then,
    )  # fmt: skip
    _grow(plan, scene, then)
    for n, (what, days, strand) in enumerate(story.steps):
        actions.add_step(
            plan, text=what, due_on=_workday(today + timedelta(days=days)), builds=strand,
            who=scene.lead if n == 2 else None, by=owner, at=then,
        )  # fmt: skip
    review = _workday(today + timedelta(days=-2 + _dice(customer.number, 40)))
    actions.begin(plan, review_on=review, by=owner, at=then + timedelta(hours=1))
    actions.read_goal(goal, reading=Decimal(1), by=owner, at=_when(today, -12))
    return plan


def _grow(plan: Plan, scene: Scene, then: datetime) -> None:
    """A goal in money, from where the customer stood by the figures of then."""
    value = scoring.figures(scene.owner, plan.customer, scene.older).get("value")
    if not value:
        return
    start = Decimal(str(round(value, 2)))
    wanted = (start * Decimal("1.15") // 1000 + 1) * 1000
    actions.add_goal(
        plan, text="做大在我们这里的规模", measure="value", start=start, target=wanted,
        by_on=scene.today + timedelta(days=200), by=scene.owner, at=then,
    )  # fmt: skip


def _looked_at(plan: Plan, scene: Scene, seed: str) -> None:
    """Few are given up; a third was looked at again a week ago."""
    today, owner = scene.today, scene.owner
    if _dice(f"{seed}/ends", 9) == 0:
        told = "客户搬去外地，已介绍当地网点接手。"
        actions.give_up(plan, reason=told, by=owner, at=_when(today, -1))
    elif _dice(f"{seed}/review", 3) == 0:
        actions.hold(
            plan, learned=LEARNED[_dice(seed, len(LEARNED))], verdict="change",
            next_on=today + timedelta(days=60), by=owner, at=_when(today, -8),
        )  # fmt: skip


def _worked(plan: Plan, owner: Person, seed: str, today: date) -> None:
    """Steps that lie behind are done, all but some of the newest."""
    behind = Step.objects.filter(plan=plan, due_on__lt=today).order_by("due_on", "pk")
    for n, step in enumerate(behind):
        if n == 0 or _dice(f"{seed}/{n}", 3):
            done = _when(step.due_on, 0)
            actions.do_step(step, outcome=WORDS[_dice(f"{seed}/{n}", 3)], by=owner, at=done)


def _bond(customer: Customer, owner: Person, seed: str, today: date) -> None:
    """Half a year ago little held; now what facts suggest, and what only people know."""
    fitting = [strand.code for strand in strands_for(customer.kind)]
    told = queries.suggested(owner, customer, _when(today, 0))
    by_hand = [code for code in ("fees_waived", "benefits", "council") if code in fitting]
    known = by_hand[: _dice(f"{seed}/hand", 3)]
    actions.judge(customer, strands=known[:1], by=owner, at=_when(today, -180))
    actions.judge(
        customer, strands=[*told, *known], suggested=[*told], by=owner, at=_when(today, -AGO)
    )


def _stories(customer: Customer, kind: str) -> Sequence[Story]:
    if kind != "bank":
        return SHOPPERS
    return FIRMS if customer.is_organization else PEOPLE


def _lead(book: Book) -> Person | None:
    found = Person.objects.filter(
        org_unit=book.org_unit_id, role=Role.MANAGER, is_active=True
    ).order_by("pk")
    return found.first()


def _when(day: date, days: int) -> datetime:
    """Eleven in the morning so many days from a day."""
    return datetime.combine(day + timedelta(days=days), time(11), core.time_zone())


def _workday(day: date) -> date:
    return core.work_calendar().add_workdays(day, 0)


def _dice(what: str, sides: int) -> int:
    """A number that looks thrown, and is the same each time."""
    return crc32(what.encode()) % sides
