"""What open and closed cases lay on Today, and what of the facts they answer for.

A complaint may be told by a file (an event) and stand in the register as well. Whoever spoke
first keeps speaking: an event that a case covers makes no card, and a case whose event has its
card lays no second one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Q

from regulars.server.alerts.models import Alert
from regulars.server.alerts.rules import key
from regulars.server.care.models import Task
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.detect import Row, Work
from regulars.server.care.rules.shape import Desk
from regulars.server.channels.models import Touch
from regulars.server.complaints.models import Case
from regulars.server.complaints.queries.clocks import bar, may_call
from regulars.server.complaints.rules import Step
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.core.rules import Role

OPENED, CLOSED = TRIGGERS["complaint_opened"].code, TRIGGERS["complaint_closed"].code
OURS = {"case", "call", "rose", Step.ANSWER.value, Step.RESOLVE.value}  # begin our cycles
BACK = timedelta(days=60)  # older ones stand on the desk of complaints
DESKS = {Role.MANAGER: Desk.MANAGER, Role.LEADER: Desk.LEADER}

# A task of a case: "case:12:1:2026-12-02" waits to be acknowledged, "call:12:1:..." for the
# call; the third part is the round. One of an event: "T-17@20261202:0".
_SAME = """(e.reference <> '' and e.reference = split_part(t.cycle, '@', 1)
    or to_char(e.received_on, 'YYYYMMDD') = substring(t.cycle from '@([0-9]{8}):'))"""
OPENED_STANDS = f"""where case when t.cycle ~ '^case:[0-9]+:[0-9]+:'
    then exists (select 1 from complaints_case e
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'open'
          and e.acknowledged_at is null and e.rounds::text = split_part(t.cycle, ':', 3))
    else not exists (select 1 from complaints_case e where e.customer_id = t.customer_id
        and (e.state = 'closed' or e.acknowledged_at is not null) and {_SAME}) end"""
CLOSED_STANDS = """where case when t.cycle ~ '^call:[0-9]+:[0-9]+:'
    then exists (select 1 from complaints_case e
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'closed'
          and e.called_at is null and e.rounds::text = split_part(t.cycle, ':', 3))
    else not exists (select 1 from complaints_case e where e.customer_id = t.customer_id
        and e.reference <> '' and e.reference = split_part(t.cycle, '@', 1)) end"""


def opened(day: date) -> list[Work]:
    """Complaints that nobody acknowledged yet, for who handles them or the service desk."""
    found = Case.objects.open().filter(
        customer__isnull=False, acknowledged_at__isnull=True, received_on__gte=day - BACK
    )
    cases = list(
        found.select_related("customer__book", "handler").order_by(
            "-level", "received_at", "pk"
        )
    )
    spoken = _spoken(cases)
    return [
        Work(
            case.customer_id,
            f"case:{case.pk}:{case.rounds}",
            max(core.local_date(case.acknowledge_by), case.received_on),
            what="case",
            since=case.received_on,
            happened=case.received_on,
            desk=_desk(case),
            number=case.number,
            ref=case.public_id,
        )
        for case in cases
        if case.customer_id is not None and case.pk not in spoken
    ]


def called(day: date) -> list[Work]:
    """Closed complaints whose customer somebody else is to call."""
    found = Case.objects.filter(
        state=Case.State.CLOSED, customer__isnull=False, call_by__isnull=False,
        called_at__isnull=True, closed_on__gte=day - BACK,
    )  # fmt: skip
    cases = found.select_related("handler", "closed_by").order_by("-level", "closed_at", "pk")
    return [
        Work(
            case.customer_id,
            f"call:{case.pk}:{case.rounds}",
            core.local_date(case.call_by),
            what="call",
            since=case.closed_on,
            happened=case.closed_on,
            desk=_desk_of_call(case),
            number=case.number,
            ref=case.public_id,
        )
        for case in cases
        if case.customer_id is not None and case.call_by is not None
    ]


def not_opened(rows: Sequence[Row]) -> list[Row]:
    """Of complaints that files tell of, those that are no case of the register."""
    return _uncovered(rows)


def not_closed(rows: Sequence[Row]) -> list[Row]:
    return _uncovered(rows, ends=True)


def meant(cycles: Iterable[str], customer: int | None) -> list[Case]:
    """The cases that reasons are about, by their cycles; those of files by their customer."""
    wanted = Q(pk__in=[])
    for cycle in cycles:
        kind, *rest = cycle.split(":")
        if kind in OURS and len(rest) >= 2 and rest[0].isdecimal():
            wanted |= Q(pk=int(rest[0]), rounds=int(rest[1]))
        elif customer is not None:
            wanted |= Q(customer=customer) & of_event(cycle)
    found = Case.objects.filter(wanted).select_related("customer", "handler")
    return list(found.order_by("pk"))


def undealt(cycles: Iterable[str], touch: Touch, by: Actor) -> list[str]:
    """Reasons with which a contact of that person does not deal: they are involved."""
    left = []
    for cycle in cycles:
        with scope.beyond():  # whom a case names does not see it, and is not let off by that
            cases = meant([cycle], touch.customer_id)
        for case in cases:
            person = by if isinstance(by, Person) else None
            able = person is None or (
                may_call(case, person)
                if cycle.startswith("call:")
                else bar(case, person) is None
            )
            if not able:
                left.append(cycle)
    return left


def alerts_of_files(case: Case) -> list[str]:
    """Keys of the alerts that files raised about this very complaint."""
    tasks = _tasks(case)
    named = [key("complaint", task.customer_id, task.cycle) for task in tasks]
    waits = Alert.objects.live().filter(key__in=named)
    return list(waits.values_list("key", flat=True))


def _uncovered(rows: Sequence[Row], *, ends: bool = False) -> list[Row]:
    """Without a number the day says which is which."""
    known = Case.objects.filter(customer__in={row.customer_id for row in rows})
    names: set[tuple[int | None, str]] = set()
    days: set[tuple[int | None, date | None]] = set()
    told = known.values_list("customer", "reference", "received_on", "closed_on")
    for customer, reference, received, closed in told:
        names.add((customer, reference))
        days.add((customer, closed if ends else received))
    return [
        row
        for row in rows
        if not (row.ref and (row.customer_id, row.ref) in names)
        and (row.customer_id, row.on) not in days
    ]


def of_event(cycle: str) -> Q:
    name, _at, rest = cycle.rpartition("@")
    day = rest.partition(":")[0]
    found = Q(reference=name) if name else Q(pk__in=[])
    if len(day) == 8 and day.isdecimal():
        found |= Q(received_on=date(int(day[:4]), int(day[4:6]), int(day[6:])))
    return found


def _spoken(cases: Sequence[Case]) -> set[int]:
    """Cases of which a card was made by an event before."""
    return {case.pk for case in cases if case.rounds == 1 and _tasks(case)}


def _tasks(case: Case) -> list[Task]:
    if case.customer_id is None:
        return []
    found = Task.objects.filter(customer=case.customer_id, trigger=OPENED)
    same = Q(cycle__contains=f"@{case.received_on:%Y%m%d}:")
    if case.reference:
        same |= Q(cycle__startswith=f"{case.reference}@")
    return list(found.filter(same).exclude(cycle__startswith="case:").order_by("pk"))


def _desk(case: Case) -> Desk:
    """Where whoever handles it works; the service desk's as long as nobody does."""
    person = case.handler
    if person is None or case.customer is None:
        return Desk.SERVICE
    if person.pk in {case.customer.book.owner_id, case.customer.book.backup_id}:
        return Desk.RM
    return DESKS.get(Role(person.role), Desk.SERVICE)


def _desk_of_call(case: Case) -> Desk:
    """The manager's, unless a manager handled it: then the service desk's."""
    roles = {one.role for one in (case.handler, case.closed_by) if one is not None}
    return Desk.SERVICE if Role.MANAGER in roles else Desk.MANAGER
