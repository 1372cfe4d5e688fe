"""From the sums of the arms to what is said: effect, interval, money, checks, a word.

Every figure is the engine's (`regulars.engine.uplift`); this page only puts them together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from regulars.base.errors import BadInput
from regulars.engine import uplift
from regulars.engine.uplift import Effect, Moments, Payback
from regulars.server.experiments.rules.arms import CONTROL, Arm

ALL = "all"  # all treated arms together, where there are several
BEFORE, REACHED, NOW = "before", "reached", "outcome"
TOO_FEW = "too_few"
FEWEST = 100  # in an arm, before the planned end
RATES = frozenset({"bought", "active", "rate"})
Arms = Mapping[str, Moments]


@dataclass(frozen=True)
class Asked:
    """What has to be known of an experiment to judge it."""

    arms: tuple[Arm, ...]
    outcome: str
    margin: float | None = None
    fixed_cost: float = 0.0
    cost_each: float = 0.0

    @property
    def is_rate(self) -> bool:
        return self.outcome in RATES

    @property
    def worth(self) -> float | None:
        """What one more unit of the outcome brings; a margin is money as it is."""
        return 1.0 if self.outcome == "margin" else self.margin


@dataclass(frozen=True)
class Timing:
    """How the looks so far hang together.

    `columns` are the looks' columns where all customers entered at once, else `before` holds
    the effects of the looks before this one. `planned` is given where no end is: the sizes and
    the deviation that the always-valid interval is made for.
    """

    elapsed: tuple[float, ...] = (1.0,)
    columns: tuple[str, ...] = (NOW,)
    before: tuple[Mapping[str, Effect], ...] = ()
    planned: uplift.Watch | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is looked at for the first time, at its end."""
        return self.planned is None and self.elapsed[-1] >= 1.0 and len(self.elapsed) == 1


@dataclass(frozen=True)
class Judged:
    """What is said: `body` as it is stored, and the figures that are asked for most."""

    code: str
    body: dict[str, Any]
    main: Effect | None


def judge(asked: Asked, arms: Arms, timing: Timing = Timing()) -> Judged:
    """Say what the sums of the arms show; the first arm is the one left alone.

    :raises BadInput: nobody was assigned to an arm.
    """
    control = arms.get(CONTROL)
    names = [arm.key for arm in asked.arms if not arm.is_control]
    treated = {name: arms[name] for name in names if name in arms}
    counts = {arm.key: arms[arm.key].n if arm.key in arms else 0 for arm in asked.arms}
    body: dict[str, Any] = {
        "arms": {name: _summary(each, timing.columns[-1]) for name, each in arms.items()},
        "effects": {},
        "moments": {name: each.to_dict() for name, each in arms.items()},
    }
    if control is None or len(treated) < len(names) or min(counts.values()) < 2:
        return Judged(TOO_FEW, body | {"counts": counts}, None)
    groups = {ALL: _together(treated)} | treated if len(treated) > 1 else treated
    ratio = uplift.sample_ratio(counts, {arm.key: arm.share for arm in asked.arms})
    effects, kind = _effects(asked, groups, control, timing)
    if not effects:
        return Judged(TOO_FEW, body | {"counts": counts}, None)
    main = effects[next(iter(groups))]
    paid = _paid(asked, main, groups[next(iter(groups))])
    word = uplift.verdict(main, paid=paid, ratio=ratio)
    body |= {
        "counts": counts,
        "interval": kind,
        "effects": {name: each.to_dict() for name, each in effects.items()},
        "spreadsheet": _spreadsheet(asked, groups, control, timing.columns[-1]),
        "ratio": ratio.to_dict(),
        "balance": _balance(groups[next(iter(groups))], control),
        "paid": paid.to_dict() if paid else None,
        "more_needed": word.more_needed,
        "compliers": _compliers(groups[next(iter(groups))], control, timing.columns[-1]),
    }
    return Judged(word.code, _finite(body), main)


def effect_of(stored: Mapping[str, Any]) -> Effect:
    """Read an effect that `judge` stored."""
    names = Effect.__dataclass_fields__
    known = {name: value for name, value in stored.items() if name in names}
    for name, edge in (("low", -math.inf), ("high", math.inf)):
        known[name] = edge if known[name] is None else known[name]
    return Effect(**known)


