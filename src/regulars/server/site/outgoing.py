"""What the demo sent: a line per channel that writes to a file, and a month of mailings.

The sender itself sends them, by the policy and on the demo's clock; so some got nothing, and
each of those says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from regulars.server.channels import actions as channels
from regulars.server.content import queries as content
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import Actor, System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions
from regulars.server.delivery.actions import Draft
from regulars.server.delivery.kinds import Event, Happened
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.server.outreach import actions as outreach
from regulars.server.site.dice import draw

DEMO = System("demo")
PEOPLE = 60  # of one mailing
LINES = (
    ("sms", "短信（演示，只写文件）"),
    ("email", "邮件（演示，只写文件）"),
    ("wecom", "企业微信（演示，只写文件）"),
)
NOTES = 40  # to the most valuable
PRICE = Decimal("0.045")  # of a part, yuan
ANSWERS = ("收到，谢谢", "下周二上午可以来网点吗", "退订")


@dataclass(frozen=True)
class Plan:
    """One mailing of the demo: when, what for, and what it says."""

    key: str
    days: int  # before today
    name: str
    purpose: str
    text: str
    paused: str = ""  # why it stands still, with people waiting


BANK = (
    Plan("statement", 18, "十月账单通知", "service",
         "{name}，您 10 月的电子账单已出，可在手机银行“账单”中查看。"
         "如有疑问请致电您的客户经理。"),
    Plan("maturity", 9, "存单到期提醒", "service",
         "{name}，您有一笔定期存款将在 30 天内到期。"
         "到期后可转存、支取，也可约客户经理一起看看。"),
    Plan("thanks", 5, "小雪问候", "greeting",
         "{name}，小雪已至，天气转凉，请注意添衣。感谢您一直以来的信任，祝您和家人安康。"),
    Plan("salon", 1, "岁末财富沙龙邀请", "marketing",
         "{name}，本行 12 月 5 日下午举办岁末财富沙龙，讲明年家庭资产怎么安排，"
         "席位有限，回复“参加”即可。拒收请回复R",
         paused="等合规确认新的风险提示语"),
)  # fmt: skip
SHOP = (
    Plan("statement", 18, "会员月度账单", "service",
         "{name}，您 10 月的会员账单已出，可在会员中心查看消费与积分。"),
    Plan("order", 9, "售后关怀通知", "service",
         "{name}，您近期购买的商品仍可无理由退换，需要帮忙请到任一门店。"),
    Plan("thanks", 5, "小雪问候", "greeting",
         "{name}，小雪已至，天气转凉，请注意添衣。感谢您一年来的光顾，祝您和家人安康。"),
    Plan("salon", 1, "新品品鉴会邀请", "marketing",
         "{name}，12 月 5 日下午门店举办新品品鉴会，席位有限，回复“参加”即可。拒收请回复R",
         paused="等门店确认场地"),
)  # fmt: skip


def live(*, kind: str, today: date, maturing: Sequence[str]) -> None:
    """Set the lines up and send the last month's mailings."""
    open_ones = lines(today=today)
    with scope.everything():
        by = _marketer()
    for plan in BANK if kind == "bank" else SHOP:
        _send(plan, open_ones["sms"], today=today, maturing=maturing, by=by)
    with scope.everything():
        _answers(open_ones["sms"], at=_moment(today, days=1) + timedelta(hours=3))


def note(*, today: date) -> None:
    """The most valuable get a note at the end of the year, once their manager confirms it."""
    people = Customer.objects.standing().filter(kind=Customer.Kind.PERSON)
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    at = _moment(today, days=0) - timedelta(hours=2)
    outreach.reach(
        "demo:year-end", message="demo-year-end-note", name="岁末问候（核心客户）",
        by=_marketer(), at=at,
        customers=sorted(content.awaiting_confirmation(scope.house(), ids))[:NOTES],
        not_before=at, valid_until=at + timedelta(days=3),
    )  # fmt: skip


