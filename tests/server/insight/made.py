"""Quality cards as the engine makes them, with the verdict that a test wants."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from regulars.engine.churn.question import Question
from regulars.engine.churn.result import ChurnCard
from regulars.engine.learning.judgement import Judgement, judge
from regulars.engine.next_best.judging import HitRate
from regulars.engine.next_best.judging import Judgement as Taken
from regulars.engine.potential import LookalikeReport, Matrix
from regulars.engine.ranking.quality import RankingQuality, skipped
from regulars.engine.value.quarter import QuarterForecast, Try
from regulars.server.insight.queries import Learned, Test
from regulars.server.insight.rules import Verdict

AS_OF = date(2026, 11, 21)
SHORT = (
    "The history covers 120 days; 153 more are needed to learn a horizon of 91 days and to "
    "judge it. Until then there is no probability."
)


def judgement(*, signal: bool = True) -> Judgement:
    rng = np.random.default_rng(3)
    risk = rng.uniform(0.02, 0.6, 600)
    left = (rng.uniform(size=600) < (risk if signal else 0.3)).astype(np.int64)
    return judge(risk if signal else rng.permutation(risk), left)


def churn(
    chosen: str = "boosting",
    methods: dict[str, Judgement] | None = None,
    *,
    outcome: Any = "silence",
    verdict: str = "",
) -> dict[str, Any]:
    methods = {"boosting": judgement()} if methods is None else methods
    return ChurnCard(
        question=Question(outcome, 91),
        as_of=AS_OF,
        judged_on=date(2026, 8, 22) if methods else None,
        learned_on=(date(2026, 5, 23), date(2026, 4, 1)) if methods else (),
        out_of_time=True,
        customers=580,
        not_asked=20,
        sample_share=1.0,
        methods=methods,
        chosen=chosen,
        band_low=0.1,
        band_high=0.4,
        verdict=verdict,
    ).to_dict()


def ranking(chosen: float = 0.7, past: float = 0.5, *, signal: bool = True) -> dict[str, Any]:
    quality = RankingQuality(
        origin=date(2026, 8, 22),
        days=91,
        customers=600,
        chosen_then={"boosting": 1.0},
        top_fifth={"chosen": chosen, "boosting": chosen, "past_revenue": past},
        hindsight=0.9,
        gini=0.6 if signal else 0.01,
        signal=signal,
    )
    return _ranked(quality, {"boosting": 0.6, "expected_spend": 0.0, "past_revenue": 0.4})


def unranked(reason: str) -> dict[str, Any]:
    weights = {"boosting": 0.0, "expected_spend": 0.5, "past_revenue": 0.5}
    return _ranked(skipped(reason), weights)


def _ranked(quality: RankingQuality, weights: dict[str, float]) -> dict[str, Any]:
    return {
        "as_of": AS_OF.isoformat(),
        "horizon_days": 91,
        "weights": weights,
        "quality": quality.to_dict(),
        "importance": {"spend": 0.04, "gap_ratio": 0.02, "refunds": -0.001},
    }


def following(verdict: Any = "better", *, missing: int = 0) -> dict[str, Any]:
    def rate(hit: float) -> HitRate:
        return HitRate(300, hit, hit - 0.05, hit + 0.05, hit + 0.2, hit, hit + 0.3, hit, 0.5)

    better = verdict == "better"
    found = Taken(
        verdict=verdict,
        way="later_taking",
        method="combined" if better else "popular_taken",
        popularity="popular_taken",
        rates={"combined": rate(0.4 if better else 0.2), "popular_taken": rate(0.2)},
        gain=0.1,
        gain_low=0.05,
        gain_high=0.15,
        missing=missing,
        sentence="Right.",
    )
    return {
        "judgement": found.to_dict(),
        "horizon_days": 180,
        "score_means": "takes",
        "promise": {"suggested": 400, "expected": 31.4, "taken": 29},
        "of": "holdings",
        "customers": 600,
        "products": 12,
    }


def potential(explained: float | None = 0.4) -> dict[str, Any]:
    report = LookalikeReport(600, 8, explained, {"kind, tenure_band": 540, "kind": 60}, 9e6, "")
    matrix = Matrix({}, {}, {}, {"key": 20, "develop": 100, "hold": 100, "watch": 380})
    return {"lookalikes": vars(report), "matrix": matrix.to_dict()}


def quarter(tries: int = 4, *, way: Any = "retained", **changes: Any) -> dict[str, Any]:
    cuts = [date(2025, 8, 23), date(2025, 11, 22), date(2026, 2, 21), date(2026, 5, 23)][:tries]
    known: dict[str, Any] = {
        "start": date(2026, 11, 22),
        "stop": date(2027, 2, 21),
        "customers": 600,
        "before": 500_000.0,
        "revenue": 510_000.0,
        "low": 480_000.0 if tries >= 3 else None,
        "high": 540_000.0 if tries >= 3 else None,
        "way": way,
        "errors": {"last": 0.05, "retained": 0.02},
        "tries": tuple(Try(way, cut, 490_000.0, 500_000.0) for cut in cuts),
        "groups": {},
    }
    return QuarterForecast(**known | changes).to_dict()


def nothing() -> dict[str, Any]:
    return quarter(0, revenue=None, way=None, errors={})


# Score, card, what it comes to.
CASES: list[tuple[str, dict[str, Any], Verdict]] = [
    ("churn", churn(), Verdict.WORKS),
    ("churn", churn(outcome="assets"), Verdict.WORKS),
    ("churn", churn("base_rate", {"logistic": judgement(signal=False)}), Verdict.NO_SIGNAL),
    ("churn", churn("p_alive", {"p_alive": judgement()}, verdict=SHORT), Verdict.WORKS),
    ("churn", churn("p_alive", {}, verdict=SHORT), Verdict.UNJUDGED),
    ("churn", churn("none", {}, verdict=SHORT), Verdict.NOT_ENOUGH),
    ("ranking", ranking(), Verdict.WORKS),
    ("ranking", ranking(0.5, 0.5), Verdict.NO_BETTER),
    ("ranking", ranking(0.505, 0.5), Verdict.NO_BETTER),
    ("ranking", ranking(0.22, 0.2, signal=False), Verdict.NO_SIGNAL),
    ("ranking", unranked("Only 3 customers brought anything."), Verdict.NOT_ENOUGH),
    ("next", following(), Verdict.WORKS),
    ("next", following("no_better"), Verdict.NO_BETTER),
    ("next", following("not_enough", missing=63), Verdict.NOT_ENOUGH),
    ("potential", potential(), Verdict.WORKS),
    ("potential", potential(0.005), Verdict.NO_SIGNAL),
    ("potential", potential(None), Verdict.NOT_ENOUGH),
    ("quarter", quarter(), Verdict.WORKS),
    ("quarter", quarter(way="last", errors={"last": 0.05}), Verdict.NO_BETTER),
    ("quarter", quarter(2), Verdict.UNJUDGED),
    ("quarter", nothing(), Verdict.NOT_ENOUGH),
]
UNTESTED = Test(skipped="The history covers 100 days; a back-test needs 182 (26 weeks).")


def learned(**cards: dict[str, Any]) -> Learned:
    return Learned(cards=cards)
