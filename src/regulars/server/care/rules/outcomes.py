"""What two clicks mean: an outcome, and the step that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regulars.base.calendar import WorkCalendar
from regulars.base.errors import BadInput
from regulars.server.channels import rules as channels
from regulars.server.channels.rules import DAYS_UNTIL, Step

# The keys 1-4, in this order.
OUTCOMES = ("reached", "no_answer", "interested", "not_now")
# What may follow, the usual one first; `refused_all`, `unsuitable` and `wrong_number` are
# outcomes that stand in the second row, because the first has four places.
FOLLOWING: Mapping[str, tuple[str, ...]] = {
    "reached": (Step.DONE, Step.CALL_3, Step.MEET, Step.OFFER, "unsuitable", "refused_all"),
    "no_answer": (Step.CALL_TOMORROW, Step.CALL_3, Step.MESSAGE, "wrong_number"),
    "interested": (Step.OFFER, Step.MEET, Step.CALL_3, Step.DONE),
    "not_now": (Step.DONE, Step.MONTH, "refused_all"),
}
INSTEAD = ("refused_all", "unsuitable", "wrong_number")
# The reasons stay: nobody was spoken to.
STAYS_OPEN = frozenset({"no_answer"})


class UnknownOutcome(BadInput):
    """The buttons of the card offer no such thing."""


@dataclass(frozen=True)
class Result:
    """What a click writes."""

    outcome: str
    two_way: bool
    next_step: str
    next_on: date | None
    closes: bool  # the reasons are done; else they come back on `next_on`


def resolve(outcome: str, step: str, *, today: date, calendar: WorkCalendar) -> Result:
    """Turn two clicks into what is written.

    :raises UnknownOutcome: the pair is none of those offered.
    """
    if step not in FOLLOWING.get(outcome, ()):
        raise UnknownOutcome(
            f"After {outcome!r} there is no step {step!r}. Choose one of those shown."
        )
    if step in INSTEAD:
        return Result(step, channels.is_two_way(step), "", None, closes=True)
    days = DAYS_UNTIL[Step(step)]
    return Result(
        outcome=outcome,
        two_way=channels.is_two_way(outcome),
        next_step=step if step != Step.DONE else "",
        next_on=calendar.add_workdays(today, days) if days is not None else None,
        closes=outcome not in STAYS_OPEN,
    )
