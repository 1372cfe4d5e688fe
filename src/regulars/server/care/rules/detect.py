"""Detection: one function per trigger, from a row and the morning to a reason or None.

The queries that feed these functions only narrow the rows down; what decides is here.
A reason's key is trigger + customer + cycle. `series` is the part of the cycle that stays
when a reason moves to its next reminder (the holding, whatever the stage).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

from regulars.base.calendar import WorkCalendar
from regulars.server.care.rules import catalogue
from regulars.server.care.rules.catalogue import Priority, Trigger
from regulars.server.care.rules.policy import TOP, Policy

LONGEST_SERIES = 32
# An outflow is one event although each run of its five-day window shows it.
OUTFLOW_QUIET_DAYS = 7


@dataclass(frozen=True)
class Morning:
    """The day that is planned, its calendar and the company's settings."""

    day: date
    calendar: WorkCalendar
    policy: Policy
    # The same few sums are asked for each of a hundred thousand customers.
    known: dict[tuple[date, int], date] = field(default_factory=dict, repr=False)

    def after(self, workdays: int) -> date:
        """The working day that many working days from today (0: today or the next one)."""
        return self.later(self.day, workdays)

    def later(self, day: date, workdays: int) -> date:
        """The same from any day."""
        asked = day, workdays
        if asked not in self.known:
            self.known[asked] = self.calendar.add_workdays(day, workdays)
        return self.known[asked]

    def before(self, day: date) -> date:
        """The last working day on or before a day."""
        while not self.calendar.is_workday(day):
            day -= timedelta(days=1)
        return day

    def deadline(self, trigger: Trigger) -> int:
        return self.policy.deadlines.get(trigger.code, trigger.deadline)


@dataclass(frozen=True)
class Subject:
    """What every trigger may ask about a customer."""

    customer_id: int
    book_id: int
    level: int
    stake: Decimal = Decimal(0)
    marketing: tuple[str, ...] = ()  # channels on which marketing is allowed


@dataclass(frozen=True)
class Reason:
    """Why this customer, in this cycle, until when, and what it is worth."""

    trigger: Trigger
    customer_id: int
    cycle: str
    due_on: date
    expires_on: date
    stake: Decimal
    happens_on: date | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    series: str = ""
    weaker: Priority | None = None  # a class below the trigger's own

    @property
    def priority(self) -> Priority:
        return self.weaker or self.trigger.priority

    @property
    def key(self) -> tuple[str, int, str]:
        return self.trigger.code, self.customer_id, self.cycle


def birthday(subject: Subject, on: date, morning: Morning, *, lunar: str = "") -> Reason | None:
    """A birthday on `on` whose time to prepare, by the tier, has come."""
    standard = morning.policy.standard(subject.level)
    if standard.birthday_from is None or standard.birthday_until is None or on < morning.day:
        return None
    start = on - timedelta(days=standard.birthday_from)
    # Who prepares something does it at work; who greets does it on the day.
    if standard.birthday_from:
        start = morning.before(start)
    if morning.day < start:
        return None
    due = on
    if standard.birthday_until:
        due = morning.before(on - timedelta(days=standard.birthday_until))
    elif not standard.birthday_from:
        due = morning.later(on, 0)
    due = max(due, morning.after(0))
    return Reason(
        trigger=catalogue.BIRTHDAY,
        customer_id=subject.customer_id,
        cycle=on.isoformat(),
        due_on=due,
        expires_on=max(on, due),
        stake=subject.stake,
        happens_on=on,
        facts={"lunar": lunar} if lunar else {},
    )


@dataclass(frozen=True)
class Maturing:
    """A holding that matures; `idle`: it matured and the money was not placed again."""

    customer_id: int
    holding: str
    product: str
    amount: Decimal
    matures_on: date
    idle: bool = False


def deposit_maturity(subject: Subject, row: Maturing, morning: Morning) -> Reason | None:
    """The reminder that is due now: 7, 3, 1 days before, or after it with the money idle."""
    stage = _stage(row, morning)
    if stage is None:
        return None
    trigger = catalogue.DEPOSIT_MATURITY
    workdays = 0 if stage == 1 else morning.deadline(trigger)
    due = morning.after(workdays)
    last = row.matures_on
    if stage < 0:
        last = morning.later(row.matures_on, morning.policy.idle_days)
    elif due > last:
        due = max(morning.before(last), morning.after(0))
    series = _short(row.holding)
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{series}:{stage}",
        series=series,
        due_on=due,
        expires_on=max(due, last),
        stake=row.amount,
        happens_on=row.matures_on,
        facts={"amount": str(row.amount), "product": row.product, "stage": str(stage)},
    )


def _stage(row: Maturing, morning: Morning) -> int | None:
    """The nearest reminder that has begun; on a free day it begins the working day before."""
    policy, left = morning.policy, (row.matures_on - morning.day).days
    if left < 0:
        late = -left <= policy.idle_days + 2  # a weekend may lie between
        return -1 if row.idle and late and -1 in policy.maturity_stages else None
    begun = [
        stage
        for stage in policy.maturity_stages
        if stage > 0 and morning.day >= morning.before(row.matures_on - timedelta(days=stage))
    ]
    return min(begun, default=None)


def contact_overdue(
    subject: Subject, last: date | None, known: date, morning: Morning
) -> Reason | None:
    """No answer for longer than the tier's standard; each further interval is a new cycle.

    `last` is the last two-way contact; without any, the customer is waited for since `known`.
    """
    every = morning.policy.standard(subject.level).contact_every
    since = last or known
    days = (morning.day - since).days
    if every is None or days <= every:
        return None
    trigger = catalogue.CONTACT_OVERDUE
    due = morning.after(morning.deadline(trigger))
    facts = {"days": str(days), "interval": str(every)}
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{since.isoformat()}:{days // every}",
        series=since.isoformat(),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        facts=facts | ({"last": last.isoformat()} if last else {}),
    )


