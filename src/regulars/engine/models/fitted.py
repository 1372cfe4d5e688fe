"""A fitted model: parameters with the evidence for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from regulars.base.errors import BadInput


class NoFit(BadInput):
    """The data do not determine the model."""


@dataclass(frozen=True)
class Fitted:
    """What a fit found; nothing is added to it later.

    Attributes
    ----------
    model
        `bg_nbd`, `mbg_nbd` or `gamma_gamma`.
    parameters, standard_errors
        By their published names. An error is None where the likelihood is flat.
    log_likelihood
        At the parameters.
    unit
        Of time: `week`. Of money, for gamma-gamma: the reporting currency.
    customers
        How many the fit looked at.
    converged
        False where the steps ended before the gradient vanished.
    at_boundary
        Names of parameters that ran to the edge of what is sensible; read the model's
        answers for single customers with care.
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

    def to_dict(self) -> dict[str, Any]:
        """Give the fit as plain values for JSON."""
        return asdict(self) | {
            "parameters": dict(self.parameters),
            "standard_errors": dict(self.standard_errors),
            "at_boundary": list(self.at_boundary),
        }
