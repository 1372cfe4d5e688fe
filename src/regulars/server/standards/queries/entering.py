"""Who entered a stage of the life of a customer: for them its treatment begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.reception.models import Arrival
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.standards.queries.versions import in_force
from regulars.server.standards.rules import Treatment
from regulars.server.trade.models import Quote

PROSPECT, INTENT, NEW = "prospect", "intent", "new"
# How long ago somebody may have come by, or a quote have been sent, and be told still.
CAME, QUOTED = timedelta(days=14), timedelta(days=30)


@dataclass(frozen=True)
class Entry:
    """A customer who is in another stage than before, with what is done then.

    Whoever makes the task keeps to `treatment.quiet_days`: not the same stage again so soon.
    """

    customer_id: int
    stage: str
    was: str  # "" for somebody who had none before
    on: date  # the day it was seen: of the scores, of the arrival, of the quote
    treatment: Treatment

    @property
    def cycle(self) -> str:
        """What makes this entry one, however often a morning asks."""
        return f"{self.stage}:{self.on.isoformat()}"


def entering(run: Run | None, before: Run | None, *, day: date) -> list[Entry]:
    """Customers who entered a stage whose treatment is switched on, by customer.

    For the morning run, which sees everybody. A stage comes from two runs: the very first one
    tells nobody's entry, or all would enter at once. Prospects and interested ones have no
    stage yet: they came by or were sent a quote, and never bought. Who refused profiling has
    no entry from scores.
    """
    on = {stage: one for stage, one in in_force(day).treatments.items() if one.is_on}
    found = _between(run, before, on) if run is not None and before is not None else []
    found = [*found, *_before_any_purchase(run, on, day=day)]
    return sorted(found, key=lambda entry: (entry.customer_id, entry.stage))


def entered(viewer: Person) -> dict[str, int] | None:
    """How many of the viewer's customers entered each stage with the current run.

    None while there is no run before it to compare with.
    """
    run = scoring.current_run()
    before = _earlier(run) if run else None
    if run is None or before is None:
        return None
    found = lake.rows(
        f"select now.stage, count(*) from {scoring.seen(viewer, run)} now "
        f"left join {scoring.table_of(before)} was on was.customer_id = now.customer_id "
        f"where now.stage is not null and now.stage is distinct from was.stage group by 1"
    )
    return {stage: int(n) for stage, n in found}


def _between(run: Run, before: Run, on: dict[str, Treatment]) -> list[Entry]:
    if not on or not (scoring.frame(run).exists() and scoring.frame(before).exists()):
        return []
    stages = ", ".join(lake.quote(stage) for stage in sorted(on))
    found = lake.rows(
        f"select now.customer_id, now.stage, coalesce(was.stage, '') "
        f"from {scoring.table_of(run)} now "
        f"left join {scoring.table_of(before)} was on was.customer_id = now.customer_id "
        f"where now.stage in ({stages}) and now.stage is distinct from was.stage "
        # Who was in no run before came with a file: only somebody new entered what we see.
        f"and (was.stage is not null or now.stage = '{NEW}')"
    )
    gone = set(scoring.refusing())
    return [
        Entry(customer, stage, was, run.as_of, on[stage])
        for customer, stage, was in found
        if customer not in gone
    ]


def _before_any_purchase(
    run: Run | None, on: dict[str, Treatment], *, day: date
) -> list[Entry]:
    quoted = _quoted(day) if INTENT in on else {}
    came = _came(day) if PROSPECT in on else {}
    bought = _bought(run, {*quoted, *came})
    interested = [
        Entry(customer, INTENT, PROSPECT, when, on[INTENT])
        for customer, when in quoted.items()
        if customer not in bought
    ]
    known = [
        Entry(customer, PROSPECT, "", when, on[PROSPECT])
        for customer, when in came.items()
        if customer not in bought and customer not in quoted
    ]
    return [*interested, *known]


def _quoted(day: date) -> dict[int, date]:
    """Customers with a quote that waits for their answer, with the day of the newest."""
    open_ = Quote.objects.filter(state=Quote.State.SENT, made_on__range=(day - QUOTED, day))
    return dict(open_.order_by("made_on", "pk").values_list("customer", "made_on"))


def _came(day: date) -> dict[int, date]:
    """Customers who are on file since they came by a form or were met, with the day."""
    arrived = Arrival.objects.filter(was_new=True).order_by("at", "pk")
    zone = core.time_zone()
    midnight = datetime.combine(day - CAME, time.min, zone)
    days = (
        (customer, at.astimezone(zone).date())
        for customer, at in arrived.filter(at__gte=midnight).values_list("customer", "at")
    )
    return {customer: when for customer, when in days if day - CAME <= when <= day}


def _bought(run: Run | None, customers: Iterable[int]) -> set[int]:
    """Which of these have a stage already, by what they did."""
    wanted = ", ".join(str(customer) for customer in sorted(customers))
    if run is None or not wanted or not scoring.frame(run).exists():
        return set()
    rows = lake.rows(
        f"select customer_id from {scoring.table_of(run)} "
        f"where stage is not null and customer_id in ({wanted})"
    )
    return {row[0] for row in rows}


def _earlier(run: Run) -> Run | None:
    """The newest run of an earlier day whose figures still lie there."""
    earlier = scoring.runs().filter(as_of__lt=run.as_of)
    return next((each for each in earlier[:3] if scoring.frame(each).exists()), None)
