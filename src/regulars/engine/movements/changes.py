"""Everything that changed about a customer, in one row: what a card can say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import Workbench
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger
from regulars.engine.measures.activity import daily_activity
from regulars.engine.measures.mix import basket_change, channel_change
from regulars.engine.measures.rhythm import RhythmReport, rhythm_change, rhythm_report
from regulars.engine.movements.balance import balance_movements
from regulars.engine.movements.found import Movements, largest_movement, together
from regulars.engine.movements.purchase import purchase_movements

# What to say first, where several things changed: money that goes, then a customer who
# goes, then what he gave up, then what is good news.
HEADLINES = (
    "money_out",
    "large_return",
    "rhythm_silent",
    "rhythm_slower",
    "basket_gone",
    "basket_changed",
    "channel_changed",
    "money_in",
    "large_purchase",
    "rhythm_faster",
    "basket_new",
)


@dataclass(frozen=True)
class Changes:
    """What changed over the base.

    Attributes
    ----------
    customers
        One row per customer for whom something is to be said; see `find_changes`.
    movements
        The long tables behind the movements of money.
    rhythm
        How many rhythms changed, beside what chance gives.
    """

    customers: ir.Table
    movements: Movements
    rhythm: RhythmReport


def find_changes(
    ledger: Ledger,
    bench: Workbench,
    *,
    as_of: date,
    basis: Basis,
    floors: Mapping[str, float] | None = None,
    purchase_floors: Mapping[str, float] | None = None,
    levels: ir.Table | None = None,
    days: ir.Table | None = None,
) -> Changes:
    """Find what changed about every customer: money, rhythm, basket, channel.

    Parameters
    ----------
    bench
        Where the tables are kept; the caller clears it.
    floors, purchase_floors, levels
        By level, see `balance_movements` and `purchase_movements`.
    days
        From `measures.activity.daily_activity` of the same date, where it is at hand.

    Returns
    -------
    Changes
        `customers`, one row per customer with at least one of these (kept on the bench):
        customer_id
        headline : string, the first of HEADLINES that applies
        changes : int64, >= 1, how many apply
        balance_... : from `largest_movement`, null without one; with balances only
        purchase_... : the same
        rhythm_change, rhythm_gap_before, rhythm_gap_now, rhythm_ratio, rhythm_p : from
            `rhythm_change`, null where the rhythm did not change
        basket_changed : boolean; basket_distance, basket_gone, basket_gone_amount,
            basket_new, basket_new_amount : from `basket_change`; where transactions name
            categories or products
        channel_changed : boolean; channel_distance, channel_before, channel_now : from
            `channel_change`, null unless the channel changed; where transactions name one

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ibis
    >>> from regulars.engine import RETAIL, Ledger, connect
    >>> from regulars.engine.backends import Workbench
    >>> end, connection = date(2026, 3, 31), connect(threads=1)
    >>> sold = connection.create_table("sold", ibis.memtable({
    ...     "customer_id": [1] * 40, "amount": [900.0] + [20.0] * 39,
    ...     "local_date": [end - timedelta(days=7 * k) for k in range(40)]}).to_pyarrow())
    >>> found = find_changes(Ledger(sold), Workbench(connection), as_of=end, basis=RETAIL)
    >>> row = found.customers.to_pyarrow().to_pylist()[0]
    >>> row["headline"], row["purchase_moved"], row["rhythm_change"]
    ('large_purchase', 900.0, None)
    """
    days = daily_activity(ledger, as_of=as_of, basis=basis) if days is None else days
    rhythm = bench.keep(rhythm_change(days, as_of=as_of))
    bought = _keep(
        purchase_movements(ledger, as_of=as_of, floors=purchase_floors, levels=levels), bench
    )
    parts = [_rhythm_part(rhythm), largest_movement(bought, "purchase")]
    moved = bought
    if ledger.balances is not None:
        money = balance_movements(
            ledger, as_of=as_of, basis=basis, floors=floors, levels=levels
        )
        money = _keep(money, bench)
        parts.append(largest_movement(money, "balance"))
        moved = together(money, bought)
    parts += _mixes(ledger, as_of=as_of, basis=basis)
    kept = [bench.keep(part) for part in parts]
    return Changes(
        customers=bench.keep(_with_headline(_joined(kept))),
        movements=moved,
        rhythm=rhythm_report(rhythm),
    )


def _keep(found: Movements, bench: Workbench) -> Movements:
    rows = bench.keep(found.rows)
    return Movements(rows=rows, parts=bench.keep(found.parts))


def _rhythm_part(rhythm: ir.Table) -> ir.Table:
    changed = rhythm.filter(rhythm.rhythm_change.notnull())
    names = ("change", "gap_before", "gap_now", "ratio", "p")
    return changed.select("customer_id", *[f"rhythm_{name}" for name in names])


def _mixes(ledger: Ledger, *, as_of: date, basis: Basis) -> list[ir.Table]:
    parts, columns = [], set(ledger.transactions.columns)
    if columns & {"category", "product_id"}:
        basket = basket_change(ledger, as_of=as_of, basis=basis)
        said = (
            basket.basket_changed | basket.basket_gone.notnull() | basket.basket_new.notnull()
        )
        parts.append(basket.filter(said).drop("basket_p"))
    if "channel" in columns:
        way = channel_change(ledger, as_of=as_of, basis=basis)
        names = ("channel_changed", "channel_distance", "channel_before", "channel_now")
        parts.append(way.filter(way.channel_changed).select("customer_id", *names))
    return parts


def _joined(parts: list[ir.Table]) -> ir.Table:
    ids = parts[0].select("customer_id")
    for part in parts[1:]:
        ids = ids.union(part.select("customer_id"))
    wide = ids.distinct()
    for part in parts:
        wide = wide.left_join(part, "customer_id").drop("customer_id_right")
    changed = [name for name in wide.columns if name.endswith("_changed")]
    return wide.mutate(**{name: wide[name].fill_null(False) for name in changed})


def _with_headline(wide: ir.Table) -> ir.Table:
    def said(name: str, value: str | None = None) -> ir.BooleanValue:
        if name not in wide.columns:
            return ibis.literal(False)
        column = wide[name]
        if value is not None:
            return (column == value).fill_null(False)
        return column if column.type().is_boolean() else column.notnull()

    applies = {
        "money_out": said("balance_movement", "out"),
        "large_return": said("purchase_movement", "out"),
        "rhythm_silent": said("rhythm_change", "silent"),
        "rhythm_slower": said("rhythm_change", "slower"),
        "basket_gone": said("basket_gone"),
        "basket_changed": said("basket_changed"),
        "channel_changed": said("channel_changed"),
        "money_in": said("balance_movement", "in"),
        "large_purchase": said("purchase_movement", "in"),
        "rhythm_faster": said("rhythm_change", "faster"),
        "basket_new": said("basket_new"),
    }
    count = ibis.literal(0, "int64")
    for each in applies.values():
        count = count + each.cast("int64")
    headline = ibis.cases(*[(applies[name], name) for name in HEADLINES])
    told = wide.mutate(headline=headline, changes=count)
    return told.relocate("customer_id", "headline", "changes")
