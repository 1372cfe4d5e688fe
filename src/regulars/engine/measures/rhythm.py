"""Has a customer's own rhythm changed? The last days against his own past.

A purchase stream is taken for a renewal process with gamma gaps (exponential where the
shape is 1). Over a window that fits the customer's own rate the number of active days is
compared with what his past lets expect, by the likelihood ratio of one rate against two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.backends import first_row
from regulars.engine.ledger import day_number
from regulars.engine.measures.significance import two_sided

# Days. The first window over which the past lets expect enough is taken.
WINDOWS = (30, 90, 180, 365)
ENOUGH_EXPECTED = 4.0
# The past must be so many windows long: a rate over a short time is a guess.
ENOUGH_PAST = 2
LEVEL = 0.01
# The squared variation of a customer's own gaps is averaged with the base's, which
# weighs as much as so many gaps: five gaps say little about regularity.
PRIOR_GAPS = 10.0
# Rate and regularity are themselves estimates, and whoever came often by luck is looked at
# over a shorter window. The allowance brings the alarms of customers who do not change to
# the level; it was set by simulation, see the tests.
ALLOWANCE = 1.1
# Nobody is believed to be more regular or more irregular than this.
LEAST_SHAPE, GREATEST_SHAPE = 0.25, 6.0


@dataclass(frozen=True)
class RhythmReport:
    """What the comparison found over the base.

    Attributes
    ----------
    tested
        Customers with enough evidence.
    slower, faster, silent
        Customers whose rhythm changed; silent came not at all within the window.
    by_chance
        How many alarms the level alone would give: `level` times `tested`.
    verdict
        One sentence for a person.
    """

    tested: int
    slower: int
    faster: int
    silent: int
    by_chance: float
    verdict: str


def rhythm_change(
    days: ir.Table,
    *,
    as_of: date,
    windows: Sequence[int] = WINDOWS,
    level: float = LEVEL,
) -> ir.Table:
    """Compare how often each customer came lately with his own past.

    Evidence is enough where, by the customer's own past rate, four active days or more
    were to be expected within one of the windows, and the past is at least twice as long
    as it. The window is chosen by the past alone, so that the choice does not favour a
    change. Of simulated customers who do not change, .4 to 1.5 % are reported at the level of
    1 % (gaps from clumpy to very regular, mean gaps of 4 to 30 days). Half the purchases
    for 60 days, with a mean gap of 10, are seen in 8 to 23 %, a third in 17 to 42 %.

    Parameters
    ----------
    days
        Table with customer_id and day (int64, days since 1970-01-01), one row per day of
        activity, such as from `measures.activity.daily_activity`; later than `as_of` does
        not exist.
    windows
        Days, rising.
    level
        Chance of a false alarm, 0-0.5.

    Returns
    -------
    Table, one row per customer with activity (lazy)
        customer_id
        rhythm_window : int64, days compared; null: not enough evidence, and then all else
            is null
        rhythm_expected : float64, active days to be expected within it, >= 4
        rhythm_seen : int64, active days within it
        rhythm_gap_before : float64, mean days between active days before the window
        rhythm_gap_now : float64, the window over the active days in it; null if none
        rhythm_ratio : float64, seen / expected: .5 is half as often, 0 is silent
        rhythm_regularity : float64, shape of the gaps, .25 clumpy, 1 by chance, 6 regular
        rhythm_p : float64, two-sided chance of a change as large by chance
        rhythm_change : string, "slower", "faster" or "silent" where rhythm_p < level;
            else null

    Raises
    ------
    BadInput
        where the windows do not rise or the level is not between 0 and 0.5

    References
    ----------
    Likelihood ratio of two Poisson rates (Cox & Lewis 1966, The Statistical Analysis of
    Series of Events), times the shape for gamma gaps: the variance of a renewal count
    is its mean over the shape.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> weekly = [20_000 + 7 * k for k in range(52)]
    >>> days = ibis.memtable({"customer_id": [1] * 52, "day": weekly})
    >>> table = rhythm_change(days, as_of=date(2025, 12, 31))  # 96 days after the last
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["rhythm_change"], row["rhythm_window"], row["rhythm_gap_before"]
    ('silent', 90, 7.1176)
    """
    _check(windows, level)
    today = day_number(as_of)
    counted = _count(days, today, windows)
    chosen = _with_shape(_choose(counted, today, windows))
    shape = chosen.shape
    seen, before = chosen.seen.cast("float64"), chosen.before.cast("float64")
    expected = before * chosen.window / chosen.past
    deviance = _deviance(seen, before, chosen.window / (chosen.window + chosen.past))
    squared = deviance * shape / ALLOWANCE
    p = two_sided(squared.sqrt())
    enough = chosen.window.notnull()
    # The same as p < level, without writing the tail out again.
    changed = enough & (squared > NormalDist().inv_cdf(1.0 - level / 2.0) ** 2)
    return chosen.select(
        "customer_id",
        rhythm_window=chosen.window,
        rhythm_expected=expected.round(4),
        rhythm_seen=chosen.seen,
        rhythm_gap_before=(chosen.past / before).round(4),
        rhythm_gap_now=(chosen.window / seen.nullif(0.0)).round(4),
        rhythm_ratio=(seen / expected).round(4),
        rhythm_regularity=ibis.ifelse(enough, shape.round(4), None),
        rhythm_p=ibis.ifelse(enough, p, None),
        rhythm_change=ibis.cases(
            (changed & (chosen.seen == 0), "silent"),
            (changed & (seen < expected), "slower"),
            (changed, "faster"),
        ),
    )


def rhythm_report(table: ir.Table, *, level: float = LEVEL) -> RhythmReport:
    """Count the changes of the base beside what chance alone would give.

    Parameters
    ----------
    table
        From `rhythm_change`, with the same level.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"rhythm_p": [0.5, 0.001], "rhythm_change": ["", "slower"]})
    >>> rhythm_report(table).verdict
    '1 of 2 customers with enough evidence came in another rhythm; 0.0 by chance alone.'
    """
    names = ("slower", "faster", "silent")
    row = first_row(
        table.agg(
            tested=table.rhythm_p.count(),
            **{name: (table.rhythm_change == name).cast("int64").sum() for name in names},
        )
    )
    counts = {name: int(row[name] or 0) for name in names}
    tested, by_chance = int(row["tested"]), level * int(row["tested"])
    found = sum(counts.values())
    if tested == 0:
        said = "Nobody came often enough, for long enough, to show a rhythm of his own."
    elif found <= by_chance:
        said = f"No signal: {found} of {tested} rhythms changed, as many as by chance alone."
    else:
        said = (
            f"{found} of {tested} customers with enough evidence came in another rhythm; "
            f"{by_chance:.1f} by chance alone."
        )
    return RhythmReport(tested=tested, by_chance=by_chance, verdict=said, **counts)


def _check(windows: Sequence[int], level: float) -> None:
    if list(windows) != sorted(set(windows)) or not windows or windows[0] < 1:
        raise BadInput(f"The windows are {list(windows)}; give days in rising order.")
    if not 0 < level < 0.5:
        raise BadInput(f"The level is {level}; give a chance between 0 and 0.5, such as 0.01.")


def _count(days: ir.Table, today: int, windows: Sequence[int]) -> ir.Table:
    known = days.filter(days.day <= today)
    order = ibis.window(group_by=known.customer_id, order_by=known.day)
    paced = known.mutate(gap=(known.day - known.day.lag().over(order)).cast("float64"))
    # Regularity is that of all gaps, the last ones as well: a change makes it look smaller,
    # which errs on the side of silence, and one set of sums serves every window.
    sums: dict[str, ir.Value] = {
        "first_day": paced.day.min(),
        "all_days": paced.count(),
        "gap_sum": paced.gap.sum().fill_null(0.0),
        "gap_squares": (paced.gap * paced.gap).sum().fill_null(0.0),
    }
    for window in windows:
        sums[f"seen_{window}"] = (paced.day > today - window).cast("int64").sum()
    return paced.group_by("customer_id").agg(**sums)


def _choose(counted: ir.Table, today: int, windows: Sequence[int]) -> ir.Table:
    fits = []
    for window in windows:
        past = today - window - counted.first_day
        # The first day begins the clock and counts for nothing.
        before = counted.all_days - counted[f"seen_{window}"] - 1
        enough = before * window >= ENOUGH_EXPECTED * past
        fits.append((window, past, before, enough & (past >= ENOUGH_PAST * window)))

    def first_fit(values: list[ir.Value]) -> ir.Value:
        return ibis.cases(*[(fit[3], value) for fit, value in zip(fits, values, strict=True)])

    return counted.select(
        "customer_id",
        window=first_fit([ibis.literal(window, "int64") for window in windows]),
        past=first_fit([fit[1] for fit in fits]).cast("float64"),
        before=first_fit([fit[2] for fit in fits]),
        seen=first_fit([counted[f"seen_{window}"] for window in windows]),
        gaps=(counted.all_days - 1).cast("float64"),
        gap_sum=counted.gap_sum,
        gap_squares=counted.gap_squares,
    )


def _with_shape(chosen: ir.Table) -> ir.Table:
    """Estimate 1 / squared variation of the gaps, drawn towards that of the base."""
    gaps = chosen.gaps.nullif(0.0)
    mean = chosen.gap_sum / gaps
    spread = chosen.gap_squares / gaps - mean * mean
    free = ibis.greatest(chosen.gaps - 1.0, 1.0)
    own = ibis.greatest(spread, 0.0) * gaps / free / (mean * mean)
    # The base's regularity is that of the customers who are compared.
    everybody, told = ibis.window(), chosen.window.notnull()
    weight = ibis.ifelse(told, free, 0.0)
    base = (own * weight).sum().over(everybody) / weight.sum().over(everybody).nullif(0.0)
    # A step of its own: Ibis would write the expressions above out wherever they are used.
    wide = chosen.mutate(own=own, free=free, base=base)
    drawn = (wide.own * wide.free + wide.base * PRIOR_GAPS) / (wide.free + PRIOR_GAPS)
    bounded = ibis.greatest(ibis.least(drawn, 1.0 / LEAST_SHAPE), 1.0 / GREATEST_SHAPE)
    return wide.mutate(shape=1.0 / bounded)


def _deviance(
    seen: ir.FloatingValue, before: ir.FloatingValue, share: ir.FloatingValue
) -> ir.FloatingValue:
    both = seen + before
    lately = seen * (ibis.greatest(seen, 1.0) / (both * share)).ln()
    earlier = before * (before / (both * (1.0 - share))).ln()
    # Rounding may leave a trace below zero where nothing changed at all.
    return ibis.greatest(2.0 * (lately + earlier), 0.0)
