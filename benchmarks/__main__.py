"""Measure every goal and print one table, or run one benchmark.

    python -m benchmarks                         all, at the sizes that the goals name
    python -m benchmarks --customers 100000      all, with at most so many customers
    python -m benchmarks --only valuation,fit    some of the table
    python -m benchmarks --rivals rivals         install lifetimes and pymc-marketing there
    python -m benchmarks valuation --threads 1   one, with options of its own
    python -m benchmarks list                    what there is

Every benchmark is a process of its own. One that dies costs its own rows, not the table.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

from benchmarks.goals import Finding, Goal, missing, table

# Those that measure goals, in the order of the table.
MEASURING = (
    *("valuation", "home", "intake", "segments", "fit"),
    *("mornings", "today"),
    *("holdout", "recount", "ranking", "churn", "uplift", "silence"),
)
BESIDE = ("goals", "past")  # what benchmarks share
LATER = (Goal("same answer on DuckDB and Spark (relative)", most=1e-9),)
ROOT = Path(__file__).resolve().parents[1]
INTO = "--into"  # where a process of ours leaves its findings


def names() -> list[str]:
    """Give the benchmarks there are."""
    files = Path(__file__).parent.glob("[a-z]*.py")
    return sorted(path.stem for path in files if path.stem not in BESIDE)


def load(name: str) -> ModuleType:
    """Import a benchmark."""
    return importlib.import_module(f"benchmarks.{name}")


def question(name: str) -> str:
    """Give the first line that a benchmark says of itself."""
    return (load(name).__doc__ or "").splitlines()[0]


def parts(names: Sequence[str] = MEASURING) -> dict[str, tuple[Goal, ...]]:
    """Give the goals by the heading of the benchmark that measures them."""
    by_heading = {f"{name}: {question(name)}": load(name).GOALS for name in names}
    return by_heading | {"later": LATER}


def main(arguments: list[str]) -> int:
    """Do what is asked."""
    if arguments[:1] == [INTO]:
        return leave(Path(arguments[1]), *arguments[2:])
    if arguments and arguments[0] in names():
        for _ in load(arguments[0]).main(arguments[1:]) or ():
            pass
        return 0
    if arguments == ["list"]:
        for name in names():
            print(f"{name:14}{'goals  ' if name in MEASURING else '       '}{question(name)}")
        return 0
    return whole(read(arguments))


def read(arguments: list[str]) -> argparse.Namespace:
    """Read the options of a run of all."""
    parser = argparse.ArgumentParser(
        prog="benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--customers", type=int, help="at most so many")
    parser.add_argument("--only", default=",".join(MEASURING), help="names with commas")
    parser.add_argument("--rivals", type=Path, help="folder to install rivals of `fit` in")
    given = parser.parse_args(arguments)
    given.only = given.only.split(",")
    unknown = sorted(set(given.only) - set(MEASURING))
    if unknown:
        parser.error(f"{', '.join(unknown)}: not among {', '.join(MEASURING)}")
    return given


def whole(given: argparse.Namespace) -> int:
    """Run one benchmark after the other, then print the table."""
    findings = {each.goal: each for each in missing(LATER, "Spark comes later")}
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name in given.only:
                findings |= measure(name, options(name, given), Path(folder) / name)
    except KeyboardInterrupt:
        print("\nstopped: the table holds what was measured until now")
    print("\n" + "=" * 100)
    print(heading(given, time.monotonic() - began))
    print("\n".join(table(parts(given.only), findings)))
    return 0


def heading(given: argparse.Namespace, seconds: float) -> str:
    """Say what the figures come from."""
    size = "Goals, at the sizes that they name"
    if given.customers:
        size = f"A QUICK LOOK with at most {given.customers:,} customers: not the goals' sizes"
    busy = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{size}; {cores} processors, load {busy:.1f}, {seconds / 60:.0f} minutes"


def options(name: str, given: argparse.Namespace) -> list[str]:
    """Give the options of a benchmark in a run of all."""
    most = getattr(load(name), "CUSTOMERS", None)
    size = [f"--customers={min(given.customers or most, most)}"] if most else []
    size += getattr(load(name), "OPTIONS", ())
    return size + ([f"--rivals={given.rivals}"] if name == "fit" and given.rivals else [])


def measure(name: str, options: list[str], path: Path) -> dict[str, Finding]:
    """Run a benchmark as a process of its own; what it did not find says why."""
    print(f"\n--- {name} {' '.join(options)}\n{question(name)}\n", flush=True)
    path.touch()
    program = [sys.executable, "-W", "ignore", "-m", "benchmarks"]
    done = subprocess.run([*program, INTO, str(path), name, *options], check=False, cwd=ROOT)
    known = [Finding(**json.loads(line)) for line in path.read_text().splitlines()]
    findings = {each.goal: each for each in known}
    died = findings.pop("", Finding("", None, f"ended with {done.returncode}", failed=True))
    if done.returncode == 0:
        died = Finding("", None, "the benchmark said nothing of it")
    return {
        goal.name: findings.get(goal.name, Finding(goal.name, None, died.said, died.failed))
        for goal in load(name).GOALS
    }


def leave(path: Path, name: str, *options: str) -> int:
    """Run a benchmark here and leave each finding at once; last, why it died."""
    with path.open("a", encoding="utf-8", buffering=1) as file:
        try:
            for finding in load(name).main(list(options)):
                file.write(json.dumps(asdict(finding)) + "\n")
        except Exception as died:
            said = f"{type(died).__name__}: {died}".splitlines()[0]
            file.write(json.dumps(asdict(Finding("", None, said, failed=True))) + "\n")
            raise
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
