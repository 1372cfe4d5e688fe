"""What the clocks of a case need: tier, service standard, settings; and who is involved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce

from regulars.server.channels.queries import level as level_of
from regulars.server.complaints.models import Case, CaseQuerySet, Event
from regulars.server.complaints.rules import Bar, Clock, Policy, Step, barred, next_clock
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.standards import queries as standards

# Who did one of these dealt with the case.
DEALT = (Event.What.ACKNOWLEDGED, Event.What.ANSWERED, Event.What.CLOSED)


@dataclass(frozen=True)
class Facts:
    """Of the tier that counts, and how soon the service standard wants it acknowledged."""

    level: int = 0
    hours: int | None = None
    workdays: int | None = None


def policy() -> Policy:
    return Policy.of(core.settings_of_company())


def clock() -> Clock:
    return Clock(policy(), core.work_hours())


def circumstances(
    customer: Customer | None, *, at: datetime, level: int | None = None
) -> Facts:
    """What the clocks of a customer's case begin with; a stranger waits like the mass."""
    if customer is None:
        return Facts(level or 0)
    known = (level_of(customer) or 0) if level is None else level
    line = (
        standards.in_force(core.local_date(at))
        .matrix.standard(
            known,
            kind=customer.kind,
            unit=customer.book.org_unit.path,
            business_class=customer.business_class,
        )
        .acknowledge
    )
    return Facts(known, line.hours, line.workdays) if line else Facts(known)


def clocks(at: datetime, *, facts: Facts, is_complex: bool) -> dict[str, datetime]:
    """The fields of a case that its clocks fill, those of its first round too."""
    due = clock().due(
        at, level=facts.level, is_complex=is_complex, hours=facts.hours, workdays=facts.workdays
    )
    return {
        "acknowledge_by": due.acknowledge,
        "answer_by": due.answer,
        "resolve_by": due.resolve,
        "first_answer_by": due.answer,
        "first_resolve_by": due.resolve,
    }


def next_due(case: Case) -> tuple[Step, datetime]:
    """What a case waits for next, and until when; of a closed one that is for the call."""
    if case.call_by is not None and not case.is_open:
        return Step.CALL, case.call_by
    step = next_clock(
        acknowledged=case.acknowledged_at is not None, answered=case.answered_at is not None
    )
    return step, {
        Step.ACKNOWLEDGE: case.acknowledge_by,
        Step.ANSWER: case.answer_by,
        Step.RESOLVE: case.resolve_by,
    }[step]


def ran_to(at: datetime) -> Coalesce:
    """How far the clocks of an open case ran by a moment: those of one that waits stand still.

    A wait mends nothing that was late before it.
    """
    return Coalesce("waiting_since", Value(at, output_field=DateTimeField()))


def is_late(at: datetime) -> Q:
    """Cases whose next clock has run out by a moment, or before they began to wait."""
    return Q(state=Case.State.OPEN) & (
        Q(acknowledged_at__isnull=True, acknowledge_by__lte=at)
        | Q(acknowledged_at__isnull=False, answered_at__isnull=True, answer_by__lte=ran_to(at))
        | Q(answered_at__isnull=False, resolve_by__lte=ran_to(at))
    )


def at_work() -> Q:
    """Acknowledged cases whose handler has something to do: they run, or ran out before a wait.

    A wait mends nothing: what was late when it began stays with its handler.
    """
    answer = Q(answered_at__isnull=True, answer_by__lte=F("waiting_since"))
    late = answer | Q(answered_at__isnull=False, resolve_by__lte=F("waiting_since"))
    return Q(state=Case.State.OPEN, acknowledged_at__isnull=False) & (
        Q(waiting_since__isnull=True) | late
    )


def to_call() -> Q:
    """Closed cases whose customer somebody else is to call."""
    return Q(state=Case.State.CLOSED, call_by__isnull=False, called_at__isnull=True)


def late(at: datetime) -> CaseQuerySet:
    """Everybody's late cases, and those with a late call, in their order; for the system."""
    return Case.objects.filter(is_late(at) | to_call() & Q(call_by__lte=at)).order_by("pk")


def keepers(case: Case) -> frozenset[int | None]:
    """Who looks after the customer's book, whoever asks."""
    if case.customer_id is None:
        return frozenset()
    with scope.beyond():
        found = Book.objects.filter(customers=case.customer_id)
        rows = list(found.values_list("owner", "backup"))
    return frozenset(one for row in rows for one in row if one is not None)


def closed_before(at: datetime) -> CaseQuerySet:
    """What was closed before a moment; after years nobody calls back any more."""
    return Case.objects.filter(state=Case.State.CLOSED, closed_at__lt=at)


def owner_of(case: Case) -> Customer | None:
    """The customer of a case, whoever asks; None for somebody not on file."""
    if case.customer_id is None:
        return None
    with scope.beyond():
        return Customer.objects.select_related("book__org_unit").get(pk=case.customer_id)


def bar(case: Case, person: Person) -> Bar | None:
    """Why somebody may not handle or close a case; None where they may."""
    return barred(
        person.pk,
        named=case.about_id,
        about_service=case.about_service,
        keepers=keepers(case) if case.about_service else (),
    )


def handled(case: Case) -> frozenset[int | None]:
    """Everybody who ever handled a case, or told the customer something in the matter."""
    with scope.beyond():
        story = Event.objects.filter(case=case)
        given = story.filter(what=Event.What.HANDED).values_list("to", flat=True)
        did = story.filter(what__in=DEALT).values_list("by", flat=True)
        return frozenset({case.handler_id, case.closed_by_id, *given, *did})


def may_see_phone(case: Case, person: Person) -> bool:
    """Whoever handles an open case calls the customer, whosever customer it is."""
    return case.is_open and case.handler_id == person.pk and bar(case, person) is None


def may_call(case: Case, person: Person) -> bool:
    """Whether somebody may ask the customer afterwards: not who ever handled it."""
    return person.pk not in handled(case) and bar(case, person) is None
