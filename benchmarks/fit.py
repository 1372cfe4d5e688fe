"""How many times faster than lifetimes and pymc-marketing is the fit of BG/NBD?

Every contestant starts in a cold process of its own from the same file of arrays, one row per
customer; ours compresses first, and that counts. Runs alternate and the best of each is taken.
The log-likelihood of each answer is computed here, at its parameters, on the same rows. Goals
are judged by processor seconds, because other work on the machine slows the wall clock only.

The others live in interpreters of their own (they need other versions of what we need).
With `--rivals FOLDER` they are installed there first, by uv from the package index:

    python -m benchmarks fit --rivals rivals
    python -m benchmarks fit --lifetimes rivals/lifetimes/bin/python --pymc ...

or by the environment, REGULARS_BENCH_LIFETIMES and REGULARS_BENCH_PYMC.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.goals import Finding, Goal, found, missing
from regulars.engine.models import BG_NBD, MBG_NBD, PARETO_NBD, Fitted, Histories, cnbd
from regulars.engine.models.horizon import expected_purchases

CUSTOMERS = 1_000_000  # that the goals name
RIVALS = {"lifetimes": "lifetimes==0.11.3", "pymc-marketing": "pymc-marketing==0.19.2"}
FASTER = {
    name: Goal(f"BG/NBD fit, faster than {name}{way}", least=20.0, unit="x")
    for name, way in (("lifetimes", ""), ("pymc-marketing", " MAP"))
}
SHORT = {
    name: Goal(f"BG/NBD log-likelihood, short of {name}'s by", most=1e-7, unit="relative")
    for name in RIVALS
}
PACE = Goal("P(alive) and a year's purchases", least=2e6, unit="customers/s")
EQUAL = Goal("largest difference from lifetimes' scores", most=1e-10)
GOALS = (*FASTER.values(), *SHORT.values(), PACE, EQUAL)
WEEKS = 52.0
NAMES = ("r", "alpha", "a", "b")

# What each contestant runs. `began` is read before its first import; the answer goes out as
# one line of JSON: seconds of import and of the fit, processor seconds, and the parameters.
OURS = """
import json, sys, time
began = time.perf_counter()
import numpy as np
from regulars.engine.models import BG_NBD, Histories
ready = time.perf_counter()
rows = np.load(sys.argv[1])
start, busy = time.perf_counter(), time.process_time()
fitted = BG_NBD.fit(Histories.of(*rows))
spent, busy = time.perf_counter() - start, time.process_time() - busy
print(json.dumps([ready - began, spent, busy, dict(fitted.parameters)]))
"""
LIFETIMES = """
import json, sys, time
began = time.perf_counter()
import numpy as np
from lifetimes import BetaGeoFitter
ready = time.perf_counter()
rows = np.load(sys.argv[1])
start, busy = time.perf_counter(), time.process_time()
fitter = BetaGeoFitter()
fitter.fit(rows[0], rows[1] / 7, rows[2] / 7)
spent, busy = time.perf_counter() - start, time.process_time() - busy
found = {k: float(v) for k, v in fitter.params_.items()}
print(json.dumps([ready - began, spent, busy, found]))
"""
PYMC = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
began = time.perf_counter()
import numpy as np, pandas as pd
from pymc_marketing.clv import BetaGeoModel
ready = time.perf_counter()
rows = np.load(sys.argv[1])
start, busy = time.perf_counter(), time.process_time()
data = pd.DataFrame({
    "customer_id": np.arange(rows.shape[1]),
    "frequency": rows[0], "recency": rows[1] / 7, "T": rows[2] / 7,
})
model = BetaGeoModel(data=data)
model.build_model()
model.fit(method="map", progressbar=False)
spent, busy = time.perf_counter() - start, time.process_time() - busy
found = {k: float(model.fit_result[k].mean()) for k in ("r", "alpha", "a", "b")}
print(json.dumps([ready - began, spent, busy, found]))
"""
SCORE = """
import sys
import numpy as np, pandas as pd
from lifetimes import BetaGeoFitter
rows, fitter = np.load(sys.argv[1]), BetaGeoFitter()
fitter.params_ = pd.Series(dict(zip(("r", "alpha", "a", "b"), map(float, sys.argv[3:]))))
x, t_x, T = rows[0], rows[1] / 7, rows[2] / 7
alive = fitter.conditional_probability_alive(x, t_x, T)
ahead = fitter.conditional_expected_number_of_purchases_up_to_time(52.0, x, t_x, T)
np.save(sys.argv[2], np.stack([alive, ahead]))
"""


@dataclass(frozen=True)
class Run:
    """One fit in a cold process."""

    importing: float
    fitting: float
    processor: float
    parameters: dict[str, float]


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