def lines(*, today: date) -> dict[str, Line]:
    """A line for each channel, set up in time for all that the demo sends."""
    begin = _moment(today, days=45)
    with scope.everything():
        known = {line.channel: line for line in Line.objects.order_by("-pk")}
        return {
            channel: known.get(channel) or _line(channel, name, at=begin)
            for channel, name in LINES
        }


def _line(channel: str, name: str, *, at: datetime) -> Line:
    price = PRICE if channel == "sms" else None
    return actions.add_line(
        name=name, kind_code="console", given={}, channel=channel, part_price=price,
        connections=2, by=DEMO, at=at,
    )  # fmt: skip


def _send(plan: Plan, line: Line, *, today: date, maturing: Sequence[str], by: Actor) -> None:
    """Lay a mailing down and send it; of a paused one the second half waits."""
    at = _moment(today, days=plan.days)
    with scope.everything():
        people = _people(plan, maturing)
        _asked(plan, people, at=at - timedelta(days=20))
        mailing = actions.make_mailing(
            f"demo:{plan.key}", name=plan.name, line=line, purpose=plan.purpose,
            not_before=at, valid_until=at + timedelta(days=10), by=by, at=at,
        )  # fmt: skip
        first = people[: len(people) // 2] if plan.paused else people
        actions.lay(mailing, [_draft(plan, who) for who in first], at=at)
        if not plan.paused:
            actions.complete(mailing, by=by, at=at)
    # Threads have connections of their own: what is laid down is committed by now.
    actions.send(line, clock=lambda: at, until=at + timedelta(hours=1))
    if plan.paused:
        with scope.everything():
            _hold(plan, mailing, people[len(first) :], by=by, at=at)


def _asked(plan: Plan, people: Sequence[Customer], *, at: datetime) -> None:
    """Two of three were asked at the counter before, and most said yes."""
    if plan.purpose != "marketing":
        return
    for who in people:
        if (chance := draw(f"asked:{who.number}")) < 66:
            channels.record_consent(
                who, purpose="marketing", channel="sms", at=at, by=DEMO, source="branch",
                said="given" if chance < 58 else "refused", evidence=f"R-{who.number}",
            )  # fmt: skip


def _hold(
    plan: Plan, mailing: Mailing, rest: Sequence[Customer], *, by: Actor, at: datetime
) -> None:
    actions.lay(mailing, [_draft(plan, who) for who in rest], at=at)
    actions.pause(mailing, why=plan.paused, by=by, at=at)
    actions.complete(mailing, by=by, at=at)


def _draft(plan: Plan, who: Customer) -> Draft:
    return Draft(who.pk, text=plan.text.format(name=who.name))


def _people(plan: Plan, maturing: Sequence[str]) -> list[Customer]:
    """Whom a mailing is for: some of the persons, the same in every demo."""
    found = Customer.objects.standing().filter(kind=Customer.Kind.PERSON).order_by("number")
    if plan.key == "maturity":
        return list(found.filter(number__in=maturing)[:PEOPLE])
    drawn = [who for who in found[: PEOPLE * 8] if draw(f"{plan.key}:{who.number}") < 40]
    return drawn[:PEOPLE]


def _answers(line: Line, *, at: datetime) -> None:
    """A few answer; one of them wants no more."""
    sent = Delivery.objects.filter(mailing__line=line, state=Delivery.State.SENT)
    events = [
        Event(Happened.REPLIED, once=f"demo:{place}", key=row.public_id, at=at, text=text)
        for place, (row, text) in enumerate(zip(sent.order_by("-pk"), ANSWERS, strict=False))
    ]
    actions.take_in(line, events, at=at)


def _marketer() -> Actor:
    found = Person.objects.filter(role="marketer", is_active=True).order_by("pk").first()
    return found or DEMO


def _moment(today: date, *, days: int) -> datetime:
    """Ten in the morning, so many days before today."""
    day = today - timedelta(days=days)
    return datetime.combine(day, time(10), core.time_zone())
