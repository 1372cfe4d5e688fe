"""The desk: cases as one viewer sees them, key customers first, then the least time left."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Count, DateTimeField, F, Q, Value
from django.db.models import Case as Choose
from django.db.models import When as If

from regulars.server.complaints.models import Case, CaseQuerySet, Entry
from regulars.server.complaints.queries.clocks import (
    at_work,
    clock,
    is_late,
    next_due,
    policy,
    to_call,
)
from regulars.server.complaints.queries.wording import STEPS
from regulars.server.complaints.rules import Clock, Step
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

PAGE = 50
NEAR = 2  # working days before an answer or an end is due it stands on Today
# What a desk can show; each is a figure on it.
OPEN, MINE, NOBODY, LATE = "open", "mine", "nobody", "late"
RISEN, WAITING, CALLS, CLOSED = "risen", "waiting", "calls", "closed"
SHOWS = (OPEN, MINE, NOBODY, LATE, RISEN, WAITING, CALLS, CLOSED)


# Whoever left handles nothing any more.
WITHOUT = Q(handler__isnull=True) | Q(handler__is_active=False)


@dataclass(frozen=True)
class Shown:
    """One case as it stands on a page."""

    case: Case
    tier: TierMark | None
    is_key: bool
    step: Step
    step_name: str
    due: datetime
    left: timedelta  # working time; negative where it is late

    @property
    def left_minutes(self) -> int:
        return int(abs(self.left).total_seconds() // 60)

    @property
    def is_late(self) -> bool:
        return self.case.is_open and self.left <= timedelta()


@dataclass(frozen=True)
class Wanted:
    """Which cases: what the desk shows, narrowed down."""

    show: str = OPEN
    level: int | None = None  # 0: without a tier
    type: str = ""
    words: str = ""  # number, name, or part of what was said


@dataclass(frozen=True)
class Tallies:
    """How many stand under each thing that the desk can show."""

    open: int
    mine: int
    nobody: int
    late: int
    risen: int
    waiting: int
    calls: int


def one(viewer: Person, public_id: str) -> Case | None:
    """One case that the viewer sees."""
    return readable(viewer).filter(public_id=public_id).first()


def readable(viewer: Person) -> CaseQuerySet:
    """Cases whose words the viewer may read: who may handle complaints. Others count them."""
    found = seen(viewer)
    return found if viewer.may(Permission.RECORD_CONTACT) else found.none()


def seen(viewer: Person) -> CaseQuerySet:
    """Cases that the viewer's figures count."""
    return Case.objects.visible_to(viewer).select_related(
        "customer__book__org_unit", "book__org_unit", "type", "product", "handler", "risen_to",
        "about", "cause", "closed_by", "taken_by", "called_by",
    )  # fmt: skip


def listed(viewer: Person, at: datetime, wanted: Wanted, *, offset: int = 0) -> tuple[
    list[Shown], bool
]:  # fmt: skip
    """One page of the desk, and whether there is more."""
    found = ranked(narrowed(viewer, at, wanted), closed=wanted.show in {CLOSED, CALLS})
    rows = list(found[offset : offset + PAGE + 1])
    return shown(rows[:PAGE], at), len(rows) > PAGE


def narrowed(viewer: Person, at: datetime, wanted: Wanted) -> CaseQuerySet:
    """The cases that are wanted, in no order."""
    found = readable(viewer).filter(_shown(viewer, at)[wanted.show])
    if wanted.level is not None:
        found = found.filter(level=wanted.level)
    if wanted.type:
        found = found.filter(type__public_id=wanted.type)
    if words := wanted.words.strip():
        found = found.filter(_said(words))
    return found


def ranked(found: CaseQuerySet, *, closed: bool = False) -> CaseQuerySet:
    """Key customers first; then the least time left, or of closed ones the newest."""
    key = If(level__gte=policy().key_from, then=Value(True))
    marked = found.annotate(
        first=Choose(key, default=Value(False), output_field=BooleanField()), next_due=NEXT_DUE
    )
    if closed:
        return marked.order_by("-first", "-closed_at", "-pk")
    return marked.order_by("-first", "next_due", "-level", "pk")


NEXT_DUE = Choose(
    If(acknowledged_at__isnull=True, then=F("acknowledge_by")),
    If(answered_at__isnull=True, then=F("answer_by")),
    default=F("resolve_by"),
    output_field=DateTimeField(),
)


def tallies(viewer: Person, at: datetime) -> Tallies:
    parts = _shown(viewer, at)
    counted = (
        Case.objects.visible_to(viewer)
        .order_by()
        .aggregate(
            **{name: Count("pk", filter=parts[name]) for name in SHOWS if name != CLOSED}
        )
    )
    return Tallies(**counted)


