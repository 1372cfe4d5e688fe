"""How many times faster than lifetimes is the fit of BG/NBD, on the same arrays?

Both start from one row per customer; ours compresses first, and that counts. Fits alternate,
the best of each is taken, and the log-likelihoods are compared at each other's parameters.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from regulars.engine.models import BG_NBD, MBG_NBD, Fitted, Histories
from regulars.engine.models.horizon import expected_purchases

ROUNDS = 2


def simulate(customers: int, seed: int) -> np.ndarray:
    """Draw x, t_x, T in days from BG/NBD at CDNOW's parameters, 78 weeks."""
    random = np.random.default_rng(seed)
    age = random.integers(27 * 7, 78 * 7, customers)
    rate = random.gamma(0.243, 1 / 4.414, customers) / 7
    stop = random.beta(0.793, 2.426, customers)
    x, last, now = (np.zeros(customers) for _ in range(3))
    alive = np.ones(customers, dtype=bool)
    while alive.any():
        now[alive] += random.exponential(1 / np.maximum(rate[alive], 1e-12))
        alive &= now < age
        x[alive] += 1
        last[alive] = now[alive]
        alive &= random.random(customers) >= stop
    return np.stack([x, np.ceil(last), age]).astype(np.int64)


def ours(rows: np.ndarray) -> Fitted:
    """Compress and fit."""
    return BG_NBD.fit(Histories.of(*rows))


def theirs(rows: np.ndarray) -> dict[str, float] | None:
    """Fit with lifetimes; None where it is not installed."""
    try:
        from lifetimes import BetaGeoFitter
    except ImportError:
        return None
    fitter = BetaGeoFitter()
    fitter.fit(rows[0], rows[1] / 7, rows[2] / 7)
    return dict(fitter.params_)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Give the best of some rounds and the last answer."""
    best, answer = float("inf"), None
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - start)
    return best, answer


def main(arguments: list[str] | None = None) -> None:
    """Simulate, fit, print."""
    parser = argparse.ArgumentParser(prog="benchmarks fit", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    rows = simulate(given.customers, given.seed)
    seconds, fitted = timed(lambda: ours(rows))
    assert isinstance(fitted, Fitted)
    histories = Histories.of(*rows)
    alone, _ = timed(lambda: BG_NBD.fit(histories))
    print(f"{given.customers:,} customers, {len(histories.repeats):,} distinct histories")
    print(f"BG/NBD  {seconds:.2f} s ({alone:.2f} s without compressing), {fitted.steps} steps")
    print("        " + ", ".join(f"{k} {v:.5f}" for k, v in fitted.parameters.items()))
    seconds_mbg, mbg = timed(lambda: MBG_NBD.fit(histories))
    assert isinstance(mbg, Fitted)
    print(f"MBG/NBD {seconds_mbg:.2f} s without compressing, {mbg.steps} steps")
    scored, _ = timed(lambda: expected_purchases(MBG_NBD, mbg, *rows, weeks=52.0))
    print(f"scored  {given.customers / scored / 1e6:.1f} M customers a second in NumPy")
    start = time.perf_counter()
    other = theirs(rows)
    if other is None:
        print("lifetimes is not installed (pip install '.[bench]'): no ratio.")
        return
    spent = time.perf_counter() - start
    print(f"lifetimes {spent:.1f} s, ratio {spent / seconds:.0f}")
    print("        " + ", ".join(f"{k} {v:.5f}" for k, v in other.items()))


if __name__ == "__main__":
    main()
