"""BG/BB: customers who may act once in each period: give, renew a ticket, come to a fair.

In each period a customer who is alive acts with chance p ~ Beta(alpha, beta); at the beginning
of each he leaves for good with chance theta ~ Beta(gamma, delta) (Fader, Hardie & Shang 2010).
Of n periods he acted in x, last in period t_x. He may be alive still, or have left after any
of the periods m from t_x to n - 1, so the likelihood is a sum of n - t_x + 1 terms

    B(alpha + x, beta + m - x) / B(alpha, beta) * B(gamma + d, delta + m) / B(gamma, delta)

with m = n, d = 0 for alive and d = 1 otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import betaln, digamma, gammaln, polygamma

from regulars.base.errors import BadInput
from regulars.engine.models.fitted import Fitted, NoFit
from regulars.engine.models.histories import Histories, Ints
from regulars.engine.models.newton import Floats, climb, conclude

NAMES = ("alpha", "beta", "gamma", "delta")
START = np.array([1.0, 1.0, 0.5, 3.0])
LOWEST = np.full(4, 1e-4)
HIGHEST = np.full(4, 1e5)
FEWEST_CUSTOMERS = 20


@dataclass(frozen=True)
class OpportunityModel:
    """BG/BB for `Histories` whose last and age count whole periods, not days.

    The period in which a customer was won is 0 and no opportunity; `age` counts those after.

    Attributes
    ----------
    name
        `bg_bb`.

    References
    ----------
    Fader, Hardie & Shang (2010), "Customer-Base Analysis in a Discrete-Time Noncontractual
    Setting", Marketing Science 29(6).

    Examples
    --------
    >>> given = Histories.of([0, 1, 3, 6] * 10, [0, 2, 5, 6] * 10, [6] * 40)
    >>> fitted = BG_BB.fit(given)
    >>> alive = BG_BB.p_alive(fitted, [3, 3], [6, 3], [6, 6])
    >>> bool(alive[0] > alive[1])
    True
    """

    name: str = "bg_bb"

    def fit(self, histories: Histories) -> Fitted:
        """Find the parameters under which these histories are likeliest.

        Raises
        ------
        NoFit
            with fewer than 20 customers, where nobody ever came back, or where a history is
            impossible (more actions than periods up to the last one).
        """
        _require(histories)
        terms = _Terms.of(histories.repeats, histories.last, histories.age)
        weight = histories.customers.astype(np.float64)
        summit = climb(
            partial(_likelihood, terms, weight), start=START, lowest=LOWEST, highest=HIGHEST
        )
        return conclude(
            summit, model=self.name, names=NAMES, customers=histories.total, unit="period"
        )

    def log_likelihood(
        self, fitted: Fitted, repeats: object, last: object, age: object
    ) -> Floats:
        """Give the log-likelihood of each history, one per row."""
        return _Terms.of(*_ints(repeats, last, age)).log_sum(_values(fitted))[0]

    def p_alive(self, fitted: Fitted, repeats: object, last: object, age: object) -> Floats:
        """Give the chance that a customer will be there in the next period, 0-1."""
        _, _, gamma, delta = _values(fitted)
        n = np.asarray(age, dtype=np.float64)
        stays = (delta + n) / (gamma + delta + n)
        return np.asarray(self._alive(fitted, repeats, last, age) * stays)

    def expected(
        self, fitted: Fitted, repeats: object, last: object, age: object, *, periods: int
    ) -> Floats:
        """Expect the actions of the next `periods`, one entry per customer."""
        alpha, beta, gamma, delta = _values(fitted)
        x, _, n = _ints(repeats, last, age)
        ages, at = np.unique(n, return_inverse=True)
        later = delta + ages[:, None] + np.arange(1, periods + 1)
        stays = np.exp(betaln(gamma, later) - betaln(gamma, delta + ages)[:, None]).sum(axis=1)
        acts = (alpha + x) / (alpha + beta + n)
        return np.asarray(self._alive(fitted, x, last, n) * acts * stays[at])

    def counts(self, fitted: Fitted, *, periods: int) -> Floats:
        """Give the chances that a new customer acts 0, 1, .. `periods` times in so many."""
        alpha, beta, gamma, delta = _values(fitted)
        x = np.arange(periods + 1, dtype=np.float64)
        m = x[:, None]  # rows: the last period he was there; columns: actions
        left = np.where(m < periods, 1.0, 0.0)
        stay = np.exp(betaln(gamma + left, delta + m) - betaln(gamma, delta))
        choose = gammaln(m + 1) - gammaln(x + 1) - gammaln(np.maximum(m - x, 0) + 1)
        act = betaln(alpha + x, beta + np.maximum(m - x, 0)) - betaln(alpha, beta)
        return np.asarray((np.where(m >= x, np.exp(choose + act), 0.0) * stay).sum(axis=0))

    def _alive(self, fitted: Fitted, repeats: object, last: object, age: object) -> Floats:
        """Alive through the last period seen."""
        terms = _Terms.of(*_ints(repeats, last, age))
        whole, each = terms.log_sum(_values(fitted))
        return np.asarray(np.exp(each[terms.starts] - whole))


BG_BB = OpportunityModel()


def _values(fitted: Fitted) -> Floats:
    return np.array([fitted.parameters[name] for name in NAMES])


def _ints(repeats: object, last: object, age: object) -> tuple[Ints, Ints, Ints]:
    x, t_x, n = (
        np.atleast_1d(np.asarray(each, dtype=np.int64)) for each in (repeats, last, age)
    )
    impossible = (x < 0) | (x > t_x) | (t_x > n) | ((x == 0) & (t_x > 0))
    if impossible.any():
        at = int(np.flatnonzero(impossible)[0])
        raise BadInput(
            f"{x[at]} actions, the last in period {t_x[at]} of {n[at]}, cannot be. Count whole "
            "periods after the first one, each with one action at most."
        )
    return x, t_x, n


def _require(histories: Histories) -> None:
    if histories.total < FEWEST_CUSTOMERS:
        raise NoFit(
            f"{histories.total} customers are too few to fit a model; "
            f"bring at least {FEWEST_CUSTOMERS}."
        )
    if not (histories.repeats > 0).any():
        raise NoFit("Nobody came back in a later period, so nothing can be learned yet.")
    _ints(histories.repeats, histories.last, histories.age)


@dataclass(frozen=True)
class _Terms:
    """All terms of all rows in one line; `starts` is where each row begins, with alive."""

    starts: Ints
    row: Ints
    x: Floats
    m: Floats
    left: Floats

    @classmethod
    def of(cls, x: Ints, last: Ints, age: Ints) -> _Terms:
        sizes = age - last + 1
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
        row = np.repeat(np.arange(len(x)), sizes)
        place = np.arange(len(row)) - starts[row]
        m = np.where(place == 0, age[row], last[row] + place - 1)
        return cls(
            starts, row, x[row].astype(float), m.astype(float), (place > 0).astype(float)
        )

    def log_sum(self, values: Floats) -> tuple[Floats, Floats]:
        """Give the logarithm of each row's sum, and of each term."""
        alpha, beta, gamma, delta = values
        each = betaln(alpha + self.x, beta + self.m - self.x) - betaln(alpha, beta)
        each += betaln(gamma + self.left, delta + self.m) - betaln(gamma, delta)
        top = np.maximum.reduceat(each, self.starts)
        total = np.add.reduceat(np.exp(each - top[self.row]), self.starts)
        return np.asarray(top + np.log(total)), each


