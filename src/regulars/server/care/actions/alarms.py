"""What a morning finds that somebody must know of at once: alerts are raised and settled.

A movement, a rising risk, a customer who fell asleep is raised when it is found. A contact or
a file becomes an alert only when its card was left lying past its day: nothing nags twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from django.db.models import QuerySet

from regulars.server.alerts import actions as alerts
from regulars.server.alerts import queries as waiting
from regulars.server.alerts.actions import Cause
from regulars.server.alerts.rules import key
from regulars.server.care.models import Task
from regulars.server.care.queries import alarms as reads
from regulars.server.care.rules import Reason, Subject, catalogue
from regulars.server.core.audit import Actor

# Trigger -> kind of alert, raised when it is found.
AT_ONCE = {
    "complaint_opened": "complaint",
    "large_outflow": "large_movement",
    "large_inflow": "large_movement",
    "corp_large_movement": "large_movement",
    "churn_risk_up": "churn_risk",
    "became_dormant": "dormant",
}
COMPLAINT = AT_ONCE["complaint_opened"]
REGISTERED = "case"
# Trigger -> kind of alert, raised when its card was not dealt with by its day.
LEFT = {
    "contact_overdue": "contact_overdue",
    "file_incomplete": "file_open",
    "profile_stale": "file_open",
}
TOLD = frozenset({"amount", "low", "high", "last", "interval"})


def alarm(
    new: Iterable[Reason],
    subjects: Mapping[int, Subject],
    *,
    day: date,
    by: Actor,
    at: datetime,
) -> tuple[int, int]:
    """Raise what is new or left lying, settle what went away; returns how many of each."""
    raised = alerts.raise_many([*_found(new, subjects), *_left(day)], by=by, at=at)
    return raised, alerts.settle(_settled(), by=by, at=at)


def _found(new: Iterable[Reason], subjects: Mapping[int, Subject]) -> Iterator[Cause]:
    for reason in new:
        kind = AT_ONCE.get(reason.trigger.code)
        # What a register above laid there has a clock and a line of its own.
        if kind and reason.facts.get("what") != REGISTERED:
            yield Cause(
                kind,
                key(kind, reason.customer_id, reason.cycle),
                reason.customer_id,
                level=subjects[reason.customer_id].level,
                facts=_facts(reason.trigger.code, reason.facts),
                stake=reason.stake or None,
                **_clock(reason),
            )


def _clock(reason: Reason) -> dict[str, int]:
    """How soon the service standard wants a complaint acknowledged."""
    known = {name: reason.facts.get(name) for name in ("hours", "workdays")}
    return {name: int(value) for name, value in known.items() if value}


def _left(day: date) -> Iterator[Cause]:
    for task in reads.left_lying(day, LEFT):
        yield Cause(
            LEFT[task.trigger],
            _key(task.trigger, task.customer_id, task.cycle),
            task.customer_id,
            facts=_facts(task.trigger, task.facts),
            stake=task.stake or None,
        )


def _key(trigger: str, customer: int, cycle: str) -> str:
    """A silence is one thing from its first day on, however many intervals it lasts."""
    return key(LEFT[trigger], customer, cycle.partition(":")[0])


def _settled() -> list[str]:
    """Keys of what waits although its cause is gone: it was dealt with, or they woke up."""
    lying = waiting.standing({*LEFT.values(), COMPLAINT})
    dealt = {
        _key(*row) for row in reads.done(LEFT, {customer for _key, _kind, customer in lying})
    }
    dealt |= acknowledged({customer for _key, _kind, customer in lying})
    asleep = waiting.standing({"dormant"})
    woken = reads.awake({customer for _key, _kind, customer in asleep})
    return [
        *(name for name, _kind, _customer in lying if name in dealt),
        *(name for name, _kind, customer in asleep if customer in woken),
    ]


def acknowledged(customers: Collection[int]) -> set[str]:
    """Keys of the complaints of some customers that somebody dealt with."""
    return {
        key(COMPLAINT, customer, cycle)
        for _trigger, customer, cycle in reads.done(
            {catalogue.COMPLAINT_OPENED.code}, customers
        )
    }


def waiting_on(tasks: QuerySet[Task]) -> list[str]:
    """Keys of the alerts that nag until these reasons are dealt with."""
    rows = tasks.filter(trigger__in=[*LEFT, catalogue.COMPLAINT_OPENED.code])
    return [
        _key(*row) if row[0] in LEFT else key(COMPLAINT, *row[1:])
        for row in rows.values_list("trigger", "customer_id", "cycle")
    ]


def _facts(trigger: str, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts that an alert's words can use."""
    told = {name: str(value) for name, value in facts.items() if name in TOLD and value}
    if trigger == "complaint_opened":
        told = {"last": str(facts.get("on", "")), "interval": str(facts.get("hours", ""))}
    if trigger == "large_inflow" or facts.get("way") == "in":
        told["inflow"] = told.pop("amount", "")
    return told