def _effects(
    asked: Asked, groups: Arms, control: Moments, timing: Timing
) -> tuple[dict[str, Effect], str]:
    plain = {
        name: _plain(asked, each, control, timing.columns[-1]) for name, each in groups.items()
    }
    if timing.is_plain:
        return plain, "final"
    if min(control.n, *(each.n for each in groups.values())) < FEWEST:
        # So few could not be looked at before; at the end one plain look is still due.
        return (
            (plain, "final") if timing.planned is None and timing.elapsed[-1] >= 1 else ({}, "")
        )
    if timing.planned is not None:
        looks = {name: timing.planned.at(each) for name, each in plain.items()}
        found = {n: _with(plain[n], look.low, look.high) for n, look in looks.items()}
        return found, "always"
    found = {
        name: _followed(asked, name, each, control, timing, plain[name])
        for name, each in groups.items()
    }
    return found, "final" if timing.elapsed[-1] >= 1.0 else "early"


def _followed(
    asked: Asked, name: str, treated: Moments, control: Moments, timing: Timing, now: Effect
) -> Effect:
    """The interval of the last of several looks, which holds together with those before."""
    if len(timing.columns) > 1:
        helping = _helping(treated, control)
        series = [_plain(asked, treated, control, column) for column in timing.columns]
        together = uplift.correlations_of_looks(
            treated, control, list(timing.columns), covariates=() if asked.is_rate else helping
        )
        looks = uplift.follow_to_end(series, timing.elapsed, together=together)
    else:
        # A look at which nothing had differed yet learned nothing, and costs nothing.
        known = [
            (each[name], at)
            for each, at in zip((*timing.before, {name: now}), timing.elapsed, strict=True)
            if name in each and each[name].standard_error > 0
        ]
        if now.standard_error == 0:
            return _with(now, -math.inf, math.inf)
        looks = uplift.follow_to_end([each for each, _ in known], [at for _, at in known])
    return _with(now, looks[-1].low, looks[-1].high)


def _plain(asked: Asked, treated: Moments, control: Moments, column: str) -> Effect:
    if asked.is_rate:
        return uplift.difference_of_rates(
            treated=(round(treated.total(column)), treated.n),
            control=(round(control.total(column)), control.n),
            metric=asked.outcome,
        )
    found = uplift.difference_of_means(
        treated, control, column, covariates=_helping(treated, control)
    )
    return replace(found, metric=asked.outcome)


def _helping(treated: Moments, control: Moments) -> tuple[str, ...]:
    """What was known before the start, where it differs between customers at all."""
    if BEFORE not in treated.columns or min(treated.n, control.n) < 4:
        return ()
    moving = treated.variance(BEFORE) > 0 and control.variance(BEFORE) > 0
    return (BEFORE,) if moving else ()


def _with(effect: Effect, low: float, high: float) -> Effect:
    """An effect with an interval of its own; a relative one would be another's."""
    return replace(effect, low=low, high=high, relative_low=None, relative_high=None)


def _together(treated: Arms) -> Moments:
    first, *others = treated.values()
    for other in others:
        first += other
    return first


def _paid(asked: Asked, effect: Effect, treated: Moments) -> Payback | None:
    if asked.worth is None:
        return None
    reached = treated.total(REACHED) if REACHED in treated.columns else treated.n
    cost = asked.fixed_cost + asked.cost_each * reached
    return uplift.payback(effect, cost=cost, margin=asked.worth)


def _balance(treated: Moments, control: Moments) -> dict[str, Any] | None:
    if not _helping(treated, control):
        return None
    return uplift.balance(treated, control, [BEFORE]).to_dict()


def _compliers(treated: Moments, control: Moments, column: str) -> dict[str, Any] | None:
    if REACHED not in treated.columns:
        return None
    try:
        return uplift.complier_effect(treated, control, column, contacted=REACHED).to_dict()
    except BadInput:  # both arms were contacted alike: there is no effect per contact
        return None


def _spreadsheet(
    asked: Asked, groups: Arms, control: Moments, column: str
) -> list[float] | None:
    """What Wald's formula would say of a rate: shown beside, because everybody computes it."""
    if not asked.is_rate:
        return None
    treated = next(iter(groups.values()))
    found = uplift.difference_of_rates(
        treated=(round(treated.total(column)), treated.n),
        control=(round(control.total(column)), control.n),
        method="wald",
    )
    return [found.low, found.high]


def _summary(arm: Moments, column: str) -> dict[str, Any]:
    return {"n": arm.n, "mean": arm.mean(column), "total": arm.total(column)}


def _finite(value: Any) -> Any:
    """The same without what JSON cannot hold: what has no bound is null."""
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
