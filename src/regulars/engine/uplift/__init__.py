"""Did it work, and on whom: experiments from the assignment to the choice of the next target.

One rule explains the package: **customers are compared as they were assigned**, never as they
were contacted, and everything is computed from the sums of each arm.

    from regulars.engine import uplift

    split = uplift.Split.holdout("spring-2026", 0.10)
    arms = uplift.moments_by_arm(outcomes, ["spend", "past_spend"])
    effect = uplift.difference_of_means(arms["treated"], arms["control"], "spend",
                                        covariates=["past_spend"])
    print(uplift.verdict(effect).sentence)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regulars.engine.uplift.assignment import (
        Split,
        arm_expression,
        arm_of,
        arms_of,
        place_of,
        shares_of,
        stratified_arms,
    )
    from regulars.engine.uplift.checks import Balance, SampleRatio, balance, sample_ratio
    from regulars.engine.uplift.choosing import Choice, compare_learners
    from regulars.engine.uplift.collecting import moments_by_arm, moments_by_group
    from regulars.engine.uplift.compliance import ComplierEffect, complier_effect
    from regulars.engine.uplift.dependence import correlations_of_looks
    from regulars.engine.uplift.effect import Effect
    from regulars.engine.uplift.learners import (
        CrossScores,
        UpliftModel,
        cross_scores,
        fit_uplift,
    )
    from regulars.engine.uplift.means import difference_of_means, difference_of_ratios
    from regulars.engine.uplift.moments import Moments
    from regulars.engine.uplift.policy import Depth, Policy, policy_value
    from regulars.engine.uplift.pooling import Pooled, Shrunken, pool
    from regulars.engine.uplift.power import Plan, plan_means, plan_rates, power_of
    from regulars.engine.uplift.rates import difference_of_rates
    from regulars.engine.uplift.sequential import Look, Watch, always_valid_p, reach_at
    from regulars.engine.uplift.spending import follow_to_end, spending_reach
    from regulars.engine.uplift.targeting import (
        Signals,
        Targeting,
        Tenth,
        judge,
        qini_curve,
        signals,
    )
    from regulars.engine.uplift.verdicts import (
        CODES,
        Payback,
        Verdict,
        customers_missing,
        payback,
        verdict,
    )

__all__ = [
    "CODES",
    "Balance",
    "Choice",
    "ComplierEffect",
    "CrossScores",
    "Depth",
    "Effect",
    "Look",
    "Moments",
    "Payback",
    "Plan",
    "Policy",
    "Pooled",
    "SampleRatio",
    "Shrunken",
    "Signals",
    "Split",
    "Targeting",
    "Tenth",
    "UpliftModel",
    "Verdict",
    "Watch",
    "always_valid_p",
    "arm_expression",
    "arm_of",
    "arms_of",
    "balance",
    "compare_learners",
    "complier_effect",
    "correlations_of_looks",
    "cross_scores",
    "customers_missing",
    "difference_of_means",
    "difference_of_rates",
    "difference_of_ratios",
    "fit_uplift",
    "follow_to_end",
    "judge",
    "moments_by_arm",
    "moments_by_group",
    "payback",
    "place_of",
    "plan_means",
    "plan_rates",
    "policy_value",
    "pool",
    "power_of",
    "qini_curve",
    "reach_at",
    "sample_ratio",
    "shares_of",
    "signals",
    "spending_reach",
    "stratified_arms",
    "verdict",
]

# Where each name lives. It is loaded when it is first asked for: a page that plans a holdout
# needs neither Ibis nor SciPy, and one that shows a result needs no learner.
_HOMES = {
    "assignment": (
        "Split",
        "arm_expression",
        "arm_of",
        "arms_of",
        "place_of",
        "shares_of",
        "stratified_arms",
    ),
    "checks": (
        "Balance",
        "SampleRatio",
        "balance",
        "sample_ratio",
    ),
    "choosing": ("Choice", "compare_learners"),
    "collecting": (
        "moments_by_arm",
        "moments_by_group",
    ),
    "compliance": (
        "ComplierEffect",
        "complier_effect",
    ),
    "dependence": ("correlations_of_looks",),
    "effect": ("Effect",),
    "learners": (
        "CrossScores",
        "UpliftModel",
        "cross_scores",
        "fit_uplift",
    ),
    "means": (
        "difference_of_means",
        "difference_of_ratios",
    ),
    "moments": ("Moments",),
    "policy": (
        "Depth",
        "Policy",
        "policy_value",
    ),
    "pooling": (
        "Pooled",
        "Shrunken",
        "pool",
    ),
    "power": (
        "Plan",
        "plan_means",
        "plan_rates",
        "power_of",
    ),
    "rates": ("difference_of_rates",),
    "sequential": (
        "Look",
        "Watch",
        "always_valid_p",
        "reach_at",
    ),
    "spending": ("follow_to_end", "spending_reach"),
    "targeting": (
        "Signals",
        "Targeting",
        "Tenth",
        "judge",
        "qini_curve",
        "signals",
    ),
    "verdicts": (
        "CODES",
        "Payback",
        "Verdict",
        "customers_missing",
        "payback",
        "verdict",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # functions, classes and values alike
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
