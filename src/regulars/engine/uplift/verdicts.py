"""What to say about an experiment: a code, a sentence, and how many more it would take."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

from regulars.base.errors import BadInput
from regulars.engine.uplift.checks import SampleRatio
from regulars.engine.uplift.effect import Effect
from regulars.engine.uplift.quantiles import critical

Code = Literal[
    "worked", "worked_pay_open", "worked_lost_money", "not_proved", "harm", "not_comparable"
]
CODES: tuple[Code, ...] = (
    "worked",
    "worked_pay_open",
    "worked_lost_money",
    "not_proved",
    "harm",
    "not_comparable",
)
Range = tuple[float, float, float]


@dataclass(frozen=True)
class Payback:
    """Whether an action earned its cost; money in the reporting currency, (value, low, high).

    Attributes
    ----------
    incremental
        Of the outcome, over all treated customers.
    margin
        What the incremental outcome brought.
    cost
        Of the action.
    net
        Margin less cost.
    return_on_spend
        Incremental outcome over cost (iROAS, where the outcome is revenue); null at cost 0.
    return_on_investment
        Net over cost (incremental ROI, the number to decide by); null at cost 0.
    """

    incremental: Range
    margin: Range
    cost: float
    net: Range
    return_on_spend: Range | None
    return_on_investment: Range | None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def payback(effect: Effect, *, cost: float, margin: float) -> Payback:
    """Set the incremental margin against the cost.

    Parameters
    ----------
    effect
        Of the action, by assignment.
    cost
        Of the whole action, >= 0: sending, calling, rewards, also those that control's
        customers would have had anyway.
    margin
        What one unit of the outcome brings: the margin rate where the outcome is revenue,
        money per conversion where it is a rate, 1 where it is margin already.

    Returns
    -------
    Payback

    Raises
    ------
    BadInput
        where the cost is negative.

    Examples
    --------
    >>> from regulars.engine.uplift.means import difference_of_means
    >>> from regulars.engine.uplift.moments import Moments
    >>> treated = Moments.of_summary("spend", n=9000, mean=112.0, deviation=250.0)
    >>> control = Moments.of_summary("spend", n=1000, mean=100.0, deviation=240.0)
    >>> found = difference_of_means(treated, control, "spend")
    >>> paid = payback(found, cost=18_000, margin=0.40)
    >>> round(paid.return_on_spend[0], 2), round(paid.return_on_investment[0], 2)
    (6.0, 1.4)
    """
    if cost < 0:
        raise BadInput(f"The cost is {cost:g}; give what the action cost, 0 or more.")
    gained = _scaled(effect.incremental, margin)
    net = (gained[0] - cost, gained[1] - cost, gained[2] - cost)
    return Payback(
        incremental=effect.incremental,
        margin=gained,
        cost=cost,
        net=net,
        return_on_spend=_scaled(effect.incremental, 1 / cost) if cost > 0 else None,
        return_on_investment=_scaled(net, 1 / cost) if cost > 0 else None,
    )


@dataclass(frozen=True)
class Verdict:
    """The word on an experiment.

    Attributes
    ----------
    code
        `worked`: the interval lies above 0 and, where costs are known, so does that of the
        net. `worked_pay_open`: an effect is proved, a gain is not. `worked_lost_money`: an
        effect is proved and its best case does not earn the cost. `not_proved`: the
        interval holds 0. `harm`: it lies below 0. `not_comparable`: the arms do not have the
        planned sizes, so no figure may be believed.
    sentence
        For a person, in English.
    more_needed
        For `not_proved`: about how many more customers, split as before, would show the
        effect seen (or the one asked for) in `power` of cases. Null where the value seen is
        on the wrong side and none was asked for.
    """

    code: Code
    sentence: str
    more_needed: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)


def verdict(
    effect: Effect,
    *,
    paid: Payback | None = None,
    ratio: SampleRatio | None = None,
    worthwhile: float | None = None,
    lower_is_better: bool = False,
    power: float = 0.80,
) -> Verdict:
    """Say plainly what an experiment showed.

    Parameters
    ----------
    effect
        By assignment.
    paid
        From `payback`, where costs are known.
    ratio
        From `sample_ratio`; an alarm overrules everything.
    worthwhile
        The smallest difference that would matter, > 0; None takes the one seen.
    lower_is_better
        For outcomes such as churn or complaints.
    power
        Of the number that is still needed.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> from regulars.engine.uplift.rates import difference_of_rates
    >>> verdict(difference_of_rates(treated=(900, 9000), control=(60, 1000))).code
    'worked'
    >>> small = verdict(difference_of_rates(treated=(540, 9000), control=(45, 1000)))
    >>> small.code, small.more_needed
    ('not_proved', 7180)
    """
    if ratio is not None and ratio.alarm:
        return Verdict("not_comparable", f"The arms cannot be compared. {ratio.sentence}")
    low, high = (-effect.high, -effect.low) if lower_is_better else (effect.low, effect.high)
    if high < 0:
        return Verdict("harm", f"It did harm: {_spoken(effect)}.")
    if low <= 0:
        return _not_proved(effect, worthwhile, lower_is_better, power)
    return _worked(effect, paid)


def _worked(effect: Effect, paid: Payback | None) -> Verdict:
    said = f"It worked: {_spoken(effect)}"
    if paid is None or paid.cost == 0:
        return Verdict("worked", said + ".")
    net = f"{paid.net[0]:,.0f} ({paid.net[1]:,.0f} to {paid.net[2]:,.0f})"
    if paid.net[2] < 0:
        return Verdict("worked_lost_money", f"{said}, and lost money: net {net}.")
    if paid.net[1] <= 0:
        return Verdict("worked_pay_open", f"{said}; whether it paid is open: net {net}.")
    return Verdict("worked", f"{said}, and paid: net {net}.")


def _not_proved(
    effect: Effect, worthwhile: float | None, lower_is_better: bool, power: float
) -> Verdict:
    seen = -effect.difference if lower_is_better else effect.difference
    wanted = worthwhile if worthwhile is not None else seen
    if wanted <= 0:
        return Verdict("not_proved", f"Not proved, and no sign of it: {_spoken(effect)}.")
    more = customers_missing(effect, wanted, power=power)
    if more == 0:
        return Verdict(
            "not_proved",
            f"Not proved: {_spoken(effect)}. There were enough customers to see "
            f"{wanted:.4g}; more of them are not the answer.",
            0,
        )
    return Verdict(
        "not_proved",
        f"Not proved yet: {_spoken(effect)}; about {more:,} more customers needed.",
        more,
    )


def customers_missing(effect: Effect, difference: float, *, power: float = 0.80) -> int:
    """Give how many more customers would show `difference` in `power` of cases.

    The spread and the shares of the arms are taken as they were; rounded up to ten.

    Parameters
    ----------
    effect
        As seen so far.
    difference
        To be found, in the unit of the effect, not 0.
    power
        Chance to find it, 0.5-1.

    Returns
    -------
    int, >= 0, of all arms together

    Examples
    --------
    >>> from regulars.engine.uplift.rates import difference_of_rates
    >>> seen = difference_of_rates(treated=(540, 9000), control=(45, 1000))
    >>> customers_missing(seen, 0.02)
    0
    >>> customers_missing(seen, 0.01)
    28650
    """
    customers = effect.treated_n + effect.control_n
    reach = critical(effect.level) + critical(2 * power - 1)
    needed = customers * (reach * effect.standard_error / difference) ** 2
    return max(0, math.ceil((needed - customers) / 10) * 10)


def _spoken(effect: Effect) -> str:
    if effect.method in ("score", "newcombe", "wald"):
        return (
            f"{effect.difference * 100:+.2f} points "
            f"({effect.low * 100:+.2f} to {effect.high * 100:+.2f})"
        )
    return f"{effect.difference:+,.4g} a customer ({effect.low:+,.4g} to {effect.high:+,.4g})"


def _scaled(values: Range, factor: float) -> Range:
    low, high = sorted((values[1] * factor, values[2] * factor))
    return values[0] * factor, low, high
