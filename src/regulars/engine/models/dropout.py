"""BG/NBD and MBG/NBD: customers buy at their own rate until, after some purchase, they stop.

Purchases of one customer are Poisson with rate lambda ~ Gamma(r, alpha); after a purchase
he stops with probability p ~ Beta(a, b). BG/NBD (Fader, Hardie & Lee 2005) lets nobody stop
after the first purchase, so that each one-time buyer is alive for certain; MBG/NBD
(Batislam, Denizel & Filiztekin 2007; Hoppe & Wagner 2007) lets everybody. With m chances to
stop (x in BG/NBD, x + 1 in MBG/NBD) both are one formula:

    L = Gamma(r+x) / Gamma(r) * alpha^r * (alpha+T)^-(r+x) * B(a, b+m) / B(a, b) * (1 + u)
    u = a / (b+m-1) * ((alpha+T) / (alpha+t_x))^(r+x), 0 where m is 0
    P(alive) = 1 / (1 + u)

The first factors depend on x or on T alone, so they are summed over two histograms; only
(1 + u) needs the distinct (x, t_x, T).

MBG/CNBD-k (Reutterer, Platzer & Schroeder 2021) is the same with gaps that are Erlang-k: every
r + x becomes s = r + k x, and 1 + u becomes S + u, so that P(alive) = S / (S + u); S is in
`regularity`. With k = 1 it is MBG/NBD.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.special import expit, gammaln

from regulars.base.errors import BadInput
from regulars.engine.models.dropout_sums import Sums, likelihood
from regulars.engine.models.fitted import Fitted, NoFit
from regulars.engine.models.histories import DAYS_PER_WEEK, Histories
from regulars.engine.models.newton import Floats, Summit, climb, conclude
from regulars.engine.models.regularity import (
    MOST_STEPS,
    log_gap_term,
    silence,
    step_chances,
)

NAMES = ("r", "alpha", "a", "b")
START = np.array([0.5, 5.0, 0.5, 2.0])
LOWEST = np.array([1e-4, 1e-4, 1e-5, 1e-4])
HIGHEST = np.array([1e4, 1e6, 1e5, 1e6])
FEWEST_CUSTOMERS = 20
FEWEST_STOPS = 1e-3
NO_GAPS = (
    "{model} needs the sum of the logarithms of the gaps between purchases, and these "
    "histories do not carry it. Give `log_gaps`, or take a model with k = 1."
)


@dataclass(frozen=True)
class DropoutModel:
    """One of the models with a chance to stop after each purchase; see the module.

    Attributes
    ----------
    name
        `bg_nbd`, `mbg_nbd` or `mbg_cnbd_k`.
    chances_before_repeat
        Chances to stop before any repeat purchase: 0 or 1.
    shape
        k of the Erlang gaps, 1 (Poisson) to 4.

    References
    ----------
    Fader, Hardie & Lee (2005), Marketing Science 24(2); Batislam, Denizel & Filiztekin (2007),
    International Journal of Research in Marketing 24(3); Reutterer, Platzer & Schroeder
    (2021), International Journal of Research in Marketing 38(1).

    Examples
    --------
    >>> x, last, age = [0, 1, 3] * 20, [0, 40, 80] * 20, [90] * 60
    >>> fitted = MBG_NBD.fit(Histories.of(x, last, age))
    >>> fitted.customers, sorted(fitted.parameters)
    (60, ['a', 'alpha', 'b', 'r'])
    >>> alive = MBG_NBD.p_alive(fitted, [3, 3], [80, 20], [90, 90])
    >>> bool(alive[0] > alive[1])
    True
    """

    name: str
    chances_before_repeat: int
    shape: int = 1

    def fit(self, histories: Histories) -> Fitted:
        """Find the parameters under which these histories are likeliest; time in weeks.

        Raises
        ------
        NoFit
            with fewer than 20 customers, or where nobody ever bought twice; for k > 1 also
            where the histories do not carry their `log_gaps`.
        """
        require_enough(histories)
        gaps = self._gaps(histories)
        sums = Sums.of(histories, self.chances_before_repeat, self.shape)
        summit = climb(partial(likelihood, sums), start=START, lowest=LOWEST, highest=HIGHEST)
        fitted = conclude(
            summit,
            model=self.name,
            names=NAMES,
            customers=histories.total,
            unit="week",
            edges=_edges(summit),
        )
        return replace(fitted, log_likelihood=fitted.log_likelihood + gaps)

    def log_likelihood(
        self,
        fitted: Fitted,
        repeats: object,
        last: object,
        age: object,
        log_gaps: object = None,
    ) -> Floats:
        """Give the log-likelihood of each customer's history, one per row; times in days.

        `log_gaps` is the sum of ln(gap in days) of each customer, needed for k > 1 only.
        """
        r, alpha, a, b = (fitted.parameters[name] for name in NAMES)
        x, _, T = _weeks(repeats, last, age)
        s, m = r + self.shape * x, x + self.chances_before_repeat
        quiet, odds = self._two_ways(fitted, repeats, last, age)
        rate = gammaln(s) - gammaln(r) + r * np.log(alpha) - s * np.log(alpha + T)
        stay = gammaln(a + b) - gammaln(b) + gammaln(b + m) - gammaln(a + b + m)
        height = rate + stay + np.logaddexp(quiet, odds)
        if self.shape == 1:
            return np.asarray(height)
        if log_gaps is None:
            raise NoFit(NO_GAPS.format(model=self.name))
        given = np.asarray(log_gaps, dtype=np.float64)
        return np.asarray(height + log_gap_term(given, x, k=self.shape, unit=DAYS_PER_WEEK))

    def p_alive(self, fitted: Fitted, repeats: object, last: object, age: object) -> Floats:
        """Give the probability that a customer has not stopped, 0-1; times in days."""
        quiet, odds = self._two_ways(fitted, repeats, last, age)
        return np.asarray(expit(quiet - odds))

    def steps_made(self, fitted: Fitted, repeats: object, last: object, age: object) -> Floats:
        """Give, of customers alive, the chances of j steps since the last purchase.

        Returns
        -------
        Array of k rows (j = 0..k-1) and one column per customer; columns sum to 1. For
        k = 1 a row of ones.
        """
        r, alpha = fitted.parameters["r"], fitted.parameters["alpha"]
        x, t_x, T = _weeks(repeats, last, age)
        return step_chances(r + self.shape * x, (T - t_x) / (alpha + T), self.shape)

    def _two_ways(
        self, fitted: Fitted, repeats: object, last: object, age: object
    ) -> tuple[Floats, Floats]:
        """Give ln S and ln u: alive and silent, or stopped after the last purchase."""
        r, alpha, a, b = (fitted.parameters[name] for name in NAMES)
        x, t_x, T = _weeks(repeats, last, age)
        chances, s = x + self.chances_before_repeat, r + self.shape * x
        with np.errstate(divide="ignore"):
            odds = (
                np.log(a)
                - np.log(np.where(chances > 0, b + chances - 1, np.inf))
                + s * (np.log(alpha + T) - np.log(alpha + t_x))
            )
        if self.shape == 1:
            return np.zeros_like(odds), odds
        return silence(s, (T - t_x) / (alpha + T), self.shape).log, odds

    def _gaps(self, histories: Histories) -> float:
        if self.shape == 1:
            return 0.0
        if histories.log_gaps is None:
            raise NoFit(NO_GAPS.format(model=self.name))
        repeats = np.array(float(histories.repeats @ histories.customers))
        gaps = np.array(histories.log_gaps)
        return float(log_gap_term(gaps, repeats, k=self.shape, unit=DAYS_PER_WEEK))


def _edges(summit: Summit) -> tuple[str, ...]:
    found = {name for name, edge in zip(NAMES, summit.at_boundary, strict=True) if edge}
    a, b = summit.parameters[2:]
    # Fewer than one stop in a thousand purchases: these data show nobody stopping, and
    # P(alive) near 1 for everybody says only that.
    if a / (a + b) < FEWEST_STOPS:
        found.add("a")
    return tuple(name for name in NAMES if name in found)


BG_NBD = DropoutModel("bg_nbd", chances_before_repeat=0)
MBG_NBD = DropoutModel("mbg_nbd", chances_before_repeat=1)


def cnbd(k: int) -> DropoutModel:
    """Give MBG/CNBD-k: MBG/NBD with Erlang-k gaps, for customers who buy by the clock.

    Parameters
    ----------
    k
        1 (the same as MBG/NBD) to 4.

    Returns
    -------
    DropoutModel

    Raises
    ------
    BadInput
        for another k.

    Examples
    --------
    >>> cnbd(2).name, cnbd(2).shape
    ('mbg_cnbd_2', 2)
    """
    if k not in range(1, MOST_STEPS + 1):
        raise BadInput(f"k is {k}; gaps are Erlang with a k of 1 to {MOST_STEPS}.")
    return DropoutModel(f"mbg_cnbd_{k}", chances_before_repeat=1, shape=k)


def _weeks(repeats: object, last: object, age: object) -> tuple[Floats, Floats, Floats]:
    x = np.asarray(repeats, dtype=np.float64)
    t_x = np.asarray(last, dtype=np.float64) / DAYS_PER_WEEK
    return x, t_x, np.asarray(age, dtype=np.float64) / DAYS_PER_WEEK


def require_enough(histories: Histories) -> None:
    """Refuse histories that no model of purchases can learn from.

    Raises
    ------
    NoFit
        with fewer than 20 customers, without a single repeat, or with impossible times.
    """
    if histories.total < FEWEST_CUSTOMERS:
        raise NoFit(
            f"{histories.total} customers are too few to fit a model; "
            f"bring at least {FEWEST_CUSTOMERS}."
        )
    if not (histories.repeats > 0).any():
        raise NoFit("Nobody bought on a second day, so no rhythm can be learned yet.")
    if (histories.last > histories.age).any() or (histories.last < 0).any():
        raise NoFit(
            "Some customers bought last before they bought first or after the date of "
            "measurement. Check how t_x and T were made."
        )
