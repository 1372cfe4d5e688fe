"""How often and for how much a customer will still buy: fitted models are frozen values."""

from __future__ import annotations

from regulars.engine.models.dropout import BG_NBD, MBG_NBD, DropoutModel
from regulars.engine.models.fitted import Fitted, NoFit
from regulars.engine.models.histories import Histories
from regulars.engine.models.spend import Spends, expected_spend, fit_gamma_gamma

__all__ = [
    "BG_NBD",
    "MBG_NBD",
    "DropoutModel",
    "Fitted",
    "Histories",
    "NoFit",
    "Spends",
    "expected_spend",
    "fit_gamma_gamma",
]
