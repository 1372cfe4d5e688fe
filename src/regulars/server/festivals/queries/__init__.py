"""Reads of festivals: the list with its days, plans, audiences, the calendar, the load."""

from regulars.server.festivals.queries.audience import Audience, audience, carded, members
from regulars.server.festivals.queries.calendar import (
    KINDS,
    Day,
    Month,
    month,
    planned,
    source,
    week,
)
from regulars.server.festivals.queries.coming import (
    Coming,
    coming,
    day_of,
    festival,
    festivals,
    lacking,
    missing,
)
from regulars.server.festivals.queries.ideas import Idea, idea, ideas, ideas_for
from regulars.server.festivals.queries.load import Load, behind, load
from regulars.server.festivals.queries.plans import (
    Results,
    due_to_send,
    in_state,
    over,
    own_tasks,
    plan,
    plans,
    results,
    task_words,
    wishes_of,
)
from regulars.server.festivals.queries.sieve import FESTIVAL, STANDS, not_planned, of_plans

__all__ = [
    "FESTIVAL",
    "KINDS",
    "STANDS",
    "Audience",
    "Coming",
    "Day",
    "Idea",
    "Load",
    "Month",
    "Results",
    "audience",
    "behind",
    "carded",
    "coming",
    "day_of",
    "due_to_send",
    "festival",
    "festivals",
    "idea",
    "ideas",
    "ideas_for",
    "in_state",
    "lacking",
    "load",
    "members",
    "missing",
    "month",
    "not_planned",
    "of_plans",
    "over",
    "own_tasks",
    "plan",
    "planned",
    "plans",
    "results",
    "source",
    "task_words",
    "week",
    "wishes_of",
]
