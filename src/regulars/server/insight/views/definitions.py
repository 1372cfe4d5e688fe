"""The written definition of every key figure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Said:
    """How a figure is called, how it is counted and what its parts are."""

    name: Words
    definition: Words
    numerator: Words
    denominator: Words
    bars: Words = ""


OF = {
    "retention": Said(
        _("Retention"),
        _(
            "Customers active in the period before who are active in this one too, over"
            " those active before. New customers are in neither."
        ),
        _("Active before and now"),
        _("Active in the period before"),
        _("month by month"),
    ),
    "churn": Said(
        _("Churn"),
        _(
            "1 less retention: active in the period before and not in this one. Whoever"
            " is silent may still come back."
        ),
        _("Active before, not now"),
        _("Active in the period before"),
        _("month by month"),
    ),
    "growth": Said(
        _("Customer growth"),
        _("Active customers of this period over those of the period before, less 1."),
        _("Active in this period"),
        _("Active in the period before"),
        _("active customers by month"),
    ),
    "coverage": Said(
        _("Coverage"),
        _(
            "Customers of the better tiers (%(tiers)s) with at least one two-way contact in "
            "the period, over all customers of these tiers as they are now. A message "
            "without an answer does not count."
        ),
        _("With a two-way contact"),
        _("Customers of these tiers"),
    ),
    "spend_growth": Said(
        _("Spend growth"),
        _(
            "Net spend in this period of the customers active before, over their net "
            "spend then, less 1: growth of value, not of heads."
        ),
        _("Their net spend now"),
        _("Their net spend in the period before"),
        _("net spend by month, everybody"),
    ),
    "repeat_rate": Said(
        _("Repeat rate"),
        _("Customers active on two or more days of this period, over those active on one."),
        _("Active on two days or more"),
        _("Active in this period"),
        _("month by month"),
    ),
    "grr": Said(
        _("Gross revenue retention (GRR)"),
        _(
            "The lesser of spend now and then, customer by customer, over the spend "
            "then. Never above 100%."
        ),
        _("Kept of their spend"),
        _("Their net spend in the period before"),
    ),
    "nrr": Said(
        _("Net revenue retention (NRR)"),
        _(
            "Net spend now of the customers active before, over their net spend then; "
            "whoever buys more makes up for who buys less."
        ),
        _("Their net spend now"),
        _("Their net spend in the period before"),
    ),
    "aum_growth": Said(
        _("Growth of assets"),
        _(
            "Assets at the end of the period of the customers who had some at its "
            "beginning, over theirs at the beginning, less 1. New customers are in "
            "neither."
        ),
        _("Their assets at the end"),
        _("Assets at the beginning"),
        _("assets at month ends, everybody"),
    ),
    "aum_retention": Said(
        _("Asset retention"),
        _(
            "The lesser of assets at the end and at the beginning, customer by customer, "
            "over those at the beginning. What some add does not hide what others take away."
        ),
        _("Kept of their assets"),
        _("Assets at the beginning"),
    ),
    "net_new_money": Said(
        _("Net new money"),
        _(
            "Assets at the end less those at the beginning less interest paid, over "
            "assets at the beginning; everybody counts, new customers too. A change in "
            "the value of products is still in it."
        ),
        _("Net new money"),
        _("Assets at the beginning"),
    ),
}