def _likelihood(terms: _Terms, weight: Floats, values: Floats) -> tuple[float, Floats, Floats]:
    alpha, beta, gamma, delta = values
    whole, each = terms.log_sum(values)
    share = np.exp(each - whole[terms.row])
    act = _beta_part(alpha, beta, terms.x, terms.m - terms.x)
    stay = _beta_part(gamma, delta, terms.left, terms.m)
    first = [act[0], act[1], stay[0], stay[1]]
    mean = [np.add.reduceat(share * part, terms.starts) for part in first]
    slope = np.array([weight @ part for part in mean])
    bend = np.zeros((4, 4))
    heavy = weight[terms.row] * share
    for place, part in ((0, act), (2, stay)):
        bend[place, place] = heavy @ part[2]
        bend[place, place + 1] = bend[place + 1, place] = heavy @ part[3]
        bend[place + 1, place + 1] = heavy @ part[4]
    for i in range(4):
        for j in range(4):
            bend[i, j] += heavy @ (first[i] * first[j]) - weight @ (mean[i] * mean[j])
    return float(weight @ whole), slope, bend


def _beta_part(p: float, q: float, up: Floats, down: Floats) -> tuple[Floats, ...]:
    """Differentiate ln B(p + up, q + down) - ln B(p, q): by p, q, pp, pq, qq."""
    one, two, both = p + up, q + down, p + q + up + down
    by_both = digamma(p + q) - digamma(both)
    curve = polygamma(1, p + q) - polygamma(1, both)
    return (
        digamma(one) - digamma(p) + by_both,
        digamma(two) - digamma(q) + by_both,
        polygamma(1, one) - polygamma(1, p) + curve,
        curve,
        polygamma(1, two) - polygamma(1, q) + curve,
    )
