"""Looking often until a fixed end: the error is spent look by look, and nothing is wasted.

An always-valid interval pays for looks without end. Where the end is fixed beforehand, the
same 5 % may be spent on the looks until then (Lan & DeMets 1983), little at first and most at
the end (the shape of O'Brien & Fleming): with daily looks over eight weeks the last one
reaches 2.17 standard errors instead of 3.04: two fifths fewer customers for the same power.

How wide that must be depends on how closely the looks hang together. Where customers enter
one by one, the variance that has gathered says it. Where the same customers spend more every
day it says too little (who buys much this week does so the next) and intervals reach too far:
3.2 % false alarms instead of 5 % where three fifths of the variance at the end lie between
customers. Of what goes up and down, such as a balance, it says too much. There
`correlations_of_looks` asks the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput
from regulars.engine.uplift.effect import Effect
from regulars.engine.uplift.moments import Floats
from regulars.engine.uplift.quantiles import critical
from regulars.engine.uplift.sequential import Look, decision, variance_of
from regulars.engine.uplift.walk import Walk

# Looks that add less than this of all variance show nothing new.
LEAST = 1e-6
# Until this share of the error is spent, too few customers have acted for correlations that
# reach far: such a look is tied to the next one only.
SLIGHT = 0.01
# A correlation below this is as good as none.
LOOSE = 1e-3


def follow_to_end(
    effects: Sequence[Effect],
    elapsed: Sequence[float],
    *,
    level: float = 0.95,
    together: npt.ArrayLike | None = None,
) -> list[Look]:
    """Read a series of looks at an experiment with a fixed end, oldest first.

    Parameters
    ----------
    effects
        One per look, with everything that had come until then.
    elapsed
        Of each look, the share of the planned time that had passed, above 0 and rising; 1 at
        the end. The calendar decides how much may be spent, so no guess of the spread is
        needed, and the looks need not be planned.
    level
        Chance that the intervals of all looks hold the truth together.
    together
        Correlations of the looks, shape (looks, looks), from `correlations_of_looks`. Give
        them where the same customers are looked at again and again, and always where the
        outcome is no sum over time (a balance). Without them looks are taken to hang together
        as sums do to which every day adds something of its own.

    Returns
    -------
    Looks whose `share` is `elapsed`. `p_value` is 1 - level once an interval has left out 0,
    else 1. A look that adds nothing, or comes after the end, has an infinite interval.

    Raises
    ------
    BadInput
        where the first look has fewer than 100 customers in an arm, times do not rise, or
        correlations do not fit the looks.

    References
    ----------
    Lan, K., DeMets, D. (1983). Discrete sequential boundaries for clinical trials. Biometrika
    70(3); (1989). Statistics in Medicine 8 (spending by the calendar). Armitage, P.,
    McPherson, C., Rowe, B. (1969). Repeated significance tests. JRSS A 132.

    Examples
    --------
    >>> from regulars.engine.uplift.rates import difference_of_rates
    >>> days = [((55, 1000), (40, 1000)), ((125, 2000), (85, 2000))]
    >>> seen = [difference_of_rates(treated=one, control=two) for one, two in days]
    >>> [look.decided for look in follow_to_end(seen, [0.5, 1.0])]
    [None, 'higher']
    """
    gathered = [variance_of(effect) for effect in effects]
    reach = spending_reach(gathered, elapsed, alpha=1.0 - level, together=together)
    found: list[Look] = []
    decided: str | None = None
    for effect, at, far in zip(effects, elapsed, reach.tolist(), strict=True):
        half = far * effect.standard_error if math.isfinite(far) else math.inf
        low, high = effect.difference - half, effect.difference + half
        decided = decided or decision(low, high)
        p_value = 1.0 - level if decided else 1.0
        found.append(Look(effect.difference, low, high, p_value, at, decided))
    return found


def spending_reach(
    gathered: Sequence[float],
    elapsed: Sequence[float],
    *,
    alpha: float = 0.05,
    together: npt.ArrayLike | None = None,
) -> Floats:
    """Give how many standard errors the interval of each look reaches to either side.

    Parameters
    ----------
    gathered
        Variance of the running sum at each look, in any unit, >= 0, oldest first: the number
        of customers where they enter one by one.
    elapsed
        Share of the planned time, above 0 and rising; 1 at the end.
    alpha
        One less the level, between 0 and 1.
    together
        Correlations of the looks, shape (looks, looks), from -1 to 1; what is below the
        diagonal counts. Null takes sqrt(gathered_j / gathered_k), which is exact where what
        is added is independent of what was there. With it, of `gathered` only matters where
        it is 0.

    Returns
    -------
    Array of the length of `gathered`, infinite where nothing may be spent. Bounds of earlier
    looks stay when later ones are added.

    Notes
    -----
    Bounds are those of a Markov chain of looks. With `together` it is the most closely tied
    chain of which no two looks hang together more than the data say; by Slepian's inequality
    the error then stays below `alpha` whatever the pattern, and is `alpha` where the looks
    are such a chain: customers who enter, or customers who each keep to a rate of their own.

    References
    ----------
    Slepian, D. (1962). The one-sided barrier problem for Gaussian noise. Bell System
    Technical Journal 41(2).

    Examples
    --------
    >>> times = [0.2, 0.4, 0.6, 0.8, 1.0]
    >>> [round(float(each), 3) for each in spending_reach(times, times)]
    [4.877, 3.357, 2.68, 2.29, 2.031]
    >>> closer = [[0.97 ** abs(j - k) for j in range(5)] for k in range(5)]
    >>> [round(float(each), 3) for each in spending_reach(times, times, together=closer)]
    [4.877, 3.357, 2.669, 2.253, 1.972]
    """
    _require_rising(gathered, elapsed)
    tied = _correlations(gathered, together)
    unit = max([*gathered, 0.0]) or 1.0
    chain, spent, so_far = _Chain(tied), 0.0, 0.0
    reach = np.full(len(gathered), np.inf)
    for place, (amount, at) in enumerate(zip(gathered, elapsed, strict=True)):
        allowed = _allowed(min(at, 1.0), alpha)
        news = amount > 0 if together is not None else amount - so_far >= LEAST * unit
        if not news or allowed <= spent:
            continue
        kept = chain.kept(place, slight=allowed <= SLIGHT * alpha)
        reach[place] = chain.walk.step(kept, allowed - spent)
        spent, so_far = allowed, amount
    return reach


def _require_rising(gathered: Sequence[float], elapsed: Sequence[float]) -> None:
    rising = all(one < two for one, two in pairwise([0.0, *elapsed]))
    if len(gathered) != len(elapsed) or not rising:
        raise BadInput(
            f"{len(gathered)} looks at the times {list(elapsed)} cannot be followed; give each "
            "look its share of the planned time, above 0 and rising."
        )


def _allowed(share: float, alpha: float) -> float:
    """Give what may be spent until a share of the variance (O'Brien-Fleming type)."""
    z = critical(1.0 - alpha / 2)
    return 2.0 * math.erfc(z / math.sqrt(2.0 * share))


def _correlations(gathered: Sequence[float], together: npt.ArrayLike | None) -> Floats:
    count = len(gathered)
    if together is None:
        sums = np.maximum(np.asarray(gathered, dtype=np.float64), np.finfo(float).tiny)
        found: Floats = np.sqrt(np.minimum(1.0, sums[None, :] / sums[:, None]))
        return found
    found = np.asarray(together, dtype=np.float64)
    if found.shape != (count, count) or not (np.abs(found) <= 1.0 + 1e-9).all():
        raise BadInput(
            f"Correlations of shape {found.shape} cannot tie {count} looks together; give "
            f"{count} rows of {count} numbers from -1 to 1."
        )
    return found


class _Chain:
    """The looks as a chain in which no two hang together more than they do.

    Each look has a place on a clock; two looks hang together by how far they are apart on it.
    The distance is -2 log(correlation), and a look comes as late as any look before it asks.
    """

    def __init__(self, tied: Floats) -> None:
        self.walk = Walk()
        self._apart = -2.0 * np.log(np.clip(tied, LOOSE, 1.0))
        self._last: tuple[int, float] | None = None
        self._weighty: list[tuple[int, float]] = []

    def kept(self, place: int, *, slight: bool) -> float:
        """Add a look, and give its correlation with the one before in the chain."""
        before = self._last
        ties = self._weighty if before is None else [*self._weighty, before]
        now = max((at + self._apart[place, each] for each, at in ties), default=0.0)
        self._last = place, now
        if not slight:
            self._weighty.append(self._last)
        return 0.0 if before is None else math.exp((before[1] - now) / 2.0)
