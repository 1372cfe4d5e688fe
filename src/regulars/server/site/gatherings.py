"""Salons of the demo: one held and settled in autumn, one that invites, a course in draft.

Lists, lots, answers, check-ins and words come through the doors of the product. What the
settled one changed is read from the same facts as any experiment: nothing is put into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.experiments import actions as experiments
from regulars.server.products.models import Product
from regulars.server.salons import actions
from regulars.server.salons.models import Guest, Kind, Salon
from regulars.server.scoring.models import Score
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.site.dice import draw

DEMO = System("demo")
HELD_AGO, INVITED_AHEAD = 75, 9  # days
WISHES = ("孩子明年留学，想听听换汇", "停车位", "素食", "想问大额存单", "带老伴一起来")
WORDS = (
    "老师讲得清楚，账本做完带回家了", "时间短了点", "茶不错，位置好找",
    "希望下次讲讲养老金", "认识了几位老客户，挺好",
)  # fmt: skip
Sheet = tuple[tuple[str, str, int, str, str, bool], ...]
TEA: Sheet = (
    ("签到与茶叙", "Arrival and tea", 20, "大堂经理", "名牌、茶点", False),
    ("开场：一家人的钱分几份", "How a family divides its money", 25, "讲师", "投影", False),
    ("动手做自家的账本", "Guests make their own ledger", 45, "客户经理", "账本、笔", True),
    ("两两交换一条经验", "Guests trade one lesson in pairs", 20, "主持人", "", True),
)
COURSE: Sheet = (
    ("三个真实案例", "Three true cases", 30, "反诈民警", "短片", False),
    ("在自己手机上设好防护", "Guests secure their own phones", 40, "大堂经理", "网络", True),
)
COSTS = (("茶点", 1_800, 1_920), ("讲师费", 3_000, 3_000), ("账本与物料", 900, 815))


def live(*, kind: str, today: date, at: datetime) -> None:
    """Hold one, let one invite, and leave one in draft."""
    by = Person.objects.filter(role="marketer", is_active=True).order_by("pk").first()
    heads = Person.objects.filter(role="manager", is_active=True).order_by("pk")
    head = heads.select_related("org_unit").first()
    if by is None or head is None:
        return
    actions.install_kinds()
    bank = kind == "bank"
    _held(by, bank=bank, today=today, at=at)
    _inviting(head, bank=bank, today=today, at=at)
    _draft(by, today=today, at=at)


def _held(by: Person, *, bank: bool, today: date, at: datetime) -> None:
    """Forty seats, a third left out by lot: read, settled, with a verdict."""
    day, asked = today - timedelta(days=HELD_AGO), today - timedelta(days=HELD_AGO + 16)
    group = _group(by, "有积蓄的家庭" if bank else "常来的老会员", _best(by, 900), at=at)
    salon = _planned(
        by, "service", "一家人的账本" if bank else "老会员换季茶叙",
        "The family's ledger" if bank else "Tea with members of long standing",
        TEA, on=day, made=_at(asked, 9), group=group, capacity=40, friends=1,
        held_out=0.35, assumed_rate=0.2, effect_days=45, outcome="bought",
        place="总部三楼客户活动室",
        place_en="Customer room, head office, third floor", rest_days=45,
        products=_products(bank),
    )  # fmt: skip
    for what, planned, _actual in COSTS:
        actions.add_cost(salon, what=what, planned=Decimal(planned), by=by, at=_at(asked, 9))
    actions.propose(salon, by=by, at=at)
    if not salon.guests.exists():
        return
    salon = actions.open_invitations(salon, by=by, at=_at(asked, 10))
    _answers(salon, 30, since=asked)
    _day(salon, day)
    actions.end(salon, by=DEMO, at=_at(day, 18))
    for cost, (_what, _plan, actual) in zip(salon.costs.order_by("pk"), COSTS, strict=True):
        actions.change_cost(cost, actual=Decimal(actual), by=by, at=_at(day, 18, 30))
    learned = "动手的环节反响最好，下次留一小时；邀请提前一周发。"
    actions.settle(salon, learned=learned, by=by, at=_at(day + timedelta(days=2), 10))
    if salon.experiment is not None:
        salon.experiment.refresh_from_db()
        experiments.read(salon.experiment, until=today, by=DEMO, at=at)


def _inviting(head: Person, *, bank: bool, today: date, at: datetime) -> None:
    """A dozen seats at a branch, whose manager runs it: answers come in, two wait."""
    day, asked = today + timedelta(days=INVITED_AHEAD), today - timedelta(days=4)
    group = _group(head, "本行高端客户" if bank else "本店高端会员", _best(head, 60), at=at)
    salon = _planned(
        head, "private", "岁末家庭资产茶叙" if bank else "冬季新品私享茶叙",
        "Year's end: tea and the family's money" if bank else "A private look at winter",
        TEA, on=day, made=_at(asked, 9), group=group, capacity=12, friends=1,
        assumed_rate=0.4, place=f"{head.org_unit.name}二楼贵宾室",
        place_en=f"{head.org_unit.name_en}, second floor", products=_products(bank),
    )  # fmt: skip
    actions.add_cost(salon, what="茶点", planned=Decimal(600), by=head, at=_at(asked, 9))
    actions.propose(salon, by=head, at=at)
    if not salon.guests.exists():
        return
    salon = actions.open_invitations(salon, by=head, at=_at(asked, 10))
    _answers(salon, 55, since=asked, until=today)


def _draft(by: Person, *, today: date, at: datetime) -> None:
    """A course nobody is invited to yet."""
    salon = _planned(
        by, "course", "手机银行与防诈骗", "Safe on the phone", COURSE,
        on=today + timedelta(days=25), made=at,
        group=_group(by, "想学手机操作的客户", _best(by, 200), at=at),
        capacity=30, friends=1, assumed_rate=0.3, place="总部三楼客户活动室",
        place_en="Customer room, head office, third floor",
    )  # fmt: skip
    actions.propose(salon, by=by, at=at)


def _planned(
    by: Person,
    kind: str,
    theme: str,
    theme_en: str,
    sheet: Sheet,
    *,
    on: date,
    made: datetime,
    group: Segment,
    **more: Any,
) -> Salon:
    salon = actions.make(
        kind=Kind.objects.get(code=kind), theme=theme, theme_en=theme_en, branch=by.org_unit,
        begins_at=_at(on, 14, 30), ends_at=_at(on, 16, 30), segment=group.public_id,
        by=by, at=made, **more,
    )  # fmt: skip
    for what, what_en, minutes, leads, material, takes_part in sheet:
        actions.add_part(
            salon, what=what, what_en=what_en, minutes=minutes, leads=leads,
            material=material, takes_part=takes_part, by=by, at=made,
        )  # fmt: skip
    return salon


def _answers(salon: Salon, yes: int, *, since: date, until: date | None = None) -> None:
    """Of a hundred so many say yes, half as many no; some bring somebody."""
    rows = salon.guests.filter(state=Guest.State.INVITED).select_related("customer", "salon")
    for guest in rows.order_by("position", "pk"):
        thrown = draw(f"salon/{guest.customer_id}/{salon.kind_id}")
        if thrown >= yes + yes // 2:
            continue
        later = draw(f"when/{guest.customer_id}")
        then = _at(since + timedelta(days=later % 4), 9 + later % 12, later % 60)
        if until is not None:
            then = min(then, _at(until, 8))
        wish = WISHES[thrown % len(WISHES)] if thrown % 4 == 0 else ""
        seats = 2 if thrown % 5 == 0 and salon.friends else 1
        actions.answer(
            guest, coming=thrown < yes, seats=seats if thrown < yes else 1, wish=wish,
            by=DEMO, at=then,
        )  # fmt: skip


def _day(salon: Salon, day: date) -> None:
    """Most of who said yes came; many of them say how it was."""
    parts = list(salon.parts.filter(takes_part=True).values_list("pk", flat=True))
    rows = salon.guests.filter(state=Guest.State.ACCEPTED).select_related(
        "customer__book__owner", "salon"
    )
    for n, guest in enumerate(rows.order_by("position", "pk")):
        greeter = guest.customer.book.owner or salon.host
        thrown = draw(f"came/{guest.customer_id}")
        if greeter is None or thrown >= 82:
            continue
        came = actions.check_in(guest, by=greeter, at=_at(day, 14, 5 + n % 25))
        if thrown < 74:
            actions.took_part(came, parts, by=greeter, at=_at(day, 16))
        if thrown < 58:
            wants = salon.products[thrown % 3 : thrown % 3 + 1] if thrown % 3 < 2 else []
            try:
                actions.say(
                    came, rating=5 - thrown % 2 - (thrown % 11 == 0),
                    again=thrown % 9 != 0, words=WORDS[thrown % 5] if thrown % 2 else "",
                    interests=wants, by=DEMO, at=_at(day, 17),
                )  # fmt: skip
            except RegularsError:
                continue


def _best(viewer: Person, most: int) -> list[int]:
    """The most valuable private customers of a place, by the current scores."""
    scored = Score.objects.filter(
        run__is_current=True, customer__kind=Customer.Kind.PERSON,
        customer__book__in=Book.objects.filter(
            org_unit__path__startswith=viewer.org_unit.path, owner__isnull=False
        ),
    )  # fmt: skip
    ranked = scored.order_by("-value", "customer_id").values_list("customer_id", flat=True)
    return list(ranked[:most])


def _group(by: Person, name: str, customers: Sequence[int], *, at: datetime) -> Segment:
    everybody = by.scope.everything
    made = segments.make_group(
        name=name, by=by, at=at,
        sharing=Segment.Sharing.EVERYBODY if everybody else Segment.Sharing.BRANCH,
        branch=None if everybody else by.org_unit,
    )  # fmt: skip
    segments.add_members(made, customers, by=by, at=at)
    return made


def _products(bank: bool) -> list[str]:
    """Two things that guests may tick."""
    kinds = ("deposit", "wealth") if bank else ()
    found = Product.objects.filter(kind__in=kinds) if kinds else Product.objects.all()
    return list(found.order_by("kind", "code").values_list("code", flat=True)[:2])


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), core.time_zone())
