"""Days of customers that a journey waits for, by what is known now. For the system."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from regulars.base.calendar import LunarBirthday, next_birthday
from regulars.server.core import queries as core
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.journeys.models import Journey, Traveller, Version
from regulars.server.journeys.rules import (
    OF_CUSTOMER,
    Kind,
    Step,
    Until,
    first_day,
    read,
    until_own,
    walk,
)
from regulars.server.trade.models import Terms

Days = Iterator[tuple[int, date]]
DAY = timedelta(days=1)


def is_dated(step: Step | None) -> bool:
    """Whether a step waits for a day of each customer."""
    return step is not None and step.kind is Kind.WAIT and step.until in OF_CUSTOMER


def ends(step: Step, since: Mapping[int, datetime], zone: ZoneInfo) -> dict[int, datetime]:
    """Until when customers wait, each from a moment on; who has no such day is left out."""
    if not since:
        return {}
    first = first_day(step, min(since.values()), zone)
    found: dict[int, list[date]] = {}
    for customer, day in _days(step.until, list(since), first):
        found.setdefault(customer, []).append(day)
    told = {pk: until_own(step, days, since[pk], zone) for pk, days in found.items()}
    return {pk: moment for pk, moment in told.items() if moment is not None}


def waiting_for_days(journey: Journey) -> list[tuple[Step, list[Traveller]]]:
    """Who waits for a day of their own, by the step as it stood when they came to it."""
    versions = Version.objects.filter(journey=journey).order_by("pk")
    found = []
    for version in versions:
        for step, _depth in walk(read(version.body).steps):
            if is_dated(step):
                here = Traveller.objects.select_for_update(of=("self",)).filter(
                    journey=journey, version=version, step=step.id,
                    state=Traveller.State.TRAVELLING, begun_at__isnull=False,
                )  # fmt: skip
                found.append((step, list(here.order_by("pk"))))
    return found


def ends_again(begun: Sequence[Traveller], zone: ZoneInfo) -> dict[int, datetime | None]:
    """Until when those wait, by their keys, who wait for a day of theirs; None: no more."""
    steps = _begun_steps(begun)
    by_step: dict[Step, dict[int, datetime]] = {}
    for each in begun:
        if each.pk in steps and each.begun_at is not None:
            by_step.setdefault(steps[each.pk], {})[each.customer_id] = each.begun_at
    known = {step: ends(step, since, zone) for step, since in by_step.items()}
    own = [each for each in begun if each.pk in steps]
    return {each.pk: known[steps[each.pk]].get(each.customer_id) for each in own}


def _begun_steps(travellers: Sequence[Traveller]) -> dict[int, Step]:
    """The wait for a day of theirs at which each is, as the version says by which it began."""
    versions = Version.objects.in_bulk({each.version_id for each in travellers})
    steps = {
        (pk, step.id): step
        for pk, version in versions.items()
        for step, _depth in walk(read(version.body).steps)
        if is_dated(step)
    }
    return {
        each.pk: steps[each.version_id, each.step]
        for each in travellers
        if (each.version_id, each.step) in steps
    }


def _days(until: Until, customers: Sequence[int], first: date) -> Days:
    if until is Until.BIRTHDAY:
        yield from _birthdays(customers, first)
    elif until is Until.MATURITY:
        yield from _maturities(customers, first)
    elif until is Until.CONTRACT:
        yield from _contracts(customers, first)


def _birthdays(customers: Sequence[int], first: date) -> Days:
    """The next three: the first may be over by the hour, and lunar ones leave out a year."""
    missing = core.missing_days()
    known = Customer.objects.filter(pk__in=customers).exclude(
        birth_date__isnull=True, lunar_birthday=""
    )
    for pk, born, kept in known.values_list("pk", "birth_date", "lunar_birthday"):
        lunar = LunarBirthday.parse(kept) if kept else None
        day: date | None = first
        for _again in range(3):
            day = day and next_birthday(day, born=born, lunar_birthday=lunar, missing=missing)
            if day is None:
                break
            yield pk, day
            day += DAY


def _maturities(customers: Collection[int], first: date) -> Days:
    """What matures of what they hold; what was closed before its time does not."""
    keys = dict(
        FactKey.objects.filter(customer__in=customers).values_list("fact_key", "customer_id")
    )
    if not keys:
        return
    table = lake.source(facts.living("holdings"), "holdings")
    newest = (
        "select fact_key, arg_max(struct_pack(d := matures_on), known_at).d as matures_on, "
        "arg_max(struct_pack(d := closed_on), known_at).d as closed_on "
        f"from {table} where fact_key in ({', '.join(map(str, sorted(keys)))}) "
        "group by fact_key, holding_id"
    )
    rows = lake.rows(
        f"select distinct fact_key, matures_on from ({newest}) where matures_on >= ? "
        "and (closed_on is null or closed_on >= matures_on) order by 1, 2",
        [first],
    )
    for key, day in rows:
        yield keys[key], day


def _contracts(customers: Collection[int], first: date) -> Days:
    """The last day of terms that nothing follows."""
    found = Terms.objects.filter(
        Q(ends_on__gte=first), customer__in=customers, replaced_by__isnull=True
    )
    for customer, day in found.order_by("customer", "ends_on").values_list(
        "customer_id", "ends_on"
    ):
        assert day is not None, "the filter asks for a day"
        yield customer, day
