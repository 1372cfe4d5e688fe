"""The ways tried at earlier cuts: which one wins, and how far it was off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
from scipy.stats import t as student

from regulars.engine.value.quarter.flows import Flows
from regulars.engine.value.quarter.result import QUARTER, WAYS, Try, Way

LEVEL = 0.80
# Two tries say nothing about the third.
FEWEST_TRIES = 3


def try_ways(
    flows: Flows, ratios: Mapping[Way, Mapping[int, float]], *, as_of: date
) -> tuple[Try, ...]:
    whole = flows.known(0, 0)
    scale = flows.before / whole if whole > 0 and flows.sample is not None else 1.0
    found = []
    for cut in range(flows.cuts, 0, -1):
        own, actual = flows.known(cut, cut) * scale, flows.known(cut, cut - 1) * scale
        cutoff = as_of - timedelta(days=cut * QUARTER)
        found += [
            Try(way, cutoff, round(own * ratios[way][cut], 2), round(actual, 2))
            for way in WAYS
            if cut in ratios[way] and own > 0 and actual > 0
        ]
    return tuple(found)


def tried_ways(tries: Sequence[Try]) -> list[Way]:
    return [way for way in WAYS if any(each.way == way for each in tries)]


def _logs(tries: Sequence[Try], way: Way) -> dict[date, float]:
    return {
        each.cutoff: float(np.log(each.actual / each.forecast))
        for each in tries
        if each.way == way and each.forecast > 0 and each.actual > 0
    }


def mean_error(tries: Sequence[Try], way: Way) -> float:
    logs = list(_logs(tries, way).values())
    return float(np.expm1(np.mean(np.abs(logs)))) if logs else float("inf")


def choose_way(tries: Sequence[Try], ratios: Mapping[Way, Mapping[int, float]]) -> Way:
    able = [way for way in WAYS if 0 in ratios[way]]
    return min(able, key=lambda way: (_penalised(tries, way), WAYS.index(way)))


def _penalised(tries: Sequence[Try], way: Way) -> float:
    """Judge a way by its errors; one tried less often has shown less."""
    logs = list(_logs(tries, way).values())
    if not logs:
        return float("inf")
    return float(np.mean(np.abs(logs))) * (1.0 + 1.0 / len(logs))


def spread_of(tries: Sequence[Try], way: Way) -> tuple[float | None, float | None]:
    """Give the factors from the expected value to the ends of the interval."""
    logs = _honest(tries) or []
    if len(logs) < FEWEST_TRIES:
        logs = list(_logs(tries, way).values())
    n = len(logs)
    if n < FEWEST_TRIES:
        return None, None
    # About zero, not about their mean: a past bias is an error that may come again.
    scale = float(np.sqrt(np.mean(np.square(logs)))) * np.sqrt(1.0 + 1.0 / n)
    reach = float(student.ppf((1.0 + LEVEL) / 2.0, n)) * scale
    return float(np.exp(-reach)), float(np.exp(reach))


def _honest(tries: Sequence[Try]) -> list[float]:
    """Give the errors of whichever way had won on the cuts before each cut."""
    cutoffs = sorted({each.cutoff for each in tries})
    found = []
    for place, cutoff in enumerate(cutoffs[1:], start=1):
        past = [each for each in tries if each.cutoff in cutoffs[:place]]
        able = [way for way in tried_ways(past) if cutoff in _logs(tries, way)]
        if able:
            way = min(able, key=lambda each: (_penalised(past, each), WAYS.index(each)))
            found.append(_logs(tries, way)[cutoff])
    return found
