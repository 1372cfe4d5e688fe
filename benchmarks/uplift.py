"""Do experiments keep their promises: false alarms, coverage, variance left, Qini, speed?"""

from __future__ import annotations

import argparse
import lzma
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from benchmarks.goals import Finding, Goal, farthest, found
from regulars import engine
from regulars.engine import uplift
from regulars.engine.backends import Connection
from regulars.engine.synthetic.experiment import experiment

Floats = npt.NDArray[np.float64]
Z = 1.959963984540054
ON_RATES = Goal("A/A on rates, false alarms (farthest of 4 designs)", 4.0, 6.0, "%", digits=1)
ON_SPEND = Goal("A/A on spend, false alarms (farthest of 4)", 4.0, 6.0, "%", digits=1)
DAILY = Goal("A/A on spend looked at daily, spending (farthest of 4)", 4.0, 6.0, "%", digits=1)
VALID = Goal("A/A on spend looked at daily, always valid (most)", most=6.0, unit="%", digits=1)
OPTIONS = ("--goals",)  # in a run of all
GOALS = (ON_RATES, ON_SPEND, DAILY, VALID)
DESIGNS = ((9_000, 1_000, 0.05), (1_800, 200, 0.05), (900, 100, 0.05), (9_000, 1_000, 0.005))


def rates_exactly() -> Finding:
    """Print how often each interval of a difference of rates says something of nothing."""
    print("A/A on rates, exact: says 'worked' / 'harm' / either, per cent (nominal 2.5/2.5/5)")
    alarms = []
    for n1, n0, p in DESIGNS:
        said, either = [], 0.0
        for method in ("wald", "newcombe", "score"):
            up, down = _exact(n1, n0, p, method)
            either = up + down
            said.append(f"{method} {up:.1f} / {down:.1f} / {up + down:.1f}")
        print(f"  {n1:>6,}:{n0:<6,} at {p:5.1%}   " + "   ".join(said))
        alarms.append(either)
    return found(ON_RATES, farthest(alarms, of=5.0), "exact, by the score interval")


def _exact(n1: int, n0: int, p: float, method: uplift.rates.Method) -> tuple[float, float]:
    """Sum over all outcomes; where an interval leaves 0 is monotone in the treated count."""
    from scipy.stats import binom

    up = down = 0.0
    low, high = (int(each) for each in binom.interval(1 - 1e-9, n0, p))
    for k0 in range(low, high + 1):
        first = _edge(n1, n0, k0, method, up=True)
        last = _edge(n1, n0, k0, method, up=False)
        chance = binom.pmf(k0, n0, p)
        up += chance * binom.sf(first - 1, n1, p)
        down += chance * binom.cdf(last, n1, p)
    return 100 * up, 100 * down


def _edge(n1: int, n0: int, k0: int, method: uplift.rates.Method, *, up: bool) -> int:
    """Find the first count that says 'worked', or the last that says 'harm'."""
    low, high = -1, n1 + 1
    while high - low > 1:
        middle = (low + high) // 2
        found = uplift.difference_of_rates(
            treated=(middle, n1), control=(k0, n0), method=method
        )
        above = found.low > 0 if up else found.high >= 0
        low, high = (low, middle) if above else (middle, high)
    return high if up else low


@dataclass(frozen=True)
class Drawn:
    """What daily looks at one experiment on spend show, and what is known of their ties.

    Customers who enter are counted, as `spending_reach` says; those who stay have both arms.
    """

    z: Floats
    error: Floats
    gathered: Floats
    counted: Floats | None = None
    arms: tuple[Floats, Floats] | None = None

    def bounds(self, *, ask: bool = True) -> Floats:
        """Spend 5 % until the last look; `ask` the data how looks hang together."""
        times = _times(len(self.z))
        together = None
        if self.arms is not None and ask:
            names = [f"day_{day + 1}" for day in range(len(self.z))]
            one, two = (
                uplift.Moments.of(dict(zip(names, arm.T, strict=True))) for arm in self.arms
            )
            together = uplift.correlations_of_looks(one, two, names)
        clock = self.gathered if self.counted is None or not ask else self.counted
        return uplift.spending_reach(clock.tolist(), times, together=together)

    def seen(self, *, ask: bool = True) -> bool:
        """Say whether spending sees something; where it cannot, no bound is computed."""
        z = np.abs(self.z)
        return bool((z > _lowest(len(z))).any() and (z > self.bounds(ask=ask)).any())


