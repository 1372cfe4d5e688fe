"""Days and words of people: birthdays, life events, contacts, promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.catalogue import Priority
from regulars.server.care.rules.detect.desks import by_line
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject
from regulars.server.standards.rules import Purpose


@dataclass(frozen=True)
class Birthday:
    """A birthday to come, and the lunar one ("8-15") where that is kept."""

    customer_id: int
    on: date
    lunar: str = ""


def birthday(subject: Subject, row: Birthday, morning: Morning) -> Reason | None:
    """A birthday whose time to prepare, by the tier, has come."""
    on, lunar = row.on, row.lunar
    standard = morning.standard(subject)
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
    line = next((line for line in standard.of(Purpose.GREETING) if line.by_people), None)
    return Reason(
        trigger=by_line(catalogue.BIRTHDAY, line) if line else catalogue.BIRTHDAY,
        customer_id=subject.customer_id,
        cycle=on.isoformat(),
        due_on=due,
        expires_on=max(on, due),
        stake=subject.stake,
        happens_on=on,
        facts={"lunar": lunar} if lunar else {},
    )


@dataclass(frozen=True)
class Silent:
    """The last two-way contact; without any, the customer is waited for since `known`."""

    customer_id: int
    last: date | None
    known: date


def contact_overdue(subject: Subject, row: Silent, morning: Morning) -> Reason | None:
    """No answer for longer than the tier's standard; each further interval is a new cycle."""
    last, known = row.last, row.known
    line = morning.standard(subject).contact
    every = line.interval if line else None
    since = last or known
    days = (morning.day - since).days
    if line is None or every is None or days <= every:
        return None
    trigger = by_line(catalogue.CONTACT_OVERDUE, line)
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
class Agreed:
    """What a contact left to be done, on which day, and whether the customer agreed to it."""

    customer_id: int
    touch: int
    step: str
    on: date
    agreed: bool


def promise_due(subject: Subject, row: Agreed, morning: Morning) -> Reason | None:
    """The day has come that a contact named for its next step."""
    on, agreed = row.on, row.agreed
    if on > morning.day:
        return None
    trigger = catalogue.PROMISE_DUE
    due = morning.later(on, 0)
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=str(row.touch),
        due_on=due,
        expires_on=morning.later(max(due, morning.day), trigger.keep),
        stake=subject.stake,
        happens_on=on,
        facts={"step": row.step, "touch": str(row.touch), "agreed": "1" if agreed else ""},
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
    words: str = ""  # to be told to the customer, instead of the script


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
        facts={"event": row.kind, "step": row.action, "product": row.product}
        | ({"words": row.words} if row.words else {}),
    )