def pressing(viewer: Person, at: datetime) -> tuple[int, bool]:
    """What the navigation counts: what waits with the viewer, and whether something is late.

    With the service desk and with managers waits, too, what nobody handles.
    """
    mine = Q(handler=viewer)
    if viewer.may(Permission.SEE_TEAM) or viewer.role == "lobby_manager":
        mine |= WITHOUT
    is_open = Q(state=Case.State.OPEN)
    mine = is_open & mine | (is_open | to_call()) & Q(risen_to=viewer)
    past = is_late(at) | to_call() & Q(call_by__lte=at)
    found = Case.objects.visible_to(viewer).filter(mine).order_by()
    counted = found.aggregate(all=Count("pk"), late=Count("pk", filter=past))
    return counted["all"], counted["late"] > 0


def for_today(viewer: Person, at: datetime, *, carded: Collection[int]) -> list[Shown]:
    """What the viewer answers for today and has no card of on the own list.

    Answers and ends that are near, and what rose; whosever customer it is, it stands with
    who handles it. `carded` are the cases that have a card there.
    """
    near = clock().work.after_days(at, NEAR)
    own = Q(handler=viewer) & (at_work() | Q(state=Case.State.OPEN, acknowledged_at=None))
    risen = (Q(state=Case.State.OPEN) | to_call()) & Q(risen_to=viewer)
    found = ranked(readable(viewer).filter(own | risen).exclude(pk__in=carded))
    return shown(found.filter(risen | Q(next_due__lte=near)), at)


def of_customer(
    viewer: Person, customer: Customer, at: datetime, *, most: int = 4
) -> list[Shown]:
    """Cases of a customer, the open ones first."""
    found = readable(viewer).filter(customer=customer).order_by("-state", "-received_at", "-pk")
    return shown(list(found[:most]), at)


def counted_of(viewer: Person, customer: Customer) -> int:
    return readable(viewer).filter(customer=customer).count()


def after(viewer: Person, *, every: bool, cursor: str, most: int) -> list[Case] | None:
    """Cases from the one after a case on, the newest first; None where it is none of theirs."""
    found = readable(viewer) if every else readable(viewer).open()
    if cursor:
        last = readable(viewer).filter(public_id=cursor).first()
        if last is None:
            return None
        older = Q(received_at__lt=last.received_at)
        found = found.filter(older | Q(received_at=last.received_at, pk__lt=last.pk))
    return list(found.order_by("-received_at", "-pk")[:most])


def by_reference(reference: str) -> Case | None:
    """The case of another system's number; for writes that may come again."""
    return Case.objects.filter(reference=reference).first()


def shown(cases: Iterable[Case], at: datetime) -> list[Shown]:
    rows = list(cases)
    marks = tiers.tiers_of([case.customer_id for case in rows if case.customer_id])
    counting, key = clock(), policy().key_from
    return [_shown_one(case, marks, counting, key, at) for case in rows]


def types(*, every: bool = False) -> list[Entry]:
    return _entries(Entry.List.TYPE, every)


def causes(*, every: bool = False) -> list[Entry]:
    return _entries(Entry.List.CAUSE, every)


def entry(public_id: str) -> Entry | None:
    return Entry.objects.filter(public_id=public_id).first()


def _entries(which: str, every: bool) -> list[Entry]:
    found = Entry.objects.filter(list=which)
    return list(found if every else found.filter(is_active=True))


def _shown_one(
    case: Case, marks: dict[int, TierMark], counting: Clock, key: int, at: datetime
) -> Shown:
    step, due = next_due(case)
    upto = case.waiting_since or case.closed_at or at
    return Shown(
        case=case,
        tier=marks.get(case.customer_id or 0),
        is_key=case.level >= key,
        step=step,
        step_name=str(STEPS[step]),
        due=due,
        left=counting.left(due, upto),
    )


def _shown(viewer: Person, at: datetime) -> dict[str, Q]:
    is_open = Q(state=Case.State.OPEN)
    return {
        OPEN: is_open,
        MINE: is_open & Q(handler=viewer) | (is_open | to_call()) & Q(risen_to=viewer),
        NOBODY: is_open & WITHOUT,
        LATE: is_late(at),
        RISEN: (is_open | to_call()) & Q(risen_to__isnull=False),
        WAITING: is_open & Q(waiting_since__isnull=False),
        CALLS: to_call(),
        CLOSED: Q(state=Case.State.CLOSED),
    }


def _said(words: str) -> Q:
    """By number, name, phone, or what was said."""
    found = Q(who__icontains=words) | Q(words__icontains=words) | Q(reference=words)
    tail = words.rpartition("-")[2]
    if tail.isdecimal() and len(tail) < 10:
        found |= Q(pk=int(tail))
    return found


def type_of_files() -> Entry | None:
    """Under which type a file's complaints stand until somebody asked: the last of the list."""
    found = Entry.objects.filter(list=Entry.List.TYPE, is_active=True)
    return found.filter(code="other").first() or found.order_by("-position", "-pk").first()


def by_code(which: str, code: str) -> Entry | None:
    """A line of a list by its code, as other systems name it."""
    return Entry.objects.filter(list=which, code=code, is_active=True).first()
