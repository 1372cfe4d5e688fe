"""Standards and alerts counted again from the rows, as slowly as somebody reads them.

Nothing here asks the product's clock, its line of posts or its statements: working time is
walked minute by minute, and every step of every alert is judged by what came before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from regulars.server.alerts.models import Alert, Step
from regulars.server.alerts.rules import KINDS
from regulars.server.care.rules.policy import Policy
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import CalendarDay, OrgUnit, Person
from regulars.server.tiers.models import Assignment

OPENS, CLOSES, MINUTE = time(9), time(17, 30), timedelta(minutes=1)
SAME_DAY = 4  # from this level on an alert is acknowledged on its own day


@dataclass
class Standing:
    """Whom the standard asks for on a day, and how it stands with each of them."""

    due: set[int] = field(default_factory=set)
    met: set[int] = field(default_factory=set)
    overdue: set[int] = field(default_factory=set)


def standing(day: date) -> Standing:
    """One customer after the other: the tier, the interval, the last answer."""
    company, zone = core.company(), core.time_zone()
    assert company is not None
    policy = Policy.of(company.settings, kind=company.kind)
    last: dict[int, date] = {}
    answered = Touch.objects.filter(two_way=True, reversed_at=None)
    for customer, at in answered.values_list("customer_id", "at"):
        on = at.astimezone(zone).date()
        last[customer] = max(last.get(customer, on), on)
    found = Standing()
    rows = Assignment.objects.filter(tier_run__is_current=True, scheme__is_primary=True)
    for row in rows.select_related("customer__book__org_unit", "scheme"):
        one = row.customer
        if row.scheme.customer_kind not in ("", one.kind) or one.state == "closed":
            continue
        every = policy.standard(
            row.level, kind=one.kind, unit=one.book.org_unit.path,
            business_class=one.business_class,
        ).contact_every  # fmt: skip
        if every is None:
            continue
        known = last.get(one.pk) or one.since or one.created_at.astimezone(zone).date()
        found.due.add(one.pk)
        if one.pk in last and (day - last[one.pk]).days <= every:
            found.met.add(one.pk)
        if (day - known).days > every:
            found.overdue.add(one.pk)
    return found


class SlowClock:
    """Working time, a minute at a time."""

    def __init__(self) -> None:
        self.zone = core.time_zone()
        self.days = dict(CalendarDay.objects.values_list("day", "is_workday"))

    def works(self, day: date) -> bool:
        return self.days.get(day, day.weekday() < 5)

    def open(self, at: datetime) -> bool:
        local = at.astimezone(self.zone)
        return self.works(local.date()) and OPENS <= local.time() < CLOSES

    def begins(self, at: datetime) -> datetime:
        while not self.open(at):
            at += MINUTE
        return at

    def later(self, at: datetime, minutes: int) -> datetime:
        while minutes:
            minutes -= self.open(at)
            at += MINUTE
        return at

    def ends(self, day: date) -> datetime:
        return datetime.combine(day, CLOSES, self.zone).astimezone(UTC)

    def acknowledge_by(self, kind: str, level: int, at: datetime) -> datetime:
        usual = self.later(at, 60 * KINDS[kind].hours[level or 2])
        if level < SAME_DAY:
            return usual
        today = self.ends(self.begins(at).astimezone(self.zone).date())
        return min(usual, max(today, self.later(at, 60)))

    def close_by(self, kind: str, at: datetime) -> datetime:
        day = self.begins(at).astimezone(self.zone).date()
        left = KINDS[kind].days
        while left:
            day += timedelta(days=1)
            left -= self.works(day)
        return self.ends(day)


def escalations(ticks: Sequence[datetime]) -> tuple[Counter[str], list[str]]:
    """Every step of every alert, judged; what happened, and what should not have.

    `ticks` are the moments at which the clock of alerts was run, in order.
    """
    clock, counted = SlowClock(), Counter[str]()
    problems: list[str] = []
    for alert in Alert.objects.select_related("customer__book__org_unit").order_by("pk"):
        steps = list(alert.steps.order_by("pk"))
        problems += _judged(alert, steps, clock, ticks)
        counted.update(step.what for step in steps)
    return counted, problems


def _judged(
    alert: Alert, steps: Sequence[Step], clock: SlowClock, ticks: Sequence[datetime]
) -> list[str]:
    problems: list[str] = []
    due: datetime | None = None
    holder, at_top, line = 0, False, _line(alert)  # nobody has it yet
    for step in steps:
        late = next((tick for tick in ticks if due and due <= tick <= step.at), None)
        rises = step.what in (Step.What.ESCALATED, Step.What.STAYED)
        if late and not at_top and not (rises and late == step.at):
            problems.append(f"alert {alert.pk}: late since {due}, then {step.what} {step.at}")
        if rises and late != step.at:
            problems.append(f"alert {alert.pk}: {step.what} at {step.at}, due only {due}")
        if rises:
            above = line[line.index(holder) + 1 :] if holder in line else line
            expected = above[0] if above else None
            if (step.to_id if step.what == Step.What.ESCALATED else None) != expected:
                problems.append(
                    f"alert {alert.pk}: {step.what} to {step.to_id}, not {expected}"
                )
        match step.what:
            case Step.What.RAISED | Step.What.ESCALATED:
                due = clock.acknowledge_by(alert.kind, alert.level, step.at)
                holder, at_top = step.to_id or 0, False
            case Step.What.ACKNOWLEDGED:
                due, at_top = clock.close_by(alert.kind, step.at), False
            case Step.What.STAYED:
                at_top = True
            case Step.What.CLOSED:
                due = None
            case _:
                problems.append(f"alert {alert.pk}: nobody should have {step.what} it")
    if due and not at_top and due <= ticks[-1]:
        problems.append(f"alert {alert.pk}: late since {due} and nobody was told")
    return problems


def _line(alert: Alert) -> list[int]:
    """Who keeps the book, who heads its branch, who heads each place above."""
    book = alert.customer.book
    posts = [book.owner_id or book.backup_id]
    unit: OrgUnit | None = book.org_unit
    while unit is not None:
        heads = [
            Person.objects.filter(role=role, org_unit=unit).order_by("username").first()
            for role in ("manager", "leader")
        ]
        posts.append(next((one.pk for one in heads if one is not None), None))
        unit = unit.parent
    return list(dict.fromkeys(one for one in posts if one is not None))
