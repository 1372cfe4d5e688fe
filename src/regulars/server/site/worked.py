"""Some worked weeks of a demo: every morning planned, and its people acting like people.

Each of them has a diligence of their own: of what falls due they do that part, most of it in
time, and leave the rest. The first cards of a list get their result as two clicks write it,
the others many at once. Nobody is perfect and nobody is the same, so that coverage, alerts
and the team board have something to show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from regulars.server.care import actions as care
from regulars.server.care import queries
from regulars.server.care.loading import invented as own_triggers
from regulars.server.care.models import Card
from regulars.server.care.rules.answers import read
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.core.rules import Role
from regulars.server.site import others
from regulars.server.site.dice import draw as _draw

T = TypeVar("T")
DAYS = 6  # working days before today
MOST = 240  # two clicks in all: each costs some hundredths of a second
# What calls come to, in hundredths: outcome, step, how often.
RESULTS = (
    ("reached", "done", 44),
    ("no_answer", "call_tomorrow", 22),
    ("not_now", "done", 14),
    ("interested", "offer", 12),
    ("reached", "meet", 8),
)
# What is answered to questions, by their kind, in hundredths; words stay unsaid.
SAID: Mapping[str, Mapping[str, int]] = {
    "score": {"5": 46, "4": 32, "3": 14, "2": 6, "1": 2},
    "nps": {"10": 28, "9": 24, "8": 22, "7": 12, "6": 8, "4": 6},
    "yes_no": {"1": 82, "0": 18},
    "choice": {"1": 60, "2": 40},
}
WAYS = (("call", 70), ("wecom", 18), ("visit", 12))


def work(*, today: date, by: Actor) -> int:
    """Plan and work the last days before today; how many cards got a result."""
    zone, done = core.time_zone(), 0
    days = _days(today)
    own_triggers.make(at=datetime.combine(days[0], time(4), zone))
    for day in days:
        morning = datetime.combine(day, time(5), zone)
        care.plan(day=day, by=by, at=morning)
        with scope.everything():
            done += _day(day, morning, most=MOST // DAYS)
            done += others.work(day, morning, desks=_desks(), by=by)
    return done


def _days(today: date) -> list[date]:
    """The last working days before today, the first one first."""
    calendar = core.work_calendar()
    found: list[date] = []
    day = today
    while len(found) < DAYS:
        day -= timedelta(days=1)
        if calendar.is_workday(day):
            found.insert(0, day)
    return found


def _day(day: date, morning: datetime, *, most: int) -> int:
    """Let everybody work through the top of their list."""
    desks = _desks()
    cards = Card.objects.waiting(day).filter(over_capacity=False)
    listed: dict[Person, list[Card]] = defaultdict(list)
    for card in cards.select_related("customer", "book__owner").order_by(
        "priority", "-gain", "pk"
    ):
        who = card.book.owner if card.desk == Card.Desk.RM else desks.get(card.book.org_unit_id)
        if who is not None:
            listed[who].append(card)
    each = max(1, most // max(1, len(listed)))
    done = 0
    for who, found in sorted(listed.items(), key=lambda pair: pair[0].pk):
        diligent = 45 + _draw(f"diligence:{who.username}") // 2  # 45 to 94 of a hundred
        for place, card in enumerate(found[:each]):
            if _draw(f"{card.customer.number}:{day}") < diligent and _waits(card):
                _result(card, who, morning + timedelta(hours=4, minutes=12 * place))
                done += 1
    return done


def _waits(card: Card) -> bool:
    """Whether it is open still: one talk may close the customer's cards of two desks."""
    return Card.objects.waiting(card.day).filter(pk=card.pk).exists()


def _desks() -> dict[int, Person]:
    """Who works at each branch's other desks: its lobby manager, else its manager."""
    found: dict[int, Person] = {}
    for role in (Role.MANAGER, Role.LOBBY_MANAGER):
        for person in Person.objects.filter(role=role, is_active=True).order_by("-pk"):
            found[person.org_unit_id] = person
    return found


def _result(card: Card, person: Person, at: datetime) -> None:
    key = f"{card.customer.number}:{at:%d%H}"
    outcome, step = _pick(f"outcome:{key}", {(o, s): n for o, s, n in RESULTS})
    # Some people only know the telephone.
    only_calls = _draw(f"way:{person.username}") < 30
    channel = "call" if only_calls else _pick(f"way:{key}", dict(WAYS))
    if outcome == "reached" and (answers := _answers(card, key)):
        care.record_contact(
            card.customer, channel=channel, outcome=outcome, topic="post_sale", answers=answers,
            by=person, at=at,
        )  # fmt: skip
        return
    care.record_outcome(card, outcome=outcome, step=step, channel=channel, by=person, at=at)


def _answers(card: Card, key: str) -> list[care.Told]:
    """What the customer says to the questions of a playbook's step, mostly content."""
    tasks = [task for task in card.tasks.filter(state="open") if task.facts.get("playbook")]
    found = []
    for task, text, step in queries.questions(tasks, "zh-hans"):
        for question in step.questions:
            typed = SAID.get(question.kind, {})
            if typed and (given := read(question, _pick(f"{question.key}:{key}", typed))):
                found.append(care.Told(task, text.version, question, given))
    return found


def _pick(key: str, chances: Mapping[T, int]) -> T:
    left = _draw(key)
    values = list(chances)
    for value in values[:-1]:
        left -= chances[value]
        if left < 0:
            return value
    return values[-1]
