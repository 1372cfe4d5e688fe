"""The models of a valuation: what forecasts, how it was chosen, the money beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from regulars.engine.evaluate.backtest import MODELS, Past, Quality, choose_model
from regulars.engine.models import (
    BG_NBD,
    Choice,
    DropoutModel,
    Fitted,
    Histories,
    NoFit,
    PurchaseModel,
)
from regulars.engine.scores import Parts
from regulars.engine.value.forecast import Forecaster, forecaster, histories_of


@dataclass(frozen=True)
class Fits:
    """The models of one valuation.

    Attributes
    ----------
    models, missing
        Fitted models by name; why another could not be fitted.
    ahead
        What forecasts are made with; None where no model could be fitted.
    choice
        How that model was chosen; None where the history is too short to try.
    """

    models: dict[str, Fitted]
    missing: dict[str, str]
    ahead: Forecaster | None
    choice: Choice | None = None


def fit(parts: Parts, past: Past | Quality) -> Fits:
    """Fit what forecasts need, and BG/NBD beside it as the reference."""
    models: dict[str, Fitted] = {}
    missing: dict[str, str] = {}
    known = histories_of(parts.summary)
    # Two fits share nothing, and NumPy lets go of the lock: the second core takes one.
    with ThreadPoolExecutor(2) as pool:
        reference = pool.submit(BG_NBD.fit, known)
        choice = _choice(past, known)
        model = _closed(choice.model) if choice is not None else MODELS[0]
        try:
            models[model.name] = choice.fitted if choice is not None else model.fit(known)
        except NoFit as reason:
            missing[model.name] = str(reason)
        try:
            models[BG_NBD.name] = reference.result()
        except NoFit as reason:
            missing[BG_NBD.name] = str(reason)
    if model.name not in models:
        return Fits(models, missing, None)
    ahead, lack = forecaster(
        parts.summary,
        model=model,
        fitted=models[model.name],
        discount_rate=parts.basis.discount_rate,
    )
    if ahead.spend is not None:
        models["gamma_gamma"] = ahead.spend
    if lack is not None:
        missing["gamma_gamma"] = lack
    return Fits(models, missing, ahead, choice)


def _closed(model: PurchaseModel) -> DropoutModel:
    assert isinstance(model, DropoutModel)  # all of MODELS are
    return model


def _choice(past: Past | Quality, known: Histories) -> Choice | None:
    try:
        return choose_model(past, known) if isinstance(past, Past) else None
    except NoFit:  # perhaps there is enough for a fit today, but was not then
        return None