def _times(days: int) -> list[float]:
    return [day / days for day in range(1, days + 1)]


@cache
def _lowest(days: int) -> Floats:
    """Give what no bound lies below: the bounds of looks that all show the same."""
    same = np.ones((days, days))
    return uplift.spending_reach([1.0] * days, _times(days), together=same) - 1e-3


def looks(
    rounds: int, *, holdout: float, cohort: bool, alone: bool = False, days: int = 56
) -> tuple[float, float, float]:
    """Print false alarms on skewed spend; give them fixed, spending and always valid.

    `alone` prints too what spending does where it knows no more than the gathered variance.
    """
    rng = np.random.default_rng(1)
    draws = _cohort if cohort else _stream
    kept = []
    for _ in range(rounds):
        drawn = draws(rng, holdout, days)
        seen = drawn.seen(), alone and drawn.seen(ask=False)
        kept.append((np.abs(drawn.z), drawn.gathered, *seen))
    z, gathered = (np.array([each[place] for each in kept]) for place in (0, 1))
    spent, blind = (np.array([each[place] for each in kept]) for place in (2, 3))
    share = gathered / gathered[:, -1].mean()
    valid = (z > uplift.reach_at(share)).max(axis=1)
    kind = "one cohort, spend adds up" if cohort else "customers enter day by day  "
    print(
        f"  {kind}, {holdout:.0%} held out: fixed {_rate(z[:, -1] > Z)}, naive 8 looks "
        f"{_rate(z[:, days // 8 - 1 :: days // 8].max(axis=1) > Z)}, naive daily "
        f"{_rate(z.max(axis=1) > Z)}, always valid daily {_rate(valid)}, spending daily "
        f"{_rate(spent)}" + f" (by the gathered variance alone {_rate(blind)})" * alone,
        flush=True,
    )
    fixed, daily, always = (float(100 * each.mean()) for each in (z[:, -1] > Z, spent, valid))
    return fixed, daily, always


def power(rounds: int, *, holdout: float, days: int = 56) -> None:
    """Print how often spending sees what one look at the end sees in 80 of 100."""
    rng = np.random.default_rng(2)
    times, far = np.array(_times(days)), Z + 0.8416212335729143
    seen, last = [], []
    for _ in range(rounds):
        drawn = _cohort(rng, holdout, days)
        # Every treated customer spends the same more each day: no variance is added.
        z = drawn.z + far * times * drawn.error[-1] / drawn.error
        bounds = drawn.bounds(ask=False), drawn.bounds()
        seen.append([z[-1] > Z, *((z > each).any() for each in bounds)])
        last.append([each[-1] for each in bounds])
    fixed, blind, asked = np.array(seen).T
    before, after = np.median(last, axis=0)
    print(
        f"  {holdout:.0%} held out: fixed {_rate(fixed)}, daily by the variance "
        f"alone {_rate(blind)} (last bound {before:.2f}), as the data hang together "
        f"{_rate(asked)} ({after:.2f})",
        flush=True,
    )


def false_alarms(rounds: int, *, alone: bool = False) -> Iterator[Finding]:
    """Judge experiments in which nothing was done, with spend."""
    print("A/A on spend, nothing was done")
    cells = [
        looks(rounds, holdout=holdout, cohort=cohort, alone=alone)
        for cohort in (True, False)
        for holdout in (0.5, 0.1)
    ]
    fixed, daily, always = zip(*cells, strict=True)
    error = 100 * np.sqrt(0.05 * 0.95 / rounds)
    said = f"{rounds:,} experiments each, standard error {error:.1f}"
    yield found(ON_SPEND, farthest(fixed, of=5.0), said)
    yield found(DAILY, farthest(daily, of=5.0), said)
    yield found(VALID, max(always), said)


