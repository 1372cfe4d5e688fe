"""Festivals and communities of the demo: one looked back on, plans to come, two circles.

Everything goes through the actions that staff use, on the demo's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from regulars.server.communities import actions as communities
from regulars.server.communities.models import Community, Member
from regulars.server.content import actions as content
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.models import Line
from regulars.server.festivals import actions, queries
from regulars.server.festivals.models import Plan
from regulars.server.rewards.models import Gift
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.site.dice import draw


@dataclass(frozen=True)
class Circle:
    """A community of the demo."""

    name: str
    name_en: str
    interest: str
    about: str
    about_en: str
    where: str


CIRCLES = (
    Circle(
        "茶友会", "Tea circle", "喝茶",
        "每月第二个周六下午，轮流由一位会员泡茶。不谈产品，不带推销；可以带一位朋友。",
        "The second Saturday of each month one member makes tea. No products; bring a friend.",
        "网点二楼",
    ),
    Circle(
        "周末徒步", "Weekend walks", "走路",
        "每月一次，五公里以内的平路，集合点在网点门口。带水，量力而行。",
        "Once a month, five kilometres at most on even ground, from the branch. Bring water.",
        "网点门口集合",
    ),
)  # fmt: skip
WISH: dict[str, Any] = {
    "channel": "sms",
    "purpose": "greeting",
    "title": {"zh": "节日祝福", "en": "Wishes for a festival"},
    "tags": ["节日"],
    "wordings": [
        {
            "text": {
                "zh": "{{ customer.salutation }}，佳节到了，{{ branch.name }}祝您和家人平安。"
                "有空来坐坐，茶已备好。",
                "en": "{{ customer.salutation }}, a happy holiday to you and your family from "
                "all of us at {{ branch.name }}. Come by for a cup of tea.",
            }
        }
    ],
}
IDEAS = ("下次请带孙辈一起来。", "我有一套老茶具，可以讲一讲。", "想走一次江边那条路。")
MEMBERS, MEETINGS, COME, GUESTS = 14, 4, 55, 60


def live(*, today: date, at: datetime) -> None:
    """Plan the festivals to come, look back on one; live half a year of two communities."""
    with scope.everything():
        head = Person.objects.filter(org_unit__parent=None).order_by("pk")
        marketer = head.filter(role="marketer").first()
        leader = head.filter(role="leader").first()
        if marketer is None or leader is None:
            return
        greeting = _greeting(marketer, leader, today)
        _to_come(marketer, greeting, today, at)
        last = _last(marketer, greeting, today)
    if last is not None:
        _deliver(last.on)  # by threads of their own, which see what is committed
    with scope.everything():
        if last is not None:
            _noted(last, marketer)
        owners = Person.objects.filter(role="rm", books__isnull=False).distinct().order_by("pk")
        for circle, mine in zip(CIRCLES, owners, strict=False):
            _circle(circle, mine, marketer=marketer, leader=leader, today=today)


def _to_come(marketer: Person, greeting: str, today: date, at: datetime) -> None:
    """Three that are weeks away are planned; what is nearer may stand without a plan."""
    gift = Gift.objects.filter(is_offered=True).order_by("code").first()
    coming = [
        one
        for one in queries.coming(marketer, today, years=1)
        if one.festival.wish and one.days > 21
    ]
    for n, one in enumerate(coming[:3]):
        plan = actions.make_plan(
            one.festival, one.on, owner=marketer, by=marketer, at=at,
            idea=queries.ideas_for(one.festival.code)[0].code,
            way="message", levels=[5, 4], message=greeting,
            gift=gift, gift_levels=[5] if gift else [],
        )  # fmt: skip
        if n == 0:
            actions.decide(plan, by=marketer, at=at)


def _last(marketer: Person, greeting: str, today: date) -> Plan | None:
    """The last festival, as it was planned in its time, with its wishes laid down."""
    begun = today - timedelta(days=150)
    past = [
        one
        for one in queries.coming(marketer, begun, years=1)
        if one.on < today and one.festival.wish and one.days > 21
    ]
    if not past:
        return None
    one, before = past[-1], _at(begun, 10)
    made = actions.make_plan(
        one.festival, one.on, owner=marketer, by=marketer, at=before,
        way="message", message=greeting, segment=_guests(one, marketer, before),
        idea=queries.ideas_for(one.festival.code)[0].code,
    )  # fmt: skip
    actions.decide(made, by=marketer, at=before)
    for task in made.tasks.filter(done_at__isnull=True):
        actions.do_task(task, done=True, by=marketer, at=_at(task.due_on, 16))
    actions.send(made, by=marketer, at=_at(one.on - timedelta(days=1), 16))
    return made


def _noted(made: Plan, marketer: Person) -> None:
    """The day after it is over, and what came of it is written down."""
    after = made.on + timedelta(days=1)
    actions.end_over(after, by=marketer, at=_at(after, 9))
    told = "来了四十多位，带家人的占一半；座位少了，明年提前两周约。"
    actions.note_result(made, note=told, by=marketer, at=_at(after, 10))


def _greeting(marketer: Person, leader: Person, today: date) -> str:
    """The code of a greeting that fits any festival, written by one and approved by another."""
    then = _at(today - timedelta(days=160), 9)
    made = content.save_draft("message", WISH, code="demo-festival-wish", by=marketer, at=then)
    content.submit(made, by=marketer, at=then)
    content.approve(made, by=leader, at=then + timedelta(hours=2))
    return "demo-festival-wish"


def _guests(one: queries.Coming, marketer: Person, at: datetime) -> Segment:
    """Some of those whom the festival is for, as somebody picked them."""
    people = queries.members(one.festival, None, marketer, on=one.on, at=at)
    made = segments.make_group(
        name=f"{one.festival.name}名单", sharing=Segment.Sharing.EVERYBODY, branch=None,
        by=marketer, at=at,
    )  # fmt: skip
    kept = [pk for pk in people if draw(f"festival/{pk}") < COME][:GUESTS]
    segments.add_members(made, kept, by=marketer, at=at)
    return made


def _deliver(on: date) -> None:
    """The sender works through the morning of that day."""
    with scope.everything():
        line = Line.objects.filter(channel="sms").order_by("pk").first()
    if line is not None:
        then = _at(on, 9)
        delivery.send(line, clock=lambda: then, until=then + timedelta(hours=1))


def _circle(
    told: Circle, mine: Person, *, marketer: Person, leader: Person, today: date
) -> None:
    made = communities.make(
        name=told.name, name_en=told.name_en, interest=told.interest, about=told.about,
        about_en=told.about_en, leader=mine, by=marketer,
        place=mine.org_unit if told != CIRCLES[0] else None,
        at=_at(today - timedelta(days=200), 10),
    )  # fmt: skip
    members = _join(made, mine, today)
    _meet(made, told.where, members, mine, today)
    for n, (member, words) in enumerate(zip(members, IDEAS, strict=False)):
        when = _at(today - timedelta(days=20 + 9 * n), 11)
        communities.note_deed(member, kind="idea", words=words, by=mine, at=when)
    written = _at(today - timedelta(days=6), 9)
    post = communities.write(
        made, title="下次聚会的安排", by=mine, at=written,
        text=f"时间照旧，{told.where}。请带一件想讲的东西。",
    )  # fmt: skip
    communities.submit(post, by=mine, at=written)
    if told == CIRCLES[0]:
        communities.approve(post, by=leader, at=_at(today - timedelta(days=5), 9))


def _join(made: Community, mine: Person, today: date) -> list[Member]:
    """Members came over the months; some were brought by those who were there."""
    found = Customer.objects.filter(book__owner=mine, kind="person", state="active")
    members: list[Member] = []
    for n, who in enumerate(found.order_by("number")[:MEMBERS]):
        friend = members[n % 3] if n > 6 and n % 3 else None
        when = _at(today - timedelta(days=max(8, 195 - 14 * n)), 15)
        agreed = "" if n % 6 == 5 else "当面同意"
        members.append(
            communities.enter(made, who, agreed=agreed, by=mine, at=when, brought_by=friend)
        )
    for member in members[:1]:
        communities.set_host(member, host=True, by=mine, at=_at(today, 8))
    return members


def _meet(
    made: Community, where: str, members: list[Member], mine: Person, today: date
) -> None:
    """Four were held; to the next some have said yes."""
    for n in range(MEETINGS):
        day = today - timedelta(days=28 * (MEETINGS - n) - 10)
        planned = communities.plan_meeting(
            made, title=f"{made.interest} · 第 {n + 1} 次", when=_at(day, 14),
            where=where, by=mine, at=_at(day - timedelta(days=12), 9),
        )  # fmt: skip
        came = [
            one.pk
            for one in members
            if one.joined_on <= day
            and draw(f"circle/{made.name}/{n}/{one.customer.number}") < COME
        ]
        communities.hold(planned, came, by=mine, at=_at(day, 18))
    last_word = _at(today - timedelta(days=1), 17)
    ahead = communities.plan_meeting(
        made, title=f"{made.interest} · 第 {MEETINGS + 1} 次", note="可以带一位朋友。",
        when=_at(today + timedelta(days=12), 14), where=where, by=mine,
        at=_at(today - timedelta(days=2), 9),
    )  # fmt: skip
    for member in members[:5]:
        communities.answer(member.token, ahead.public_id, coming=True, at=last_word)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), core.time_zone())
