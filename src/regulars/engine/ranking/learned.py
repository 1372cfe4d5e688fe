"""What a ranking learned of the past: forests, a model of purchases, weights, and its worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from regulars.engine.backends import Workbench
from regulars.engine.ranking.blending import Trial, Weights, choose, percentiles
from regulars.engine.ranking.boosting import Boosted, order_of, train
from regulars.engine.ranking.expecting import MOST_OF_TRIALS, Expectation
from regulars.engine.ranking.importance import Importance, importances
from regulars.engine.ranking.level import Level, Shapes, fit_level
from regulars.engine.ranking.plan import Plan, days_needed
from regulars.engine.ranking.quality import RankingQuality, judged, skipped
from regulars.engine.ranking.snapshots import Floats, Snapshot

# With fewer who brought anything after the last origin, a forest learns names by heart.
FEWEST_PAYING = 50
# Where nothing can be learned: half each, which needs no outcome.
UNLEARNED: Weights = {"boosting": 0.0, "expected_spend": 0.5, "past_revenue": 0.5}
PLAIN: Weights = {"boosting": 0.0, "expected_spend": 0.0, "past_revenue": 1.0}


@dataclass(frozen=True)
class Forecasts:
    """Orders (percentiles) and amounts of some customers by method.

    Amounts of `boosting` are multiples of the mean customer's, the others money.
    """

    orders: Mapping[str, Floats]
    money: Mapping[str, Floats]


@dataclass(frozen=True)
class Learned:
    """All that is needed to rank any customer.

    Attributes
    ----------
    boosted
        None where there was too little to learn from.
    expectation
        Fitted on the last day.
    weights, level
        Of the order and of the amounts.
    """

    boosted: Boosted | None
    expectation: Expectation
    weights: Weights
    level: Level
    quality: RankingQuality
    importance: tuple[Importance, ...]


def learn(
    snapshots: Mapping[date, Snapshot], plan: Plan, bench: Workbench, *, by_balances: bool
) -> Learned:
    """Learn from the snapshots of a plan, strictly forwards in time."""
    now = snapshots[plan.as_of]
    origins = {day: snapshots[day] for day in plan.origins}
    expectation = Expectation.fit(now)
    lacking = _lacking(plan, origins)
    if lacking is not None:
        level = _level([], None, expectation, now, plan, by_balances=by_balances)
        return Learned(None, expectation, UNLEARNED, level, skipped(lacking), ())
    with bench.timed("trials"):
        past = _Past(plan, origins)
        trials = past.trials(plan.as_of)
        quality = past.judge()
    with bench.timed("train"):
        boosted = past.boosted(plan.as_of)
        shapes = [_shapes(each) for each in trials]
        level = _level(shapes, boosted, expectation, now, plan, by_balances=by_balances)
    weights = choose([each[0] for each in trials]) if quality.signal else PLAIN
    with bench.timed("importance"):
        found = past.importance()
    return Learned(boosted, expectation, weights, level, quality, found)


def forecasts(
    boosted: Boosted | None, expectation: Expectation, at: Snapshot, *, days: int
) -> Forecasts:
    """Forecast the customers of a snapshot with every method there is."""
    money = {"expected_spend": expectation.money(at, days=days), "past_revenue": at.past}
    orders = {name: percentiles(each) for name, each in money.items()}
    if boosted is not None:
        money["boosting"] = boosted.money(at.values)
        orders["boosting"] = order_of(money["boosting"], boosted.root(at.values))
    return Forecasts(orders, money)


def _lacking(plan: Plan, origins: Mapping[date, Snapshot]) -> str | None:
    needed = days_needed(plan.horizon_days)
    if not origins:
        known = plan.known_days
        return (
            f"The history covers {known} days; learning needs {needed}: {needed - known} more."
        )
    last = plan.origins[0]
    paying = min(
        int((origins[last].outcome > 0).sum()),
        sum(int((origins[day].outcome > 0).sum()) for day in plan.known_by(last)),
    )
    if paying < FEWEST_PAYING:
        return (
            f"Only {paying} customers brought anything in {plan.training_days} days of the "
            f"past; learning needs {FEWEST_PAYING}."
        )
    return None


_Tried = tuple[Trial, Forecasts]


class _Past:
    """Forests and trials of a plan, each made once."""

    def __init__(self, plan: Plan, origins: Mapping[date, Snapshot]) -> None:
        self._plan, self._origins = plan, origins
        self._tried: dict[date, _Tried] = {}
        self._boosted: dict[date, Boosted | None] = {}

    def boosted(self, day: date) -> Boosted | None:
        """Train on all that was known at the end of `day`."""
        if day not in self._boosted:
            known = [self._origins[origin] for origin in self._plan.known_by(day)]
            self._boosted[day] = train(known)
        return self._boosted[day]

    def trial(self, day: date) -> _Tried:
        """Forecast as of a day of the past, knowing nothing later."""
        if day not in self._tried:
            at = self._origins[day]
            expectation = Expectation.fit(at, most=MOST_OF_TRIALS)
            days = self._plan.training_days
            found = forecasts(self.boosted(day), expectation, at, days=days)
            self._tried[day] = Trial(found.orders, at.outcome), found
        return self._tried[day]

    def trials(self, day: date) -> list[_Tried]:
        """Give the trials that were known at the end of `day`, those with forests."""
        tried = [self.trial(origin) for origin in self._plan.trials(day)]
        return [each for each in tried if "boosting" in each[0].orders]

    def judge(self) -> RankingQuality:
        """Choose as of the last origin, then look at what came."""
        last = self._plan.origins[0]
        weights = choose([each[0] for each in self.trials(last)])
        days = self._plan.training_days
        return judged(self.trial(last)[0], weights, origin=last, days=days)

    def importance(self) -> tuple[Importance, ...]:
        """Look at the forests that knew nothing after the last origin."""
        last = self._plan.origins[0]
        boosted = self.boosted(last)
        return importances(boosted, self._origins[last]) if boosted is not None else ()


def _shapes(tried: _Tried) -> Shapes:
    return Shapes(tried[1].money, tried[0].outcome)


def _level(
    trials: list[Shapes],
    boosted: Boosted | None,
    expectation: Expectation,
    now: Snapshot,
    plan: Plan,
    *,
    by_balances: bool,
) -> Level:
    money = forecasts(boosted, expectation, now, days=plan.horizon_days).money
    if by_balances and trials:
        # A model of purchases expects turnover there, not what the bank earns: the last
        # days that are known are the level.
        mean = float(trials[0].outcome.mean()) * plan.horizon_days / plan.training_days
    elif by_balances:
        mean = float(now.past.mean()) * plan.horizon_days / 365.0
    else:
        mean = float(money["expected_spend"].mean())
    return fit_level(trials, money, mean=mean)
