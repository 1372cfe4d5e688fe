"""How often and for how much a customer will still buy: fitted models are frozen values.

Every model answers the same questions: `fit` finds its parameters (with standard errors and
covariance), `log_likelihood` gives the evidence per customer, `p_alive` says whether a customer
is still there. Which one suits a company is for its own later months to say: `choose`.
"""

from __future__ import annotations

from regulars.engine.models.certainty import BaseValue, base_value
from regulars.engine.models.choice import (
    CANDIDATES,
    Choice,
    Records,
    Trial,
    choose,
)
from regulars.engine.models.contract_values import (
    ContractValue,
    constant_retention_value,
    contract_value,
)
from regulars.engine.models.contracts import SBG, ContractModel
from regulars.engine.models.dropout import BG_NBD, MBG_NBD, DropoutModel, cnbd
from regulars.engine.models.fitted import Fitted, NoFit
from regulars.engine.models.histories import Histories
from regulars.engine.models.horizon import (
    Outlook,
    PurchaseModel,
    customer_outlook,
    expected_purchases,
    outlook,
)
from regulars.engine.models.lifetimes import Lifetimes, SurvivalCurve, survival_curve
from regulars.engine.models.opportunities import BG_BB, OpportunityModel
from regulars.engine.models.pareto import PARETO_NBD, ParetoModel
from regulars.engine.models.persistency import Persistency, persistency_by_month
from regulars.engine.models.spend import Spends, expected_spend, fit_gamma_gamma

__all__ = [
    "BG_BB",
    "BG_NBD",
    "CANDIDATES",
    "MBG_NBD",
    "PARETO_NBD",
    "SBG",
    "BaseValue",
    "Choice",
    "ContractModel",
    "ContractValue",
    "DropoutModel",
    "Fitted",
    "Histories",
    "Lifetimes",
    "NoFit",
    "OpportunityModel",
    "Outlook",
    "ParetoModel",
    "Persistency",
    "PurchaseModel",
    "Records",
    "Spends",
    "SurvivalCurve",
    "Trial",
    "base_value",
    "choose",
    "cnbd",
    "constant_retention_value",
    "contract_value",
    "customer_outlook",
    "expected_purchases",
    "expected_spend",
    "fit_gamma_gamma",
    "outlook",
    "persistency_by_month",
    "survival_curve",
]
