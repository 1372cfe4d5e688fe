"""Reads of salons and guests; numbers of a salon are whole, names are the viewer's own."""

from regulars.server.salons.queries.due import STANDS, work
from regulars.server.salons.queries.guests import (
    SHOWS,
    Line,
    counts,
    door,
    guest,
    guests,
    guests_after,
    mine,
    of_customer,
)
from regulars.server.salons.queries.lists import (
    UPCOMING,
    VIEWS,
    cost,
    kind_words,
    kinds,
    listed,
    may_run,
    one,
    part,
    places,
    planned,
    rows,
    salons_after,
    today,
)
from regulars.server.salons.queries.moments import moments
from regulars.server.salons.queries.plan import Costs, costs, lacking
from regulars.server.salons.queries.proposing import (
    able,
    audience,
    candidates,
    rate,
    welcome,
    why_left,
)
from regulars.server.salons.queries.result import Result, result
from regulars.server.salons.queries.spoken import FIELDS, nothing

__all__ = [
    "FIELDS",
    "SHOWS",
    "STANDS",
    "UPCOMING",
    "VIEWS",
    "Costs",
    "Line",
    "Result",
    "able",
    "audience",
    "candidates",
    "cost",
    "costs",
    "counts",
    "door",
    "guest",
    "guests",
    "guests_after",
    "kind_words",
    "kinds",
    "lacking",
    "listed",
    "may_run",
    "mine",
    "moments",
    "nothing",
    "of_customer",
    "one",
    "part",
    "places",
    "planned",
    "rate",
    "result",
    "rows",
    "salons_after",
    "today",
    "welcome",
    "why_left",
    "work",
]
