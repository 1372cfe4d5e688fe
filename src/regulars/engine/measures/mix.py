"""Has what a customer buys, or how he comes, changed? One mix before, one lately.

An occurrence is a day on which an item (a category, a channel) was used. Both periods of
a customer are compared item by item: how far apart they are (Hellinger distance) and
whether chance alone does that (Pearson's chi-square).
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, LedgerError, day_number, facts, money
from regulars.engine.measures.significance import chi_square_tail

RECENT_DAYS, PAST_DAYS = 90, 365
# Items with fewer occurrences in both periods together are looked at as one: the
# chi-square of rare items says more about rounding than about the customer.
RARE = 5
ENOUGH_PAST, ENOUGH_RECENT = 12, 8
# An item is missed where so many occurrences were to be expected and none came (chance:
# under 1 %), new where so many came and none before.
MISSED, NEW = 5.0, 3
LEVEL = 0.01
# Significant but smaller than this is nothing a person would notice.
NOTICEABLE = 0.30


class Span(NamedTuple):
    """The days compared: `recent` up to `as_of`, and `past` before them."""

    recent: int = RECENT_DAYS
    past: int = PAST_DAYS


YEAR_TO_QUARTER = Span()


def basket_change(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    span: Span = YEAR_TO_QUARTER,
    level: float = LEVEL,
) -> ir.Table:
    """Compare what each customer bought lately with what he bought before.

    The items are categories, or products where the transactions name no category.

    Returns
    -------
    Table, one row per customer with 5 or more named purchases before and 3 lately (lazy)
        customer_id
        basket_distance : float64, 0 (the same mix) to 1 (nothing in common); null where
            evidence is not enough: fewer than 12 occurrences before or 8 lately, or a
            single item
        basket_p : float64, chance of a distance as large by chance; null as above
        basket_changed : boolean, basket_p < level and basket_distance >= 0.30; false
            where evidence is not enough
        basket_gone : string, what disappeared: the item with the most money before among
            those of which 5 or more were to be expected lately and none came; null if none
        basket_gone_amount : float64, its money before, brought to the recent days
        basket_new : string, the item with the most money lately among those that came 3
            times or more and never before; null if none
        basket_new_amount : float64, its money lately

    Raises
    ------
    LedgerError
        where transactions name neither category nor product
    BadInput
        where the span or the level make no sense

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> end, week = date(2026, 3, 31), timedelta(days=7)
    >>> items = ["tea" if k < 13 else "coffee" for k in range(50)]
    >>> sold = ibis.memtable({"customer_id": [1] * 50, "amount": [5.0] * 50,
    ...     "local_date": [end - k * week for k in range(50)], "category": items})
    >>> table = basket_change(Ledger(sold), as_of=end, basis=RETAIL)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["basket_changed"], row["basket_gone"], row["basket_new"]
    (True, 'coffee', 'tea')
    """
    column = "category" if "category" in ledger.transactions.columns else "product_id"
    return mix_change(
        ledger, column, "basket", as_of=as_of, basis=basis, span=span, level=level
    )


def channel_change(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    span: Span = YEAR_TO_QUARTER,
    level: float = LEVEL,
) -> ir.Table:
    """Compare through which channels each customer came lately and before.

    Returns
    -------
    Table, one row per customer with 5 or more named channels before and 3 lately (lazy)
        the columns of `basket_change`, named `channel_...`, and
        channel_before, channel_now : string, used most in each period (of equals the
        first by name); null without any

    Raises
    ------
    LedgerError
        where transactions name no channel

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> end, week = date(2026, 3, 31), timedelta(days=7)
    >>> ways = ["app" if k < 13 else "branch" for k in range(50)]
    >>> sold = ibis.memtable({"customer_id": [1] * 50, "amount": [5.0] * 50,
    ...     "local_date": [end - k * week for k in range(50)], "channel": ways})
    >>> table = channel_change(Ledger(sold), as_of=end, basis=RETAIL)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["channel_changed"], row["channel_before"], row["channel_now"]
    (True, 'branch', 'app')
    """
    items = _items(ledger, "channel", as_of=as_of, basis=basis, span=span)
    changed = _compare(items, "channel", span=span, level=level)
    for name, count in (("channel_before", items.n_past), ("channel_now", items.n_recent)):
        first = ibis.window(group_by=items.customer_id, order_by=[count.desc(), items.item])
        ranked = items.mutate(place=ibis.row_number().over(first)).filter(count > 0)
        most = ranked.filter(ranked.place == 0).select("customer_id", **{name: ranked.item})
        changed = changed.left_join(most, "customer_id").drop("customer_id_right")
    return changed


def mix_change(
    ledger: Ledger,
    column: str,
    name: str,
    *,
    as_of: date,
    basis: Basis,
    span: Span = YEAR_TO_QUARTER,
    level: float = LEVEL,
) -> ir.Table:
    """Compare the mix of any column of the transactions lately and before.

    Parameters
    ----------
    column
        Of the transactions: `category`, `product_id`, `channel`, `branch`.
    name
        Prefix of the columns returned.

    Returns
    -------
    Table
        as `basket_change`, with `name` in place of `basket`

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger
    >>> sold = ibis.memtable({"customer_id": [1] * 80, "amount": [5.0] * 80,
    ...     "local_date": [date(2026, 3, 31 - k // 4) for k in range(40)]
    ...     + [date(2025, 8, 1 + k // 2) for k in range(40)], "branch": ["east"] * 80})
    >>> table = mix_change(Ledger(sold), "branch", "place", as_of=date(2026, 3, 31),
    ...                    basis=RETAIL)
    >>> table.to_pyarrow()["place_changed"].to_pylist()
    [False]
    """
    items = _items(ledger, column, as_of=as_of, basis=basis, span=span)
    return _compare(items, name, span=span, level=level)


def _items(ledger: Ledger, column: str, *, as_of: date, basis: Basis, span: Span) -> ir.Table:
    """Count the occurrences of each item of each customer in both periods."""
    if column not in ledger.transactions.columns:
        raise LedgerError(
            f"The transactions name no {column}; their columns are "
            f"{', '.join(ledger.transactions.columns)}. Map one to it first."
        )
    if span.recent < 1 or span.past < span.recent:
        raise BadInput(f"The days compared are {span}; the past must be the longer part.")
    known, cut = facts(ledger, until=as_of), day_number(as_of) - span.recent
    named = known.filter(
        known.kind.isin(basis.activity) & (known.day > cut - span.past),
        known[column].notnull(),
    )
    named = _with_enough(named, cut)
    days = named.group_by("customer_id", "day", item=named[column].cast("string")).agg(
        amount=named.amount.sum()
    )
    late = days.day > cut
    per = days.group_by("customer_id", "item").agg(
        n_past=(~late).cast("int64").sum(),
        n_recent=late.cast("int64").sum(),
        money_past=money(days.amount.sum(where=~late).fill_null(0.0), ledger),
        money_recent=money(days.amount.sum(where=late).fill_null(0.0), ledger),
    )
    return per


def _with_enough(named: ir.Table, cut: int) -> ir.Table:
    """Keep the customers who can show a change at all: most of a base cannot."""
    per = named.group_by("customer_id").agg(
        before=(named.day <= cut).cast("int64").sum(),
        lately=(named.day > cut).cast("int64").sum(),
    )
    enough = per.filter((per.before >= MISSED) & (per.lately >= NEW))
    return named.semi_join(enough, "customer_id")


def _compare(items: ir.Table, name: str, *, span: Span, level: float) -> ir.Table:
    if not 0 < level < 0.5:
        raise BadInput(f"The level is {level}; give a chance between 0 and 0.5, such as 0.01.")
    per = _distances(items)
    enough = (per.past >= ENOUGH_PAST) & (per.recent >= ENOUGH_RECENT) & (per.cells >= 2)
    distance = ibis.ifelse(enough, per.distance, None)
    p = ibis.ifelse(enough, chi_square_tail(per.chi, ibis.greatest(per.cells - 1, 1)), None)
    table = per.select(
        "customer_id",
        **{
            f"{name}_distance": distance.round(4),
            f"{name}_p": p,
            f"{name}_changed": (p < level).fill_null(False)
            & (distance >= NOTICEABLE).fill_null(False),
        },
    )
    for each in (_gone(items, per, name, span), _new(items, name)):
        table = table.left_join(each, "customer_id").drop("customer_id_right")
    return table


def _distances(items: ir.Table) -> ir.Table:
    both = items.n_past + items.n_recent
    rare = both < RARE
    recent = items.n_recent.cast("float64")
    sums = items.group_by("customer_id").agg(
        past=items.n_past.sum(),
        recent=items.n_recent.sum(),
        overlap=(items.n_past * items.n_recent).cast("float64").sqrt().sum(),
        often=(recent * recent / both).sum(where=~rare).fill_null(0.0),
        cells=(~rare).cast("int64").sum(),
        rare_recent=recent.sum(where=rare).fill_null(0.0),
        rare=both.sum(where=rare).fill_null(0),
    )
    past, lately = sums.past.cast("float64"), sums.recent.cast("float64")
    whole = past + lately
    squares = sums.often + sums.rare_recent * sums.rare_recent / sums.rare.nullif(0).fill_null(
        1
    )
    # Pearson's sum over the 2 x K table, written with one square per item.
    chi = (
        (whole - 1.0)
        * whole
        / (past * lately).nullif(0.0)
        * (squares - lately * lately / whole)
    )
    alike = sums.overlap / (past * lately).sqrt().nullif(0.0)
    return sums.select(
        "customer_id",
        past=sums.past,
        recent=sums.recent,
        cells=sums.cells + (sums.rare > 0).cast("int64"),
        chi=chi.round(9),
        distance=ibis.greatest(1.0 - alike, 0.0).sqrt(),
    )


def _gone(items: ir.Table, per: ir.Table, name: str, span: Span) -> ir.Table:
    share = per.select("customer_id", rate=per.recent / per.past.nullif(0))
    both = items.join(share, "customer_id")
    gone = both.filter((both.n_recent == 0) & (both.n_past * both.rate >= MISSED))
    brought = gone.money_past * (span.recent / span.past)
    return _largest(gone.mutate(money=brought.round(4)), f"{name}_gone")


def _new(items: ir.Table, name: str) -> ir.Table:
    # A customer whose whole past is empty has nothing but new items; that is no change.
    had = items.group_by("customer_id").agg(had=items.n_past.sum())
    both = items.join(had.filter(had.had >= ENOUGH_PAST), "customer_id")
    new = both.filter((both.n_past == 0) & (both.n_recent >= NEW))
    return _largest(new.mutate(money=new.money_recent), f"{name}_new")


def _largest(found: ir.Table, name: str) -> ir.Table:
    first = ibis.window(group_by=found.customer_id, order_by=[found.money.desc(), found.item])
    ranked = found.mutate(place=ibis.row_number().over(first))
    best = ranked.filter(ranked.place == 0)
    return best.select("customer_id", **{name: best.item, f"{name}_amount": best.money})