def _rate(hits: npt.NDArray[np.bool_]) -> str:
    error = 100 * np.sqrt(hits.mean() * (1 - hits.mean()) / len(hits))
    return f"{100 * hits.mean():.1f} ± {error:.1f} %"


def _stream(rng: np.random.Generator, holdout: float, days: int) -> Drawn:
    n = 200 * days
    counts = rng.poisson(rng.gamma(0.8, 1.4, n))
    spend = rng.gamma(np.maximum(3.0 * counts, 1e-9), 10.0) * np.exp(rng.normal(0, 0.5, n))
    held = rng.random(n) < holdout
    ends = np.arange(1, days + 1) * 200 - 1
    sums = [
        [np.cumsum(spend**power * arm)[ends] for power in (0, 1, 2)] for arm in (~held, held)
    ]
    (n1, s1, q1), (n0, s0, q0) = sums
    fewest = np.minimum(n1, n0) < 100
    n1, n0 = np.maximum(n1, 2), np.maximum(n0, 2)
    error2 = (q1 - s1**2 / n1) / (n1 - 1) / n1 + (q0 - s0**2 / n0) / (n0 - 1) / n0
    weight = n1 * n0 / (n1 + n0)
    error = np.sqrt(np.maximum(error2, 1e-12))
    z = np.where(fewest, 0.0, (s1 / n1 - s0 / n0) / error)
    return Drawn(z, error, np.maximum.accumulate(weight**2 * error2), counted=weight)


def _cohort(rng: np.random.Generator, holdout: float, days: int) -> Drawn:
    n = 2_000
    counts = rng.poisson((rng.gamma(0.8, 1.4, n) / days)[:, None], (n, days))
    ticket = np.exp(rng.normal(3.4, 0.5, n))
    spend: Floats = np.cumsum(counts * ticket[:, None], axis=1)
    held = rng.random(n) < holdout
    one, two = spend[~held], spend[held]
    error2 = one.var(0, ddof=1) / len(one) + two.var(0, ddof=1) / len(two)
    error = np.sqrt(np.maximum(error2, 1e-12))
    weight = len(one) * len(two) / n
    gathered = np.maximum.accumulate(weight**2 * error2)
    return Drawn((one.mean(0) - two.mean(0)) / error, error, gathered, arms=(one, two))


def coverage(rounds: int) -> None:
    """Print in how many synthetic experiments the interval held the known truth."""
    print("coverage of 95 % intervals on synthetic spend with a known effect")
    for holdout in (0.5, 0.1):
        for covariates in ((), ("past_spend", "past_purchases")):
            inside, left = [], []
            for seed in range(rounds):
                drawn = experiment(4_000, seed=seed, holdout=holdout, extra=0.3, spread=1.0)
                treated, control = _arms(drawn.customers)
                found = uplift.difference_of_means(
                    treated, control, "spend", covariates=covariates
                )
                inside.append(found.low < drawn.effect("spend") < found.high)
                left.append(found.variance_left)
            print(
                f"  {holdout:.0%} held out, {found.method:5}: {_rate(np.array(inside))}, "
                f"variance left {np.mean(left):.2f}"
            )


def _arms(table: pa.Table) -> tuple[uplift.Moments, uplift.Moments]:
    treated = np.array(table["arm"].to_pylist()) == "treated"
    names = [name for name in table.column_names if name not in ("customer_id", "arm")]
    columns = {name: table[name].to_numpy() for name in names}
    one, two = (
        uplift.Moments.of({name: each[arm] for name, each in columns.items()})
        for arm in (treated, ~treated)
    )
    return one, two