def run(interpreter: str, program: str, file: Path) -> Run | str:
    """Fit in a process of its own; what it said in its last line where it could not."""
    done = subprocess.run(
        [interpreter, "-c", program, str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    return Run(*json.loads(done.stdout.strip().splitlines()[-1]))


def best(runs: list[Run]) -> Run:
    """Give the run that took least."""
    return min(runs, key=lambda each: each.processor)


def log_likelihood(rows: np.ndarray, parameters: dict[str, float]) -> float:
    """Judge any answer on the same rows, by the formula of the paper."""
    known = Fitted("bg_nbd", parameters, {}, 0.0, "week", rows.shape[1], True, ())
    return float(BG_NBD.log_likelihood(known, *rows).sum())


def contest(
    name: str, interpreter: str, program: str, file: Path, rows: np.ndarray
) -> Iterator[Finding]:
    """Fit ours, theirs and ours again, and print the ratio."""
    print(f"\n{name}")
    mine, theirs, again = (
        run(*each, file)
        for each in ((sys.executable, OURS), (interpreter, program), (sys.executable, OURS))
    )
    if isinstance(theirs, str):
        yield from missing((FASTER[name], SHORT[name]), f"could not run: {theirs}")
        return
    assert isinstance(mine, Run)
    assert isinstance(again, Run)
    ours = best([mine, again])
    for said, each in (("ours", ours), (name, theirs)):
        parameters = ", ".join(f"{k} {each.parameters[k]:.5f}" for k in NAMES)
        print(
            f"  {said:15} import {each.importing:6.2f} s  fit {each.fitting:7.2f} s wall "
            f"{each.processor:7.2f} s processor  {parameters}"
        )
    wall = f"by processor seconds; wall {theirs.fitting / ours.fitting:.0f} x"
    yield found(FASTER[name], theirs.processor / ours.processor, wall)
    one, other = (log_likelihood(rows, each.parameters) for each in (ours, theirs))
    both = f"ours {one:.4f}, theirs {other:.4f}"
    yield found(SHORT[name], (other - one) / abs(other), both)


def scores(rows: np.ndarray, fitted: Fitted) -> tuple[np.ndarray, float]:
    """Score P(alive) and a year's purchases of every customer; with customers a second."""
    spent = float("inf")
    for _ in range(3):
        busy = time.process_time()
        alive = BG_NBD.p_alive(fitted, *rows)
        ahead = expected_purchases(BG_NBD, fitted, *rows, weeks=WEEKS)
        spent = min(spent, time.process_time() - busy)
    return np.stack([alive, ahead]), rows.shape[1] / spent


def compare(scored: np.ndarray, fitted: Fitted, interpreter: str, file: Path) -> Finding:
    """Score the same customers with lifetimes at our parameters."""
    out = file.with_name("theirs.npy")
    given = [str(fitted.parameters[name]) for name in NAMES]
    start = time.perf_counter()
    done = subprocess.run(
        [interpreter, "-c", SCORE, str(file), str(out), *given],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return Finding(EQUAL.name, None, (done.stderr.splitlines() or ["it said nothing"])[-1])
    spent, theirs = time.perf_counter() - start, np.load(out)
    known = np.isfinite(theirs)
    print(f"lifetimes scored in {spent:.1f} s with its import")
    lacking = int((~known).sum())
    said = f"it gives no number for {lacking:,} of {known.size:,}" if lacking else ""
    return found(EQUAL, np.abs(scored - theirs)[known].max(), said)


def others(rows: np.ndarray) -> None:
    """Print how many processor seconds the other models take, here and warm."""
    print()
    histories = Histories.of(*rows, np.log(np.maximum(rows[1], 1)) * (rows[0] > 0))
    print(f"{len(histories.repeats):,} distinct histories; fits without compressing:")
    for model in (BG_NBD, MBG_NBD, cnbd(2), PARETO_NBD):
        busy = time.process_time()
        fitted = model.fit(histories)
        spent = time.process_time() - busy
        busy = time.process_time()
        expected_purchases(model, fitted, *rows, weeks=WEEKS)
        pace = rows.shape[1] / (time.process_time() - busy) / 1e6
        print(
            f"  {model.name:12} {spent:6.2f} s, {fitted.steps} steps; "
            f"scores {pace:.1f} M customers a processor second in NumPy"
        )


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Simulate, fit, print."""
    parser = argparse.ArgumentParser(prog="benchmarks fit", description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rivals", type=Path, help="install the others in this folder")
    for rival in ("lifetimes", "pymc"):
        parser.add_argument(
            f"--{rival}", default=os.environ.get(f"REGULARS_BENCH_{rival.upper()}", "")
        )
    given = parser.parse_args(arguments)
    interpreters = dict(zip(RIVALS, (given.lifetimes, given.pymc), strict=True))
    if given.rivals:
        interpreters |= {name: install(name, given.rivals) for name in RIVALS}
    rows = simulate(given.customers, given.seed)
    print(f"{given.customers:,} customers")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.npy"
        np.save(file, rows)
        yield from _contests(interpreters, file, rows)
        fitted = BG_NBD.fit(Histories.of(*rows))
        scored, pace = scores(rows, fitted)
        yield found(PACE, pace, "in NumPy, a processor second")
        if interpreters["lifetimes"]:
            yield compare(scored, fitted, interpreters["lifetimes"], file)
        else:
            yield from missing([EQUAL], _absent("lifetimes"))
    others(rows)


def install(name: str, folder: Path) -> str:
    """Make an environment with a rival and give its interpreter; made once."""
    uv, home = Path(sys.executable).with_name("uv"), folder.resolve() / name
    interpreter = home / "bin" / "python"
    if not interpreter.exists():
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, home], check=True)
    print(f"installing {RIVALS[name]} in {home}", flush=True)
    subprocess.run(
        [uv, "pip", "install", "-q", "--python", interpreter, RIVALS[name]], check=True
    )
    return str(interpreter)


def _contests(interpreters: dict[str, str], file: Path, rows: np.ndarray) -> Iterator[Finding]:
    programs = dict(zip(RIVALS, (LIFETIMES, PYMC), strict=True))
    for name, interpreter in interpreters.items():
        if interpreter:
            yield from contest(name, interpreter, programs[name], file, rows)
        else:
            yield from missing((FASTER[name], SHORT[name]), _absent(name))


def _absent(name: str) -> str:
    return f"{name} is not here (install the rivals with --rivals FOLDER)"
