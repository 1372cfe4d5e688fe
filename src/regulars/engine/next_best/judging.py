"""Would it have been right? Ranks of what was taken, hit rates with intervals, a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from regulars.engine.intervals import wilson
from regulars.engine.next_best.choice import FEWEST_TAKERS
from regulars.engine.next_best.lore import Lore
from regulars.engine.next_best.methods import PERSONAL, POPULARITIES, Method, raw_scores
from regulars.engine.next_best.slices import Slice

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Verdict = Literal["better", "no_better", "not_enough"]

PLACES = 3
Z = 1.959964
NAMES = {
    "together": "what is held together",
    "after": "what follows what",
    "together_weighed": "what is held together, weighed with popularity",
    "after_weighed": "what follows what, weighed with popularity",
    "combined": "what is held together, what follows what and popularity",
    "popular_held": "the most held",
    "popular_taken": "the most newly taken",
    "popular_lately": "the most taken lately",
}


@dataclass(frozen=True)
class HitRate:
    """How often a method was right on what was hidden from it.

    Attributes
    ----------
    judged
        Customers (or hidden holdings) it was judged on.
    hit1, hit3
        Share of them for whom the first suggestion, one of the first three, was among what
        they took, 0-1; `_low` and `_high` are 95 % intervals (Wilson).
    mrr
        Mean of 1 / place of the best placed product that was taken, over all products.
    coverage
        Share of the products that were among anybody's first three.
    """

    judged: int
    hit1: float
    hit1_low: float
    hit1_high: float
    hit3: float
    hit3_low: float
    hit3_high: float
    mrr: float
    coverage: float

    def to_dict(self) -> dict[str, float]:
        """Give plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Judgement:
    """What the back-test found.

    Attributes
    ----------
    verdict
        `better` than popularity, `no_better`, or `not_enough` to tell.
    way
        `later_taking`: what was newly taken in the last horizon; `hidden_holding`: one
        product of each customer hidden, where too little was taken.
    method
        The name of what is used.
    popularity
        The strongest of the three popularities on the very same customers.
    rates
        Hit rates by name of the method.
    gain, gain_low, gain_high
        Mean reciprocal place of the chosen less that of popularity, with 95 % interval; the
        choice is made on one half of the customers and measured on the other, both ways.
    missing
        How many more customers who took something are needed; 0 where enough.
    sentence
        For a person.
    """

    verdict: Verdict
    way: Literal["later_taking", "hidden_holding"]
    method: str
    popularity: str
    rates: Mapping[str, HitRate]
    gain: float | None
    gain_low: float | None
    gain_high: float | None
    missing: int
    sentence: str

    def to_dict(self) -> dict[str, object]:
        """Give plain values for JSON."""
        plain = asdict(self)
        plain["rates"] = {name: rate.to_dict() for name, rate in self.rates.items()}
        return plain


@dataclass(frozen=True)
class Places:
    """Place of the best placed taken product per judged customer, by method."""

    place: Mapping[str, Ints]
    shown: Mapping[str, npt.NDArray[np.bool_]]
    half: npt.NDArray[np.bool_]


def places(methods: list[Method], lore: Lore, takers: Slice) -> Places:
    """Find where each method places what was taken, among all that could be suggested."""
    found: dict[str, list[Ints]] = {method.name: [] for method in methods}
    shown = {method.name: np.zeros(lore.products, bool) for method in methods}
    halves: list[Ints] = []
    for part in takers.parts(lore.products):
        truth = part.truth & ~part.barred
        judged = truth.any(axis=1)
        if not judged.any():
            continue
        halves.append(part.idx[judged])
        scores = raw_scores(methods, lore, part.owned.of(np.flatnonzero(judged)))
        for name, score in scores.items():
            place, top = _rank(score, truth[judged], part.barred[judged])
            found[name].append(place)
            shown[name][top] = True
    ranks = {name: np.concatenate(each) if each else _NONE for name, each in found.items()}
    idx = np.concatenate(halves) if halves else _NONE
    return Places(ranks, shown, idx % 2 == 0)


_NONE = np.zeros(0, np.int64)


