"""How much service a customer needs, from what he asks of us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.ledger import Ledger

YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class NeedRule:
    """What counts as a sign of need, and for how many points.

    Attributes
    ----------
    complaint, contact, visit, product
        Points for each complaint, contact that the customer began, visit and product.
    complaint_kinds, visit_kinds
        Kinds of event.
    visit_channels
        Channels of touches that are visits, whoever began them.
    inward
        Directions of a touch that the customer began.
    """

    complaint: float = 3.0
    contact: float = 1.0
    visit: float = 1.0
    product: float = 0.5
    complaint_kinds: tuple[str, ...] = ("complaint",)
    visit_kinds: tuple[str, ...] = ("branch_visit",)
    visit_channels: tuple[str, ...] = ("visit", "branch")
    inward: tuple[str, ...] = ("in",)


def service_need(
    ledger: Ledger,
    *,
    as_of: date,
    held: ir.Table | None = None,
    rule: NeedRule | None = None,
) -> ir.Table:
    """Count each customer's signs of need in the last 365 days.

    Parameters
    ----------
    held
        customer_id and category, from `measures.ownership.categories_held`.
    rule
        The points; None takes the defaults of `NeedRule`.

    Returns
    -------
    Table, one row per customer with a touch, an event or a product (lazy)
        customer_id
        complaints, contacts_in, visits, products : int64, >= 0
        need_points : float64, >= 0, their weighted sum

    Examples
    --------
    >>> from datetime import date, datetime
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 1, 1)],
    ...                       "amount": [1.0]})
    >>> said = ibis.memtable({"customer_id": [1, 1], "kind": ["complaint", "login"],
    ...                       "occurred_at": [datetime(2026, 1, 5), datetime(2026, 1, 6)]})
    >>> table = service_need(Ledger(sold, events=said), as_of=date(2026, 3, 1))
    >>> table.to_pyarrow()["need_points"].to_pylist()
    [3.0]
    """
    rule = rule or NeedRule()
    found = (_touched(ledger, as_of, rule), _told(ledger, as_of, rule))
    signs = [part for part in found if part is not None]
    if held is not None:
        own = held.select("customer_id", "category").distinct()
        signs.append(own.select("customer_id", sign=ibis.literal("product")))
    if not signs:
        nobody = ledger.transactions.select("customer_id").limit(0)
        signs = [nobody.mutate(sign=ibis.literal("product"))]
    every = signs[0]
    for part in signs[1:]:
        every = every.union(part)
    names = {
        "complaints": "complaint",
        "contacts_in": "contact",
        "visits": "visit",
        "products": "product",
    }
    counts = every.group_by("customer_id").agg(
        **{name: (every.sign == sign).cast("int64").sum() for name, sign in names.items()}
    )
    points = (
        counts.complaints * rule.complaint
        + counts.contacts_in * rule.contact
        + counts.visits * rule.visit
        + counts["products"] * rule.product
    )
    return counts.mutate(need_points=points.round(4))


def _touched(ledger: Ledger, as_of: date, rule: NeedRule) -> ir.Table | None:
    touches = ledger.touches
    if touches is None:
        return None
    day = touches["at"].cast("date")
    recent = touches.filter((day <= as_of) & (day > as_of - YEAR))
    visit = recent.channel.isin(rule.visit_channels).fill_null(False)
    began = ibis.literal(False)
    if "direction" in recent.columns:
        began = recent.direction.isin(rule.inward).fill_null(False)
    sign = ibis.cases((visit, "visit"), (began, "contact"), else_="none")
    return recent.select("customer_id", sign=sign)


def _told(ledger: Ledger, as_of: date, rule: NeedRule) -> ir.Table | None:
    events = ledger.events
    if events is None:
        return None
    day = events.occurred_at.cast("date")
    recent = events.filter((day <= as_of) & (day > as_of - YEAR))
    sign = ibis.cases(
        (recent.kind.isin(rule.complaint_kinds), "complaint"),
        (recent.kind.isin(rule.visit_kinds), "visit"),
        else_="none",
    )
    return recent.select("customer_id", sign=sign)
