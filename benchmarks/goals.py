"""Goals, what was found, and the one table that holds both.

A benchmark names its goals in `GOALS` and its `main` yields a `Finding` as soon as it knows
one, so that what is known survives whatever dies later. A goal without a finding is a row
as well: nothing is left out because it is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

VERDICTS = ("met", "not met", "not measured", "failed")
NO_DATA = "REGULARS_DATA names no folder with the public sets"


@dataclass(frozen=True)
class Goal:
    """What a figure must be.

    Attributes
    ----------
    name
        What is measured; unique among all benchmarks.
    least, most
        Bounds of the figure, both inclusive; one may be missing.
    unit
        Stands behind figure and target.
    digits
        Digits behind the point that the target was noted with; the figure is rounded to as
        many before it is compared. None compares it as it is.
    """

    name: str
    least: float | None = None
    most: float | None = None
    unit: str = ""
    digits: int | None = None

    def met(self, figure: float) -> bool:
        """Tell whether a figure reaches the goal; not a number never does."""
        figure = figure if self.digits is None else round(figure, self.digits)
        over = self.least is None or figure >= self.least
        return bool(over and (self.most is None or figure <= self.most))

    @property
    def target(self) -> str:
        """Say the bounds."""
        bounds = [
            number(each, self.digits) for each in (self.least, self.most) if each is not None
        ]
        sign = "" if len(bounds) == 2 else ("<= " if self.least is None else ">= ")
        return f"{sign}{' to '.join(bounds)} {self.unit}".rstrip()


@dataclass(frozen=True)
class Finding:
    """What was measured for a goal; `said` is a note, or why there is no figure."""

    goal: str
    figure: float | None
    said: str = ""
    failed: bool = False


def found(goal: Goal, figure: float, said: str = "") -> Finding:
    """State a figure and print it where the benchmark prints its own detail."""
    finding = Finding(goal.name, float(figure), said)
    print(f"GOAL {row(goal, finding)}", flush=True)
    return finding


def missing(goals: Iterable[Goal], reason: str) -> Iterator[Finding]:
    """State why goals cannot be measured here."""
    for goal in goals:
        yield Finding(goal.name, None, reason)


def farthest(figures: Iterable[float], of: float) -> float:
    """Give the figure that is farthest from `of`: a range holds for all if it holds for it."""
    return max(figures, key=lambda figure: abs(figure - of))


def table(parts: Mapping[str, Iterable[Goal]], findings: Mapping[str, Finding]) -> list[str]:
    """Give the lines of the table: a heading and a row for each goal, then the count."""
    lines, verdicts = [], []
    for heading, goals in parts.items():
        lines.append(f"\n{heading}")
        for goal in goals:
            finding = findings.get(goal.name, Finding(goal.name, None))
            lines.append(f"  {row(goal, finding)}")
            verdicts.append(verdict(goal, finding))
    counts = (f"{verdicts.count(each)} {each}" for each in VERDICTS)
    return [*lines, "\n" + ", ".join(counts)]


def row(goal: Goal, finding: Finding) -> str:
    """Say goal, figure, target and verdict in one line."""
    figure = "-" if finding.figure is None else number(finding.figure, goal.digits)
    said = finding.said and (
        f"; {finding.said}" if finding.figure is not None else f": {finding.said}"
    )
    return f"{goal.name:60} {figure:>10}   {goal.target:24} {verdict(goal, finding)}{said}"


def verdict(goal: Goal, finding: Finding) -> str:
    """Judge a finding."""
    if finding.figure is None:
        return "failed" if finding.failed else "not measured"
    return "met" if goal.met(finding.figure) else "not met"


def number(value: float, digits: int | None = None) -> str:
    """Write a figure so that it can be told from its target."""
    if digits is not None:
        return f"{value:,.{digits}f}"
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    if size < 0.001:
        return f"{value:.1e}"
    return f"{value:.2f}" if size >= 10 else f"{value:.4g}"