@dataclass(frozen=True)
class Movement:
    """What a run found about one customer's money in five days."""

    customer_id: int
    as_of: date
    flow_5: Decimal
    adb_90: Decimal
    low: Decimal
    high: Decimal


def large_outflow(subject: Subject, row: Movement, morning: Morning) -> Reason | None:
    """Money left beyond the own normal range; the top tier is called the same day."""
    if row.flow_5 >= 0:
        return None
    trigger = catalogue.LARGE_OUTFLOW
    due = morning.after(0 if subject.level >= TOP else morning.deadline(trigger))
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=row.as_of.isoformat(),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        facts={
            "amount": str(-row.flow_5),
            "mean": str(row.adb_90),
            "low": str(row.low),
            "high": str(row.high),
            "as_of": row.as_of.isoformat(),
        },
    )


def became_dormant(
    subject: Subject,
    *,
    was: str | None,
    now: str,
    as_of: date,
    last_on: date | None,
    morning: Morning,
) -> Reason | None:
    """Dormant in this run and not in the one before; who was not there did not become it."""
    if now != "dormant" or was is None or was == "dormant":
        return None
    trigger = catalogue.BECAME_DORMANT
    due = morning.after(morning.deadline(trigger))
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=as_of.isoformat(),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=subject.stake,
        facts={"was": was} | ({"last": last_on.isoformat()} if last_on else {}),
    )


@dataclass(frozen=True)
class Standing:
    """How near a customer is to the next better tier."""

    customer_id: int
    tier: str
    measure: Decimal
    next_at: Decimal | None

    def is_near(self, share: float) -> bool:
        if self.next_at is None or self.next_at <= 0:
            return False
        return Decimal(str(share)) * self.next_at <= self.measure < self.next_at


def tier_threshold(
    subject: Subject,
    row: Standing,
    morning: Morning,
    *,
    before: Standing | None,
    had_before: bool,
) -> Reason | None:
    """Between 80 % of the next tier and the tier itself, in this run and the one before.

    With `had_before` the run before exists, and its row must say the same.
    """
    share = morning.policy.threshold_from
    if not row.is_near(share) or row.next_at is None:
        return None
    if had_before and (before is None or not before.is_near(share)):
        return None
    trigger = catalogue.TIER_THRESHOLD
    due = morning.after(morning.deadline(trigger))
    gap = row.next_at - row.measure
    quarter = f"{morning.day.year}-Q{(morning.day.month + 2) // 3}"
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{_short(row.tier)}:{quarter}",
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=gap,
        facts={"gap": str(gap), "next_at": str(row.next_at), "tier": row.tier},
    )


@dataclass(frozen=True)
class FileState:
    """A file of a good customer that lacks something, or that nobody confirmed in time."""

    customer_id: int
    missing: tuple[str, ...]  # codes of parts; none: unconfirmed
    confirmed_on: date | None


def quarter_of(day: date) -> str:
    """The cycle of reasons about files: whoever did not want to say is left alone so long."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def file_work(subject: Subject, row: FileState, morning: Morning) -> Reason:
    """Ask for what is missing, or whether the file is still true; once a quarter.

    Nothing is at stake in it, so that it stands behind all other care.
    """
    trigger = catalogue.FILE_INCOMPLETE if row.missing else catalogue.FILE_STALE
    due = morning.after(morning.deadline(trigger))
    last = row.confirmed_on.isoformat() if row.confirmed_on else ""
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=quarter_of(morning.day),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=Decimal(0),
        facts={"missing": ",".join(row.missing)} if row.missing else {"last": last},
    )


def promise_due(
    subject: Subject, *, touch: int, step: str, on: date, agreed: bool, morning: Morning
) -> Reason | None:
    """The day has come that a contact named for its next step."""
    if on > morning.day:
        return None
    trigger = catalogue.PROMISE_DUE
    due = morning.later(on, 0)
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=str(touch),
        due_on=due,
        expires_on=morning.later(max(due, morning.day), trigger.keep),
        stake=subject.stake,
        happens_on=on,
        facts={"step": step, "touch": str(touch), "agreed": "1" if agreed else ""},
        # To try again is our own wish; only what the customer agreed to is a promise.
        weaker=None if agreed else Priority.CARE,
    )


@dataclass(frozen=True)
class LifeAction:
    """What is to be done about an event of a customer's life, and until when."""

    customer_id: int
    event: int
    kind: str
    happens_on: date
    action: str
    due_on: date
    product: str = ""


def life_event(subject: Subject, row: LifeAction, morning: Morning) -> Reason | None:
    """The day of the action has come; with a product it is marketing and needs a yes."""
    if row.due_on > morning.day or (row.product and not subject.marketing):
        return None
    trigger = catalogue.LIFE_EVENT
    due = morning.later(row.due_on, 0)
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=f"{row.event}:{row.due_on.isoformat()}",
        series=str(row.event),
        due_on=due,
        expires_on=morning.later(max(due, morning.day), trigger.keep),
        stake=subject.stake,
        happens_on=row.happens_on,
        facts={"event": row.kind, "step": row.action, "product": row.product},
    )


def _short(text: str) -> str:
    """Fit a key of any length into a cycle, still one to one."""
    if len(text) <= LONGEST_SERIES:
        return text
    return sha256(text.encode()).hexdigest()[:LONGEST_SERIES]
