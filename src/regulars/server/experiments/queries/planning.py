"""What a list can show before it starts, by how its customers were in the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from regulars.server.core import queries as core
from regulars.server.core.models import Company, Person
from regulars.server.experiments import bridge
from regulars.server.experiments.bridge import BEFORE, Column, Wanted
from regulars.server.experiments.rules import History
from regulars.server.experiments.rules.places import place_sql
from regulars.server.facts import queries as facts
from regulars.server.products import queries as products

OWN_MOVES = ("purchase", "inflow", "outflow")
SAMPLE = 20_000  # customers; more of them change nothing that a page would show
KINDS = ("transactions", "balances", "holdings")


def wanted(
    outcome: str, columns: tuple[Column, ...], *, margin: float = 0.0, contacts: bool = False
) -> Wanted:
    """What the facts are asked for, in the company's units and words."""
    company = core.company()
    bank = company is not None and company.kind == Company.Kind.BANK
    return Wanted(
        outcome=outcome,
        columns=columns,
        files={kind: facts.living(kind) for kind in KINDS},
        minor=core.minor_units(),
        margin=margin,
        own=OWN_MOVES if bank else ("purchase",),
        loans=products.codes_of("loan"),
        contacts=contacts,
    )


def history(
    viewer: Person,
    outcome: str,
    *,
    until: date,
    window_days: int,
    before_days: int,
    customers: Sequence[int] | None = None,
    margin: float = 0.0,
) -> History:
    """How the outcome was over the last window, of some customers or of all whom one sees."""
    day = until - timedelta(days=window_days)
    who, given = "true", []
    if customers is not None:
        who, given = "c.id = any (%s::bigint[])", [list(customers)]
    elif not viewer.scope.everything:
        who, given = "c.book_id = any (%s::bigint[])", [list(viewer.scope.books)]
    rows = (
        "select c.id as customer_id, 'all'::text as arm, %s::date as day, %s::int as span "
        f"from customers_customer c where {who} and c.state not in ('merged', 'erased') "
        f"order by {place_sql('%s', 'c.id')} limit {SAMPLE}"
    )
    columns = (Column("outcome", 0, window_days), Column(BEFORE, -before_days, 0))
    with bridge.assigned(rows, [day, window_days, *given, "history"]) as (db, first, last):
        if first is None or last is None:
            return History(0, 0.0, 0.0)
        asked = wanted(outcome, columns, margin=margin)
        return History(*bridge.history(db, asked, first=first, last=last))
