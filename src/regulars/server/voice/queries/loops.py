"""The loop: what is open, whose turn it is, which causes come up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from regulars.server.care.models import Task
from regulars.server.care.rules.detect import Row
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.voice.models import Cause, Loop, OfCustomers
from regulars.server.voice.rules import naming

LOW, HIGH = "survey_detractor", "survey_promoter"
TRIGGERS: Mapping[str, str] = {LOW: Loop.Kind.DETRACTOR, HIGH: Loop.Kind.PROMOTER}
BACK = timedelta(days=60)
OPEN, DUE, DONE = "open", "due", "done"
# When such a task still stands: its cycle is "loop-12@20261123:0"; others come from events.
STANDS = """where t.cycle !~ '^loop-' or exists (select 1 from voice_loop e
    where e.id = substring(t.cycle from '^loop-([0-9]+)@')::bigint and e.state = 'open')"""


def low(day: date) -> list[Row]:
    return _waiting(LOW, day)


def high(day: date) -> list[Row]:
    return _waiting(HIGH, day)


def not_low(rows: Sequence[Row]) -> list[Row]:
    """Of low scores that other systems tell of, those that no answer here gave."""
    return _not_ours(LOW, rows)


def not_high(rows: Sequence[Row]) -> list[Row]:
    return _not_ours(HIGH, rows)


def _waiting(trigger: str, day: date) -> list[Row]:
    """Scores of surveys that wait to be dealt with; what a card told before is left out."""
    told = Task.objects.filter(trigger=trigger, customer=OuterRef("customer")).exclude(
        cycle__startswith="loop-"
    )
    found = (
        Loop.objects.filter(
            kind=TRIGGERS[trigger], state=Loop.State.OPEN, due_on__gte=day - BACK
        )
        .annotate(said_on=TruncDate("answer__at", tzinfo=core.time_zone()))
        .annotate(told=Exists(told.filter(happens_on=OuterRef("said_on"))))
        .filter(told=False)
        .select_related("answer")
        .order_by("customer", "pk")
    )
    return [
        Row(
            loop.customer_id,
            f"loop-{loop.pk}",
            core.local_date(loop.answer.at),
            learned_on=core.local_date(loop.opened_at),
            facts={"value": str(loop.score)},
        )
        for loop in found
    ]


def _not_ours(trigger: str, rows: Sequence[Row]) -> list[Row]:
    found = Loop.objects.filter(
        kind=TRIGGERS[trigger], customer__in={row.customer_id for row in rows}
    )
    said = found.annotate(said_on=TruncDate("answer__at", tzinfo=core.time_zone()))
    ours = set(said.values_list("customer", "said_on"))
    return [row for row in rows if (row.customer_id, row.on) not in ours]


def loops(
    viewer: Person, *, kind: str = "", show: str = OPEN, today: date
) -> OfCustomers[Loop]:
    """Loops of the viewer's customers: open ones by day, closed ones the newest first."""
    found = _seen(viewer)
    if kind:
        found = found.filter(kind=kind)
    if show == DONE:
        return found.filter(state=Loop.State.DONE).order_by("-closed_at", "-pk")
    found = found.exclude(state=Loop.State.DONE)
    if show == DUE:
        found = found.filter(due_on__lte=today)
    return found.order_by("due_on", "pk")


def loop(viewer: Person, public_id: str) -> Loop | None:
    return _seen(viewer).filter(public_id=public_id).first()


def loops_after(viewer: Person, *, every: bool, cursor: str, most: int) -> list[Loop] | None:
    """Loops from the one after another on, the oldest first; None for a strange cursor."""
    seen = _seen(viewer)
    last = seen.filter(public_id=cursor).first() if cursor else None
    if cursor and last is None:
        return None
    found = seen if every else seen.exclude(state=Loop.State.DONE)
    if last is not None:
        found = found.filter(pk__gt=last.pk)
    return list(found.order_by("pk")[:most])


def loops_of(viewer: Person, customer: Customer) -> list[Loop]:
    """What is open with one customer."""
    found = _seen(viewer).filter(customer=customer).exclude(state=Loop.State.DONE)
    return list(found.order_by("due_on", "pk"))


def may_close(viewer: Person, loop: Loop) -> bool:
    """A low score is closed by whoever leads, unless what was said names them."""
    if not viewer.may(Permission.RECORD_CONTACT):
        return False
    if loop.kind != Loop.Kind.DETRACTOR:
        return True
    return viewer.may(Permission.SEE_TEAM) and not is_named(viewer, loop)


def is_named(viewer: Person, loop: Loop) -> bool:
    """Whether the words of an answer are about somebody: somebody else closes the loop then."""
    said = loop.answer.comments.values_list("text", flat=True)
    return any(naming.names(text, viewer.name, viewer.name_en) for text in said)


@dataclass(frozen=True)
class Tallies:
    """How many loops are open, of them due, and how many were closed in time."""

    open: int
    due: int
    done: int
    in_time: int
    high: int


def tallies(viewer: Person, today: date) -> Tallies:
    low_ones = Q(kind=Loop.Kind.DETRACTOR)
    done = Q(state=Loop.State.DONE)
    found = _seen(viewer).order_by()
    closed = [
        (core.local_date(closed_at), due_on)
        for closed_at, due_on in found.filter(low_ones & done).values_list(
            "closed_at", "due_on"
        )
        if closed_at
    ]
    counted = found.aggregate(
        open=Count("pk", filter=low_ones & ~done),
        due=Count("pk", filter=low_ones & ~done & Q(due_on__lte=today)),
        high=Count("pk", filter=~low_ones & ~done),
    )
    return Tallies(
        **counted, done=len(closed), in_time=sum(closed <= due for closed, due in closed)
    )


def waiting(viewer: Person, at: datetime) -> tuple[int, bool]:
    """Low scores to close, and whether one is past its day; for the navigation."""
    if not viewer.may(Permission.SEE_TEAM):
        return 0, False
    today = core.local_date(at)
    found = (
        Loop.objects.visible_to(viewer)
        .filter(kind=Loop.Kind.DETRACTOR)
        .exclude(state=Loop.State.DONE)
    )
    return found.count(), found.filter(due_on__lt=today).exists()


def causes(*, every: bool = False) -> QuerySet[Cause]:
    found = Cause.objects.all()
    return found if every else found.filter(is_active=True)


def cause(public_id: str) -> Cause | None:
    return Cause.objects.filter(public_id=public_id).first()


def of_cause(viewer: Person, found: Cause) -> OfCustomers[Loop]:
    """The loops behind a cause."""
    return _seen(viewer).filter(cause=found).order_by("-opened_at", "-pk")


def _seen(viewer: Person) -> OfCustomers[Loop]:
    found = Loop.objects.visible_to(viewer)
    return found.select_related(
        "customer__book__owner", "cause", "closed_by", "answer__version__survey", "answer__wave"
    )
