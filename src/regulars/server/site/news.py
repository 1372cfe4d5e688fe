"""What happened lately in the demo: topics as they were raised, taken, released and dropped."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from regulars.server.channels.models import Touch
from regulars.server.core.audit import System
from regulars.server.core.models import Person
from regulars.server.posts import queries as posts
from regulars.server.segments.models import Segment
from regulars.server.site.dice import draw
from regulars.server.topics import actions
from regulars.server.topics.models import Talk, Topic

DEMO = System("demo")
SCRIPT = (
    "个人养老金可以在手机上开户了，每年最多存 1.2 万元，能抵个税。您今年的额度还没用，"
    "我帮您算算能省多少？"
)
SCRIPT_EN = (
    "the personal pension account can be opened in the app now: up to 12,000 yuan a year, "
    "deductible. Shall I work out what it saves you this year?"
)


def live(*, kind: str, today: date, at: datetime) -> None:
    """Five topics: one just raised, one being written, one out, one dropped, one too old."""
    writer = Person.objects.filter(role="marketer", is_active=True).order_by("pk").first()
    leader = Person.objects.filter(role="leader", org_unit__parent=None).order_by("pk").first()
    managers = list(Person.objects.filter(role="rm", is_active=True).order_by("pk")[:5])
    if kind != "bank" or writer is None or leader is None or not managers:
        return
    _released(managers[0], writer, leader, at=at - timedelta(hours=26))
    dropped = _raise(
        managers[1 % len(managers)], "隔壁商场周年庆", "对面商场周末满减，人会很多。",
        at=at - timedelta(days=3), own_trade=False,
    )  # fmt: skip
    actions.drop(
        dropped,
        why="和客户的钱没有关系，别占他们的时间。",
        by=writer,
        at=at - timedelta(days=3),
    )
    _raise(
        managers[2 % len(managers)],
        "某平台理财兑付延期", "客户群里在传，有人来问和我们有没有关系。",
        at=at - timedelta(days=4), tone=Topic.Tone.NEGATIVE,
    )  # fmt: skip
    taken = _raise(
        managers[3 % len(managers)], "社保卡换发第三代",
        "本月起城区可以换第三代社保卡，网点能办，老人问得多。", at=at - timedelta(hours=6),
    )  # fmt: skip
    actions.take(taken, by=writer, at=at - timedelta(hours=5))
    _raise(
        managers[-1], "柑橘收购价一周涨两毛", "果品公司在备春节的货，种植户有货款要进来。",
        at=at - timedelta(hours=2),
    )  # fmt: skip
    actions.expire(by=DEMO, at=at)


def _released(by: Person, writer: Person, leader: Person, *, at: datetime) -> None:
    """Raised in the morning of the day before, released the same afternoon, partly answered."""
    topic = _raise(
        by, "个人养老金手机开户", "今天起可在手机银行开个人养老金账户，节税额度年底清零。",
        at=at, hours=120,
    )  # fmt: skip
    actions.take(topic, by=writer, at=at + timedelta(minutes=20))
    audience = _audience()
    actions.prepare(
        topic, segment=audience, script=SCRIPT, script_en=SCRIPT_EN, by=writer,
        at=at + timedelta(minutes=50),
    )  # fmt: skip
    then = at + timedelta(hours=1)
    actions.submit(topic, by=writer, at=then, excuse="政策原文如此，不涉及收益。")
    actions.release(topic, by=leader, at=then + timedelta(minutes=25))
    spoken = Talk.objects.filter(topic=topic).select_related("customer__book__owner")
    for talk in spoken.order_by("pk"):
        if talk.customer.book.owner and draw(f"talk:{talk.customer.number}") < 22:
            actions.answer(
                [f"talk:{talk.pk}:x"], touch=Touch(), by=talk.customer.book.owner,
                at=then + timedelta(hours=2),
            )  # fmt: skip


def _raise(
    by: Person,
    title: str,
    what: str,
    *,
    at: datetime,
    own_trade: bool = True,
    tone: str = Topic.Tone.POSITIVE,
    hours: int = 48,
) -> Topic:
    return actions.raise_topic(
        title=title, what=what, own_trade=own_trade, tone=tone, by=by, at=at,
        expires_at=at + timedelta(hours=hours),
    )  # fmt: skip


def _audience() -> Segment:
    """Young families, as the daily posts know them."""
    return list(posts.personas())[-1].segment
