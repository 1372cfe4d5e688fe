"""A fitted model: parameters with the evidence for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from regulars.base.errors import BadInput


class NoFit(BadInput):
    """The data do not determine the model; the message says what is missing."""


@dataclass(frozen=True)
class Fitted:
    """What a fit found; nothing is added to it later.

    Attributes
    ----------
    model
        `bg_nbd`, `mbg_nbd`, `mbg_cnbd_2` to `mbg_cnbd_4`, `pareto_nbd`, `bg_bb`, `sbg` or
        `gamma_gamma`.
    parameters, standard_errors
        By their published names. An error is None where the likelihood is flat.
    log_likelihood
        At the parameters.
    unit
        Of time: `week`, or `period` for models that count opportunities and renewals. Of
        money, for gamma-gamma: the reporting currency.
    customers
        How many the fit looked at.
    converged
        False where the steps ended before the gradient vanished.
    at_boundary
        Names of parameters that ran to the edge of what is sensible; read the model's
        answers for single customers with care.
    steps
        Newton steps taken.
    covariance
        Of the parameters, in their order; a row of zeros where one was held at an edge.
        None where the likelihood is flat in some direction.
    correlation
        Gamma-gamma only: between how often and how much, -1 to 1 (see `spend.correlation`).
    verdict
        Gamma-gamma only: whether that leaves the model standing, in one sentence.

    Examples
    --------
    >>> fitted = Fitted("mbg_nbd", {"r": 0.5}, {"r": None}, -10.0, "week", 30, True, ())
    >>> fitted.to_dict()["parameters"]
    {'r': 0.5}
    """

    model: str
    parameters: Mapping[str, float]
    standard_errors: Mapping[str, float | None]
    log_likelihood: float
    unit: str
    customers: int
    converged: bool
    at_boundary: tuple[str, ...]
    steps: int = 0
    covariance: tuple[tuple[float, ...], ...] | None = None
    correlation: float | None = None
    verdict: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the fit as plain values for JSON.

        Without the covariance, which only whoever goes on computing needs; the correlation is
        in the words of the verdict.
        """
        plain = asdict(self) | {
            "parameters": dict(self.parameters),
            "standard_errors": dict(self.standard_errors),
            "at_boundary": list(self.at_boundary),
        }
        return {name: plain[name] for name in plain if name not in _KEPT_BACK}


_KEPT_BACK = {"covariance", "correlation"}
