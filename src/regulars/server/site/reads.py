"""What the demo writes to its personas: this week's items and the next, with who posted them.

Two of them went out as messages; the rest managers posted, or not and said why.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.posts import actions
from regulars.server.posts.actions import Told
from regulars.server.posts.models import Mark, Persona, Slot
from regulars.server.posts.rules import Policy, moment
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.segments.rules.tree import Condition, Group
from regulars.server.site.dice import draw

DEMO = System("demo")
HOURS = (time(8, 30), time(17, 30))
GROWERS = 60  # picked by hand from the first of the file
REASONS = ("客户在别处看过了", "不适合我的客户", "今天休假", "上午连开两个会，错过了")
FILLED = 78  # of a hundred places of this week
NEXT = 45  # of a hundred places of the next


@dataclass(frozen=True)
class Crowd:
    """A persona of the demo with what is written to it, in turn."""

    name: str
    name_en: str
    voice: str
    rule: Group | None  # None: picked by hand
    reads: tuple[Told, ...]


def _crowds() -> list[Crowd]:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return [
        Crowd(
            one["name"],
            one["name_en"],
            one["voice"],
            _rule(*one["rule"]) if "rule" in one else None,
            tuple(Told(**each) for each in one["reads"]),
        )
        for one in told["personas"]
    ]


def _rule(field: str, op: str, *values: str) -> Group:
    return Group("all", (Condition(field, op, values),))


def live(*, kind: str, today: date, at: datetime) -> None:
    """Set personas and slots up, and write two weeks."""
    writer = Person.objects.filter(role="marketer", is_active=True).order_by("pk").first()
    approver = (
        Person.objects.filter(role="leader", org_unit__parent=None).order_by("pk").first()
    )
    if kind != "bank" or writer is None or approver is None:
        return
    begin = at - timedelta(days=40)
    # The message that comes with Regulars, as the demo's people took it and approved it.
    actions.set_policy(Policy(message="demo-daily-read"), by=writer, at=begin)
    slots = [actions.add_slot(hour, by=writer, at=begin) for hour in HOURS]
    groups = {
        actions.add_persona(
            name=one.name, name_en=one.name_en, voice=one.voice,
            segment=_segment(one, writer, at=begin), by=writer, at=begin,
        ): one
        for one in _crowds()
    }  # fmt: skip
    actions.sort(at=at)
    for day, hour, persona, told in _places(groups, slots, today):
        _live(persona, hour, day, told, writer=writer, approver=approver, at=at)
    for mark in Mark.objects.select_related("item", "person").order_by("pk"):
        _told(mark, at=at)


def _segment(one: Crowd, writer: Person, *, at: datetime) -> Segment:
    if one.rule is not None:
        return segments.keep(
            one.rule, name=f"每日内容：{one.name}", by=writer, at=at,
            sharing=Segment.Sharing.EVERYBODY, reason="按年龄分开写，不用于定价。",
        )  # fmt: skip
    made = segments.make_group(
        name=f"每日内容：{one.name}", description="村里的客户经理报上来的名单。",
        sharing=Segment.Sharing.EVERYBODY, by=writer, at=at,
    )  # fmt: skip
    people = Customer.objects.standing().filter(kind=Customer.Kind.PERSON).order_by("number")
    ids = [one.pk for one in people[: GROWERS * 6] if draw(f"grower:{one.number}") < 18]
    segments.add_members(made, ids[:GROWERS], by=writer, at=at)
    return made


def _places(
    groups: dict[Persona, Crowd], slots: Sequence[Slot], today: date
) -> Iterator[tuple[date, Slot, Persona, Told]]:
    """The places of two weeks that are filled, with what is written there."""
    monday, calendar = today - timedelta(days=today.weekday()), core.work_calendar()
    for n in range(14):
        day = monday + timedelta(days=n)
        if not calendar.is_workday(day):
            continue
        for k, hour in enumerate(slots):
            for persona, one in groups.items():
                share = FILLED if n < 7 else NEXT
                if draw(f"read:{persona.name}:{n}:{k}") < share:
                    yield day, hour, persona, one.reads[(n * 2 + k) % len(one.reads)]


def _live(
    persona: Persona,
    hour: Slot,
    day: date,
    told: Told,
    *,
    writer: Person,
    approver: Person,
    at: datetime,
) -> None:
    """Write an item the day before its own, and bring it as far as it is by now."""
    goes = moment(day, hour.at, core.time_zone())
    begin = min(goes - timedelta(hours=20), at - timedelta(hours=2))
    lately = at - timedelta(hours=20) < goes <= at
    told = replace(told, by_message=lately)
    made = actions.write(persona, hour, day, told, by=writer, at=begin)
    chance = draw(f"far:{persona.name}:{day}:{hour}")
    if goes > at and chance < 18:
        return
    try:
        actions.submit(made, by=writer, at=begin + timedelta(minutes=20), excuse="政府公开信息")
    except RegularsError:
        return  # its words are on this company's own list: it stays a draft
    if goes > at and chance < 40:
        return
    actions.approve(made, by=approver, at=begin + timedelta(hours=1))
    if goes <= at:
        actions.post(made.pk, by=DEMO, at=goes)


def _told(mark: Mark, *, at: datetime) -> None:
    """Most managers post, some say why not, some say nothing."""
    chance = draw(f"posts:{mark.person.username}:{mark.item.day}:{mark.item.title}")
    then = mark.item.posted_at
    if chance >= 80 or then is None:
        return
    when = min(then + timedelta(minutes=4 + chance % 50), at)
    if chance < 64:
        actions.mark(mark, state=Mark.State.POSTED, by=mark.person, at=when)
    else:
        reason = REASONS[chance % len(REASONS)]
        actions.mark(mark, state=Mark.State.NOT_POSTED, reason=reason, by=mark.person, at=when)
