"""What a quality card comes to: a verdict by code, so that any language can say it.

The engine's cards carry a sentence of their own, in English. Where a card has no figure for
what is missing, it is read from that sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Card = Mapping[str, Any]
A_POINT = 0.01  # of the money; less than that may be chance
NO_EXPLANATION = 0.01  # share of the spread that groups of look-alikes must explain


class Verdict(StrEnum):
    """How far a score can be trusted."""

    WORKS = "works"
    NO_BETTER = "no_better"  # than what anybody can do without it, which is used instead
    NO_SIGNAL = "no_signal"
    UNJUDGED = "unjudged"  # in use, but nothing of the past could judge it
    NOT_ENOUGH = "not_enough"
    SKIPPED = "skipped"  # the facts cannot answer the question
    MISSING = "missing"  # not learned yet
    LEARNING = "learning"


@dataclass(frozen=True)
class Lack:
    """What is missing: `days` of history, `leavers`, `payers` or `takers`; else unknown."""

    of: str
    more: int | None = None


_SAID: tuple[tuple[str, re.Pattern[str], Callable[[int, int], int]], ...] = (
    ("days", re.compile(r"covers ([\d,]+) days; ([\d,]+) more are needed"), lambda a, b: b),
    ("days", re.compile(r"covers ([\d,]+) days; \D*([\d,]+)\b"), lambda a, b: b - a),
    ("leavers", re.compile(r"enough data: (0*)([\d,]+) more customers"), lambda a, b: b),
    ("payers", re.compile(r"Only ([\d,]+) cust.* learning needs ([\d,]+)"), lambda a, b: b - a),
    ("takers", re.compile(r"to tell: ([\d,]+) customers.*; ([\d,]+) more"), lambda a, b: b),
)  # fmt: skip


def lack(said: str) -> Lack:
    """Read from the engine's sentence how much is missing."""
    for of, pattern, more in _SAID:
        found = pattern.search(said)
        if found:
            first, second = (int(each.replace(",", "") or 0) for each in found.groups())
            return Lack(of, max(more(first, second), 1))
    return Lack("unknown")


def churn_verdict(card: Card) -> Verdict:
    methods, chosen = card["methods"], card["chosen"]
    if chosen == "none":
        return Verdict.NOT_ENOUGH
    if set(methods) <= {"p_alive"} and not _has_signal(methods.get("p_alive")):
        return Verdict.UNJUDGED if not methods else Verdict.NO_SIGNAL
    return Verdict.WORKS if _has_signal(methods.get(chosen)) else Verdict.NO_SIGNAL


def best_of(card: Card) -> tuple[str, Card | None]:
    """The method whose judgement speaks for a churn card: the chosen one, else the best."""
    methods, chosen = card["methods"], card["chosen"]
    if chosen in methods or not methods:
        return chosen, methods.get(chosen)
    best = min(methods, key=lambda name: (methods[name]["log_loss"], name))
    return best, methods[best]


def _has_signal(judged: Card | None) -> bool:
    return bool(
        judged
        and judged["auc_low"] > 0.5
        and judged["log_loss"] < judged["log_loss_naive"]
    )  # fmt: skip


def ranking_verdict(card: Card) -> Verdict:
    quality = card["quality"]
    if quality.get("skipped") is not None or quality.get("gini") is None:
        return Verdict.NOT_ENOUGH
    if not quality["signal"]:
        return Verdict.NO_SIGNAL
    caught = quality["top_fifth"]
    better = caught["chosen"] > caught.get("past_revenue", 0.0) + A_POINT
    return Verdict.WORKS if better else Verdict.NO_BETTER


def next_verdict(card: Card) -> Verdict:
    found = card["judgement"]["verdict"]
    return {"better": Verdict.WORKS, "no_better": Verdict.NO_BETTER}.get(
        found, Verdict.NOT_ENOUGH
    )


def potential_verdict(card: Card) -> Verdict:
    explained = card["lookalikes"]["explained"]
    if explained is None:
        return Verdict.NOT_ENOUGH
    return Verdict.WORKS if explained >= NO_EXPLANATION else Verdict.NO_SIGNAL


def quarter_verdict(card: Card) -> Verdict:
    if card["revenue"] is None:
        return Verdict.NOT_ENOUGH
    if card["low"] is None:
        return Verdict.UNJUDGED
    own, usual = card["errors"].get(card["way"]), card["errors"].get("last")
    better = own is not None and usual is not None and own < usual
    return Verdict.WORKS if better else Verdict.NO_BETTER