def _rank(
    score: Floats, truth: npt.NDArray[np.bool_], barred: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    score = np.where(barred, -np.inf, score)
    best = np.where(truth, score, -np.inf).max(axis=1, keepdims=True)
    # Of equals the first by product id comes first, as in the suggestions.
    first = np.argmax(truth & (score == best), axis=1)
    earlier = np.arange(score.shape[1])[None, :] < first[:, None]
    place = 1 + (score > best).sum(axis=1) + ((score == best) & earlier & ~truth).sum(axis=1)
    return place, np.unique(top_places(score)[0])


def top_places(score: Floats) -> tuple[Ints, Floats]:
    """Give the columns of the three highest scores per row, and the scores."""
    score = score.copy()
    rows = np.arange(len(score))
    columns, values = [], []
    for _ in range(min(PLACES, score.shape[1])):
        best = score.argmax(axis=1)
        columns.append(best)
        values.append(score[rows, best])
        score[rows, best] = -np.inf
    return np.stack(columns, axis=1), np.stack(values, axis=1)


def judge(
    found: Places,
    *,
    way: Literal["later_taking", "hidden_holding"] = "later_taking",
    weight: Floats | None = None,
) -> Judgement:
    """Choose the method and say whether it is better than popularity."""
    worth = {name: 1.0 / place for name, place in found.place.items()}
    weight = np.ones(len(found.half)) if weight is None else weight
    rates = {
        name: _rate(place, found.shown[name], weight) for name, place in found.place.items()
    }
    usual = max((name for name in POPULARITIES if name in rates), key=lambda n: rates[n].mrr)
    judged = round(float(weight.sum()))
    if judged < FEWEST_TAKERS:
        return _too_few(judged, usual, rates, way)
    rivals = [name for name in PERSONAL if name in rates]
    chosen = _best(rivals, worth, weight)
    gain, spread = _gain(rivals, usual, worth, found.half, weight)
    better = gain - Z * spread > 0
    judgement = Judgement(
        verdict="better" if better else "no_better",
        way=way,
        method=chosen if better else usual,
        popularity=usual,
        rates=rates,
        gain=gain,
        gain_low=gain - Z * spread,
        gain_high=gain + Z * spread,
        missing=0,
        sentence=_sentence(better, chosen, usual, rates, judged),
    )
    return judgement


def _best(rivals: list[str], worth: Mapping[str, Floats], weight: Floats) -> str:
    return max(rivals, key=lambda name: float(weight @ worth[name]))


def _gain(
    rivals: list[str],
    usual: str,
    worth: Mapping[str, Floats],
    half: npt.NDArray[np.bool_],
    weight: Floats,
) -> tuple[float, float]:
    """Measure the choice made on one half of the customers on the other half."""
    difference = np.zeros(len(half))
    for here in (half, ~half):
        name = _best(rivals, {each: worth[each][~here] for each in rivals}, weight[~here])
        difference[here] = worth[name][here] - worth[usual][here]
    total = weight.sum()
    mean = float(weight @ difference / total)
    spread = float(np.sqrt((weight**2) @ (difference - mean) ** 2) / total)
    return mean, spread


def _rate(place: Ints, shown: npt.NDArray[np.bool_], weight: Floats) -> HitRate:
    total = float(weight.sum())
    first = float(weight @ (place <= 1))
    three = float(weight @ (place <= PLACES))
    low1, high1 = wilson(first, total, z=Z)
    low3, high3 = wilson(three, total, z=Z)
    if total:
        first, three = first / total, three / total
    mrr = float(weight @ (1.0 / place)) / total if total else 0.0
    coverage = float(shown.mean()) if len(shown) else 0.0
    return HitRate(round(total), first, low1, high1, three, low3, high3, mrr, coverage)


def _too_few(
    judged: int,
    usual: str,
    rates: Mapping[str, HitRate],
    way: Literal["later_taking", "hidden_holding"],
) -> Judgement:
    more = FEWEST_TAKERS - judged
    sentence = (
        f"Not enough to tell: {judged} customers took something new in the time that was "
        f"held out; {more} more are needed. Until then the most popular is suggested."
    )
    return Judgement("not_enough", way, usual, usual, rates, None, None, None, more, sentence)


def _sentence(
    better: bool, chosen: str, usual: str, rates: Mapping[str, HitRate], judged: int
) -> str:
    mine, theirs = rates[chosen], rates[usual]
    figures = (
        f"{mine.hit1 * 100:.0f} times in 100 with the first suggestion and "
        f"{mine.hit3 * 100:.0f} with three; always suggesting {NAMES[usual]}: "
        f"{theirs.hit1 * 100:.0f} and {theirs.hit3 * 100:.0f}. Judged on {judged:,} customers"
    )
    if better:
        return f"Right {figures}; by {NAMES[chosen]}."
    return f"No better than popularity, which is used instead: right {figures}."
