"""The rest of a demo's worked days: what falls due is mostly done, and mostly in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from regulars.base.calendar import WorkCalendar
from regulars.server.care.loading import worked
from regulars.server.care.loading.worked import Worked
from regulars.server.care.models import Card, Task
from regulars.server.channels.loading import Arrived
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.site.dice import draw

# Reasons that hang on something else, or that only somebody named can meet.
LEFT = {
    "care_plan", "complaint_closed", "complaint_due", "complaint_opened", "exec_visit_due",
    "head_visit_due", "life_event", "promise_due", "rank_contact_due",
}  # fmt: skip
LATE = 14  # of a hundred that are done: a day or two after they were due
EARLY = 3  # days before it is due that something is done at the earliest
MISSED = 34  # of a hundred calls: nobody answered the first one
OUTCOMES = (("reached", 58), ("interested", 16), ("not_now", 16), ("done", 10))
WAYS = (("call", 64), ("wecom", 30), ("visit", 6))
NOTES = (
    ("近况都好，利率的事想再看看。", "到期前再说一次", "到期前三天再联系"),
    ("孩子刚上大学，手头要留些活钱。", "随时能取的安排", "带一张对照表"),
    ("App 登录遇到问题，已在电话里教会。", "手机银行", ""),
    ("生意转旺，月底有一笔回款。", "回款后的安排", "月底前再联系"),
    ("", "", ""),
)


def work(day: date, morning: datetime, *, desks: Mapping[int, Person], by: Actor) -> int:
    """Do of all lists what people do on this day; how many cards."""
    done = list(_done(day, morning, desks))
    missed = [_missed(row.contact) for row in done if _was_missed(row.contact)]
    return worked.close(done, day=day, by=by, at=morning + timedelta(hours=13), missed=missed)


def _done(day: date, morning: datetime, desks: Mapping[int, Person]) -> Iterator[Worked]:
    calendar = core.work_calendar()
    held = {person.pk: person for person in Person.objects.filter(is_active=True)}
    for card in _waiting(day):
        owner = held.get(card["book__owner"]) if card["desk"] == Card.Desk.RM else None
        who = owner or desks.get(card["book__org_unit"])
        if who is None or card["desk"] == Card.Desk.LEADER or LEFT & set(card["triggers"]):
            continue
        key = f"{card['customer__number']}:{card['day']}"
        when = _when(card["due_on"], key, calendar)
        if draw(f"done:{key}") < _diligence(who) and day >= when:
            yield _worked(card, who, morning, key)


def _waiting(day: date) -> Any:
    """The open cards of a day with their reasons, whoever's they are."""
    still = Q(tasks__state=Task.State.OPEN)
    cards = Card.objects.waiting(day).order_by("pk")
    return cards.annotate(triggers=ArrayAgg("tasks__trigger", filter=still, default=[])).values(
        "pk", "customer__number", "book__owner", "book__org_unit", "desk", "day", "due_on",
        "triggers",
    )  # fmt: skip


def _diligence(who: Person) -> int:
    """74 to 95 of a hundred: everybody is somebody else."""
    return 74 + draw(f"diligence:{who.username}") * 22 // 100


def _when(due_on: date, key: str, calendar: WorkCalendar) -> date:
    """The first day on which it is done."""
    if draw(f"late:{key}") < LATE:
        return calendar.add_workdays(due_on, 1 + draw(f"days:{key}") % 2)
    return due_on - timedelta(days=draw(f"days:{key}") % (EARLY + 1))


def _worked(card: Mapping[str, Any], who: Person, morning: datetime, key: str) -> Worked:
    triggers = set(card["triggers"])
    way = "visit" if "visit_due" in triggers else _pick(WAYS, f"way:{key}")
    note, need, step = NOTES[draw(f"note:{key}") % len(NOTES)]
    minute = (
        draw(f"minute:{key}") * 5 + draw(f"more:{key}") % 5
    )  # from nine on, for eight hours
    return Worked(
        card["pk"],
        who.pk,
        Arrived(
            number=card["customer__number"],
            at=morning + timedelta(hours=4, minutes=minute),
            channel=way,
            outcome=_pick(OUTCOMES, f"outcome:{key}"),
            person=who.username,
            topic="review" if "review_due" in triggers else "contact",
            note=note,
            need=need,
            next_step=step,
        ),
    )


def _was_missed(told: Arrived) -> bool:
    """Whether it took a second call."""
    return told.channel == "call" and draw(f"missed:{told.number}:{told.at:%d}") < MISSED


def _missed(told: Arrived) -> Arrived:
    return Arrived(
        number=told.number,
        at=told.at - timedelta(minutes=47),
        channel="call",
        outcome="no_answer",
        person=told.person,
    )


def _pick(chances: tuple[tuple[str, int], ...], key: str) -> str:
    left = draw(key)
    for value, chance in chances:
        left -= chance
        if left < 0:
            return value
    return chances[-1][0]
