"""Write three suggestions for everybody, in chunks, and put the words' figures to them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.engine.backends import Connection, Workbench
from regulars.engine.next_best.barring import Barring
from regulars.engine.next_best.calibrating import Curve, signs_of
from regulars.engine.next_best.counting import ordinary
from regulars.engine.next_best.judging import top_places
from regulars.engine.next_best.lore import Lore
from regulars.engine.next_best.methods import Method, raw_scores
from regulars.engine.next_best.reasons import (
    FEWEST,
    FOLLOW,
    REASONS,
    TOGETHER,
    Evidence,
    explain,
)
from regulars.engine.next_best.sampling import chunk
from regulars.engine.next_best.slices import CELLS, Part, load
from regulars.engine.next_best.standing import Standing, held_bit, new_bit

# Customers that are brought at once.
CUSTOMERS = 200_000
# Trios of two reasons and a product that are counted: those suggested most often.
MOST_TRIOS = 20_000
# Customers among whom trios are counted.
MOST_COUNTED = 500_000

_COLUMNS = {
    "idx": pa.int64(),
    "place": pa.int8(),
    "item": pa.int32(),
    "score": pa.float64(),
    "reason": pa.int8(),
    "one": pa.int32(),
    "two": pa.int32(),
    "support": pa.int64(),
    "share": pa.float64(),
    "usual": pa.float64(),
}


def write(
    standing: Standing,
    bars: Barring,
    bench: Workbench,
    *,
    method: Method,
    lore: Lore,
    evidence: Evidence,
    curve: Curve | None,
    counted_share: float,
) -> ir.Table:
    """Suggest for every customer; kept in the bench, by number.

    Without a curve the score is the share of those like this one who hold it.
    """
    connection: Connection = bench.connection
    kept = bench.bring(pa.table({name: pa.array([], kind) for name, kind in _COLUMNS.items()}))
    step = max(CUSTOMERS, CELLS // max(lore.products, 1))
    for first in range(0, standing.customers, step):
        people = chunk(standing, first, first + step)
        customers = load(standing, people, bars, date_number=0, declined=True)
        for part in customers.parts(lore.products):
            rows = _rows(part, method, lore, evidence, curve, counted_share)
            connection.insert(kept.op().name, rows)
    return kept


def _rows(
    part: Part,
    method: Method,
    lore: Lore,
    evidence: Evidence,
    curve: Curve | None,
    counted_share: float,
) -> pa.Table:
    score = raw_scores([method], lore, part.owned)[method.name]
    column, raw = top_places(np.where(part.barred, -np.inf, score))
    real = np.isfinite(raw).ravel()
    why = explain(method, lore, evidence, part.owned, column)
    if curve is not None:
        chance = curve.chance(signs_of(part, np.where(np.isfinite(raw), raw, 0.0)))
    else:
        chance = why.share
    places = column.shape[1]
    columns: dict[str, npt.NDArray[np.generic]] = {
        "idx": np.repeat(part.idx, places),
        "place": np.tile(np.arange(1, places + 1), part.size),
        "item": column.ravel(),
        "score": chance.round(6),
        "reason": why.reason,
        "one": why.first,
        "two": why.second,
        "support": np.rint(why.support / counted_share),
        "share": why.share.round(6),
        "usual": why.usual.round(6),
    }
    return pa.table(
        {n: pa.array(each[real]).cast(_COLUMNS[n], safe=False) for n, each in columns.items()}
    )


def with_trios(suggested: ir.Table, standing: Standing, bench: Workbench) -> ir.Table:
    """Where two reasons together say more than one, give the figures of both together."""
    trios = _trios(suggested, standing, bench)
    low = ibis.least(suggested.one, suggested.two)
    high = ibis.greatest(suggested.one, suggested.two)
    keyed = suggested.mutate(low=low, high=high)
    wide = keyed.left_join(trios, ["low", "high", "item"])
    more = (wide.both >= FEWEST) & (wide.all_three > wide.share * wide.both)
    more = more.fill_null(False) & (wide.two >= 0)
    shared = (wide.all_three / wide.both.nullif(0)).round(6)
    return wide.select(
        *("idx", "place", "item", "score", "reason", "one", "usual"),
        two=ibis.ifelse(more, wide.two, -1),
        support=ibis.ifelse(more, wide.both_scaled, wide.support),
        share=ibis.ifelse(more, shared, wide.share),
    )


def _trios(suggested: ir.Table, standing: Standing, bench: Workbench) -> ir.Table:
    two = suggested.filter((suggested.two >= 0) & (suggested.reason == TOGETHER))
    keyed = two.mutate(
        low=ibis.least(two.one, two.two).cast("int64"),
        high=ibis.greatest(two.one, two.two).cast("int64"),
        item=two.item.cast("int64"),
    )
    often = keyed.group_by("low", "high", "item").agg(n=keyed.count())
    often = often.order_by(often.n.desc(), often.low, often.high, often.item)
    wanted = bench.keep(often.limit(MOST_TRIOS).select("low", "high", "item"))
    rows, share = _counted_rows(standing)
    a, b = rows.select("idx", low="item"), rows.select("idx", high="item")
    pairs = wanted.select("low", "high").distinct()
    both = a.join(b, "idx").filter(lambda t: t.low < t.high)
    both = bench.keep(both.semi_join(pairs, ["low", "high"]).select("idx", "low", "high"))
    of_pairs = both.group_by("low", "high").agg(both=both.count())
    thirds = both.join(wanted, ["low", "high"]).semi_join(rows, ["idx", "item"])
    of_trios = thirds.group_by("low", "high", "item").agg(all_three=thirds.count())
    found = wanted.join(of_pairs, ["low", "high"])
    found = found.left_join(of_trios, ["low", "high", "item"])
    return bench.keep(
        found.select(
            low=found.low.cast("int32"),
            high=found.high.cast("int32"),
            item=found.item.cast("int32"),
            both=found.both,
            both_scaled=(found.both / share).round().cast("int64"),
            all_three=found.all_three.fill_null(0),
        )
    )


def _counted_rows(standing: Standing) -> tuple[ir.Table, float]:
    rows = ordinary(standing)
    held = rows.filter(((rows.marks & held_bit(0)) > 0) & (rows.item < standing.products))
    if standing.customers <= MOST_COUNTED:
        return held, 1.0
    below = int(MOST_COUNTED / standing.customers * 16**6)
    people = standing.people.filter(standing.people.digest < f"{below:06x}")
    return held.semi_join(people, "idx"), below / 16**6


def named(suggested: ir.Table, standing: Standing, bench: Workbench) -> ir.Table:
    """Replace numbers by ids and words."""
    labels = _labels(standing, bench)
    first = labels.view().select(first="item", because_1="label")
    second = labels.view().select(second="item", because_2="label")
    wide = suggested.join(labels, "item").rename(product_id="label")
    wide = wide.left_join(first, wide.one == first["first"])
    wide = wide.left_join(second, wide.two == second.second)
    wide = wide.join(standing.people.select("idx", "customer_id"), "idx")
    words = [(number, word) for number, word in enumerate(REASONS)]
    return wide.select(
        *("customer_id", "place", "product_id", "score"),
        reason=wide.reason.cases(*words, else_="popular"),
        lately=wide.reason == FOLLOW,
        because_1=wide.because_1,
        because_2=wide.because_2,
        support=wide.support,
        share=wide.share,
        usual=wide.usual,
    )


def had(standing: Standing, bench: Workbench) -> ir.Table:
    """Who had what, and took what, on the two dates that the reasons count at."""
    rows = ordinary(standing)
    tests = {
        "held": held_bit(0),
        "held_before": held_bit(1),
        "taken": new_bit(0),
        "taken_before": new_bit(1),
    }
    wide = rows.filter((rows.marks & sum(tests.values())) > 0)
    wide = wide.join(_labels(standing, bench), "item")
    wide = wide.join(standing.people.select("idx", "customer_id"), "idx")
    return wide.select(
        "customer_id",
        product_id=wide.label,
        **{name: (wide.marks & bit) > 0 for name, bit in tests.items()},
    )


def _labels(standing: Standing, bench: Workbench) -> ir.Table:
    return bench.bring(
        pa.table(
            {
                "item": pa.array(np.arange(len(standing.labels)), pa.int32()),
                "label": pa.array(standing.labels, pa.string()),
            }
        )
    )
