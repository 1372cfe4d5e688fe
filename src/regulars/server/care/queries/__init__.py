"""Reads of the work: the morning's candidates, Today, the team, the calendar."""

from regulars.server.care.queries.ahead import ahead
from regulars.server.care.queries.answers import answers_after, answers_of
from regulars.server.care.queries.behind import reasons_behind
from regulars.server.care.queries.cards import (
    card_view,
    done_view,
    is_service,
    open_tasks,
    reasons_of,
    steps,
)
from regulars.server.care.queries.catalogue import Catalogue, catalogue
from regulars.server.care.queries.day import (
    CLASSES,
    PAGE,
    books_of,
    card,
    current_plan,
    figures_of,
    listed,
    open_count,
    rest,
    today,
    waiting,
)
from regulars.server.care.queries.habits import answered_calls
from regulars.server.care.queries.helping import (
    Burden,
    Helpable,
    Load,
    burden,
    capacities,
    helpable,
    helpers,
    loads,
)
from regulars.server.care.queries.library import questions
from regulars.server.care.queries.moments import moments
from regulars.server.care.queries.morning.above import lay, share
from regulars.server.care.queries.notes import note_lines, notes_without
from regulars.server.care.queries.own import Trial, own_trigger, trial, versions
from regulars.server.care.queries.team import coverage_rows, team
from regulars.server.care.queries.triggers import facts_came
from regulars.server.care.queries.visits import (
    companions,
    visit,
    visits_of,
    visits_of_day,
    visits_to,
)

__all__ = [
    "CLASSES",
    "PAGE",
    "Burden",
    "Catalogue",
    "Helpable",
    "Load",
    "Trial",
    "ahead",
    "answered_calls",
    "answers_after",
    "answers_of",
    "books_of",
    "burden",
    "capacities",
    "card",
    "card_view",
    "catalogue",
    "companions",
    "coverage_rows",
    "current_plan",
    "done_view",
    "facts_came",
    "figures_of",
    "helpable",
    "helpers",
    "is_service",
    "lay",
    "listed",
    "loads",
    "moments",
    "note_lines",
    "notes_without",
    "open_count",
    "open_tasks",
    "own_trigger",
    "questions",
    "reasons_behind",
    "reasons_of",
    "rest",
    "share",
    "steps",
    "team",
    "today",
    "trial",
    "versions",
    "visit",
    "visits_of",
    "visits_of_day",
    "visits_to",
    "waiting",
]
