"""The words for codes that the engine and the schemes use."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TYPES = {
    "important_value": pgettext_lazy("type", "Key – value"),
    "important_keep": pgettext_lazy("type", "Key – keep"),
    "important_develop": pgettext_lazy("type", "Key – develop"),
    "important_winback": pgettext_lazy("type", "Key – win back"),
    "general_value": pgettext_lazy("type", "General – value"),
    "general_keep": pgettext_lazy("type", "General – keep"),
    "general_develop": pgettext_lazy("type", "General – develop"),
    "general_winback": pgettext_lazy("type", "General – win back"),
}
STEPS = {
    "snapshot": _("Taking a snapshot of the records"),
    "engine": _("Valuing every customer"),
    "history": _("Summing up the months"),
    "frame": _("Writing the answer"),
    "publish": _("Publishing the scores"),
    "tiers": _("Sorting into tiers"),
}
# Within the valuing of every customer.
PARTS = {
    "days": _("Summing up the days of new files"),
    "balances": _("Averaging the balances"),
    "histories": _("Adding up every customer's history"),
    "rfm": _("Cutting the RFM classes"),
    "pareto": _("Drawing the Pareto curve"),
    "fit": _("Fitting the models"),
    "score": _("Looking ahead for every customer"),
    "count": _("Counting the base"),
    "backtest": _("Back-testing"),
}
SPANS = {
    "month": pgettext_lazy("period", "Month"),
    "quarter": pgettext_lazy("period", "Quarter"),
    "year": pgettext_lazy("period", "Year"),
}
METHODS = {
    "model": _("Model"),
    "naive_rate": _("Own rate carried on"),
    "past_revenue": _("Past revenue"),
}
UNITS = {
    "day": pgettext_lazy("unit", "days"),
    "week": pgettext_lazy("unit", "weeks"),
    "month": pgettext_lazy("unit", "months"),
    "reporting currency": pgettext_lazy("unit", "the company's currency"),
}
AXES = {
    "recency": _("Recency: days since the last activity"),
    "frequency": _("Frequency: distinct orders"),
    "monetary": _("Money"),
}
# In the order in which publications list them.
PARAMETERS = ("r", "alpha", "a", "b", "s", "beta", "p", "q", "v", "gamma")