def variance_left(name: str, ledger: engine.Ledger, cutoff: date, days: int) -> None:
    """Print what past spend and our own forecast leave of the next days' variance."""
    valued = engine.valuate(ledger, as_of=cutoff)
    now, rows = valued.customers, ledger.transactions
    on = rows.occurred_at.cast("date")
    later = rows.filter((on > cutoff) & (on <= cutoff + timedelta(days=days)))
    spent = later.group_by("customer_id").agg(spend=later.amount.sum())
    split = uplift.Split.holdout(f"bench-{name}", 0.5)
    table = now.left_join(spent, "customer_id").select(
        arm=uplift.arm_expression(split, now.customer_id),
        past=now.net_spend,
        forecast=now.clv_12.fill_null(0.0),
        spend=spent.spend.fill_null(0.0),
        bought=spent.spend.notnull(),
    )
    arms = uplift.moments_by_arm(table, ["spend", "bought", "past", "forecast"])
    said = []
    for outcome in ("spend", "bought"):
        left = [
            uplift.difference_of_means(
                arms["treated"], arms["control"], outcome, covariates=covariates
            ).variance_left
            for covariates in (["past"], ["forecast"], ["past", "forecast"])
        ]
        said.append(f"{outcome} {left[0]:.2f} / {left[1]:.2f} / {left[2]:.2f}")
    print(f"  {name:15} next {days} days: {', '.join(said)}")


def public_ledgers(
    folder: Path, bench: Connection
) -> Iterator[tuple[str, engine.Ledger, date]]:
    """Open CDNOW (all customers) and completejourney."""
    text = lzma.decompress((folder / "cdnow" / "CDNOW_master.txt.xz").read_bytes()).decode()
    cells = [line.split() for line in text.splitlines() if line.strip()]
    cells = [row for row in cells if row[0].isdigit()]
    on = [date(int(row[1][:4]), int(row[1][4:6]), int(row[1][6:])) for row in cells]
    cdnow = pa.table(
        {
            "customer_id": [int(row[0]) for row in cells],
            "occurred_at": pa.array(on).cast(pa.timestamp("us")),
            "amount": [float(row[3]) for row in cells],
        }
    )
    yield "CDNOW", engine.Ledger(bench.create_table("cdnow", cdnow)), date(1997, 9, 30)
    raw = pq.read_table(folder / "completejourney" / "transactions.parquet")
    journey = pa.table(
        {
            "customer_id": raw["household_id"],
            "occurred_at": raw["transaction_timestamp"].cast(pa.timestamp("us")),
            "amount": raw["sales_value"],
        }
    )
    ledger = engine.Ledger(bench.create_table("journey", journey))
    yield "completejourney", ledger, date(2017, 9, 30)


def learners(name: str, features: Floats, treated: Floats, outcome: Floats) -> None:
    """Print the Qini of each learner, cross-fitted."""
    start = time.perf_counter()
    found = uplift.compare_learners(features, treated, outcome, folds=5)
    print(f"  {name} ({time.perf_counter() - start:.0f} s): {found.sentence}")
    for each in found.judged:
        first, last = each.tenths[0].effect, each.tenths[-1].effect
        print(
            f"    {each.name:29} Qini {each.qini:+.5f} ({each.qini_low:+.5f} to "
            f"{each.qini_high:+.5f}), best tenth {first:+.3f}, worst {last:+.3f}"
        )


def hillstrom(folder: Path) -> Iterator[tuple[str, Floats, Floats, Floats]]:
    """Yield each e-mail against none, for visits and spend."""
    raw = lzma.decompress((folder / "hillstrom" / "hillstrom_data.csv.xz").read_bytes())
    table = pc.read_csv(pa.BufferReader(raw))
    names = ("recency", "history", "mens", "womens", "newbie")
    columns = [table[name].to_numpy().astype(float) for name in names]
    for name in ("zip_code", "channel"):
        values = np.array(table[name].to_pylist())
        columns += [(values == value).astype(float) for value in np.unique(values)[1:]]
    segment = np.array(table["segment"].to_pylist())
    for mail in ("Womens E-Mail", "Mens E-Mail"):
        kept = (segment == mail) | (segment == "No E-Mail")
        features = np.stack(columns, axis=1)[kept]
        for outcome in ("visit", "spend"):
            values = table[outcome].to_numpy().astype(float)[kept]
            yield f"Hillstrom {mail}, {outcome}", features, segment[kept] == mail, values


