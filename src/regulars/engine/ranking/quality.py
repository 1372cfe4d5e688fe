"""What a ranking is worth: judged on days that neither its forests nor its blend had seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from regulars.engine.evaluate.metrics import normalised_gini, share_caught
from regulars.engine.ranking.blending import METHODS, Trial, Weights
from regulars.engine.ranking.snapshots import Floats

# As in the back-test of the valuation: below this no way of choosing is worth a list.
NO_SIGNAL_GINI = 0.05
PART = 0.20
# Standard errors by which the chosen fifth must bring more than a fifth.
SURE = 2.0
NAMES = {
    "boosting": "boosting",
    "expected_spend": "the purchase model",
    "past_revenue": "past revenue",
}


@dataclass(frozen=True)
class RankingQuality:
    """How much of the next period's revenue the chosen top fifth brought.

    Attributes
    ----------
    skipped
        Why nothing was judged; None where it was, and then the rest is filled.
    origin, days, customers
        Customers of `origin` were ranked as of that day and judged over the `days` after
        it. The blend was chosen on origins whose outcome was known by then.
    chosen_then
        The weights of that choice, by method.
    top_fifth
        Share of the revenue, 0-1, by method: `chosen`, and each alone.
    hindsight
        The same for whoever knew the future.
    gini
        How well the chosen order met the outcome: 1 as hindsight, 0 as chance.
    signal
        Whether that was better than chance: a Gini of 0.05, and more than a fifth caught by
        two standard errors.
    verdict
        One sentence for a person.
    """

    skipped: str | None = None
    origin: date | None = None
    days: int = 0
    customers: int = 0
    chosen_then: Mapping[str, float] | None = None
    top_fifth: Mapping[str, float] | None = None
    hindsight: float | None = None
    gini: float | None = None
    signal: bool = False
    verdict: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        if self.skipped is not None:
            return {"skipped": self.skipped, "verdict": self.verdict}
        return {
            "origin": self.origin.isoformat() if self.origin else None,
            "days": self.days,
            "customers": self.customers,
            "chosen_then": dict(self.chosen_then or {}),
            "top_fifth": dict(self.top_fifth or {}),
            "hindsight": self.hindsight,
            "gini": self.gini,
            "signal": self.signal,
            "verdict": self.verdict,
        }


def skipped(reason: str) -> RankingQuality:
    """State that nothing could be judged."""
    return RankingQuality(skipped=reason, verdict=f"Not judged yet: {reason}")


def judged(trial: Trial, weights: Weights, *, origin: date, days: int) -> RankingQuality:
    """Judge a blend that was chosen without knowing the trial's outcome."""
    order = trial.blended(weights)
    caught = {"chosen": share_caught(order, trial.outcome)}
    caught |= {
        name: share_caught(trial.orders[name], trial.outcome)
        for name in METHODS
        if name in trial.orders
    }
    gini = normalised_gini(order, trial.outcome)
    best = share_caught(trial.outcome, trial.outcome)
    signal = gini >= NO_SIGNAL_GINI and _surely_more(order, trial)
    return RankingQuality(
        origin=origin,
        days=days,
        customers=len(order),
        chosen_then=dict(weights),
        top_fifth=caught,
        hindsight=best,
        gini=gini,
        signal=signal,
        verdict=_verdict(caught, best, days) if signal else _no_signal(caught, days),
    )


def _surely_more(order: Floats, trial: Trial) -> bool:
    more = (order >= np.quantile(order, 1.0 - PART)) - PART
    each = more * trial.outcome
    return bool(each.sum() > SURE * np.sqrt((each**2).sum()))


def _no_signal(caught: Mapping[str, float], days: int) -> str:
    return (
        f"No signal: over {days} days not used for learning the chosen fifth of customers "
        f"brought {caught['chosen']:.1%} of the revenue, about what chance brings. The list is "
        "ordered by past revenue."
    )


def _verdict(caught: Mapping[str, float], best: float, days: int) -> str:
    others = ", ".join(
        f"{NAMES[name]} {share:.1%}" for name, share in caught.items() if name != "chosen"
    )
    return (
        f"Over {days} days not used for learning the chosen fifth of customers brought "
        f"{caught['chosen']:.1%} of the revenue ({others}, hindsight {best:.1%})."
    )