def no_heterogeneity(rounds: int) -> None:
    """Print how often whom-to-treat is seen where there is nothing to see."""
    wrong = []
    for seed in range(rounds):
        drawn = experiment(5_000, seed=seed, extra=0.3 * (seed % 2))
        treated = np.array(drawn.customers["arm"].to_pylist()) == "treated"
        found = uplift.compare_learners(
            drawn.features(), treated, drawn.customers["purchases"].to_numpy(), folds=3
        )
        wrong.append(found.best is not None)
    print(f"  targets found where everybody reacts alike: {_rate(np.array(wrong))}")


def speed(customers: int, threads: int) -> None:
    """Time assignment and moments of a table in the engine."""
    bench = engine.connect(threads=threads)
    rng = np.random.default_rng(1)
    columns = {
        "customer_id": np.arange(customers),
        "spend": rng.gamma(0.3, 100, customers),
        "past_spend": rng.gamma(0.3, 300, customers),
        "bought": (rng.random(customers) < 0.1).astype(np.int64),
    }
    table = bench.create_table("outcomes", pa.table(columns))
    start = time.perf_counter()
    split = uplift.Split.holdout("speed", 0.1)
    arm = uplift.arm_expression(split, table.customer_id)
    assigned = bench.create_table("assigned", table.mutate(arm=arm))
    made = time.perf_counter()
    arms = uplift.moments_by_arm(assigned, ["spend", "past_spend", "bought"])
    summed = time.perf_counter()
    found = uplift.difference_of_means(
        arms["treated"], arms["control"], "spend", covariates=["past_spend"]
    )
    done = time.perf_counter()
    print(
        f"{customers:,} customers: assigned in {made - start:.1f} s, summed in "
        f"{summed - made:.2f} s, judged in {(done - summed) * 1e3:.1f} ms "
        f"(p = {found.p_value:.2f})"
    )


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Print every figure."""
    parser = argparse.ArgumentParser(prog="benchmarks uplift", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1_000, help="experiments per figure")
    parser.add_argument("--goals", action="store_true", help="only what the goals ask")
    parser.add_argument("--alarms", type=int, default=4_000, help="experiments of A/A")
    parser.add_argument("--customers", type=int, default=1_000_000, help="for the speed")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    yield rates_exactly()
    yield from false_alarms(given.alarms, alone=not given.goals)
    if given.goals:
        return
    print("power of daily looks at one cohort, where one look at the end has 80 %")
    for holdout in (0.5, 0.1):
        power(given.rounds // 2, holdout=holdout)
    coverage(given.rounds // 2)
    folder = Path(os.environ.get("REGULARS_DATA", ""))
    if (folder / "hillstrom").is_dir():
        print("variance left by past spend / our own forecast / both")
        for name, ledger, cutoff in public_ledgers(folder, engine.connect(threads=2)):
            variance_left(name, ledger, cutoff, 91)
    else:
        print("REGULARS_DATA is not set: no figures on public data.")
    print("whom it works on, cross-fitted in five")
    drawn = experiment(40_000, seed=1, extra=0.2, spread=1.0)
    treated = np.array(drawn.customers["arm"].to_pylist()) == "treated"
    learners(
        "synthetic, purchases",
        drawn.features(),
        treated,
        drawn.customers["purchases"].to_numpy().astype(float),
    )
    best = uplift.judge(
        uplift.signals(drawn.truth["purchases"], treated, drawn.customers["purchases"])
    )
    print(f"    the truth itself              Qini {best.qini:+.5f}")
    if (folder / "hillstrom").is_dir():
        for each in hillstrom(folder):
            learners(*each)
    no_heterogeneity(given.rounds // 10)
    speed(given.customers, given.threads)
