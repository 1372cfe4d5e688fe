"""How a fact behind a probability is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Fact:
    """How a fact behind a probability is told: with its unit, and beside what is usual."""

    label: Any
    unit: str
    said: Any
    # The own usual value; without it the middle customer's is meant.
    own: Any = None
    missing: Any = None
    # What is said where the value lies below or above the own usual one.
    fell: Any = None
    rose: Any = None
    # What is said of a plain nothing.
    none: Any = None


FACTS: Mapping[str, Fact] = {
    "silence": Fact(
        _("Silence"),
        "days",
        _("Nothing for %(value)s"),
        _("usually every %(usual)s"),
        _("Never active of one's own accord"),
        none=_("Active up to the last day"),
    ),
    "frequency": Fact(
        _("Frequency"),
        "days",
        _("Active on %(value)s within 90 days"),
        none=_("Not active within 90 days"),
    ),
    "frequency_change": Fact(
        _("Change of frequency"),
        "days",
        _("Active on %(value)s within 90 days"),
        _("%(usual)s in the 90 days before"),
        fell=_("Less often: on %(value)s within 90 days"),
        rose=_("More often: on %(value)s within 90 days"),
        none=_("Not active within 90 days"),
    ),
    "spend": Fact(_("Turnover"), "money", _("Turnover of 90 days: %(value)s")),
    "spend_change": Fact(
        _("Change of turnover"),
        "money",
        _("Turnover of 90 days: %(value)s"),
        _("%(usual)s in the 90 days before"),
        fell=_("Turnover of 90 days down to %(value)s"),
        rose=_("Turnover of 90 days up to %(value)s"),
    ),
    "refunds": Fact(
        _("Returns"),
        "money",
        _("Gave back %(value)s within 90 days"),
        none=_("Gave nothing back within 90 days"),
    ),
    "tenure": Fact(_("Time with us"), "span", _("With us for %(value)s")),
    "variety": Fact(
        _("Variety"),
        "products",
        _("Used %(value)s within 180 days"),
        none=_("Used nothing within 180 days"),
    ),
    "channels": Fact(
        _("Channels"),
        "channels",
        _("Used %(value)s within 180 days"),
        none=_("Used nothing within 180 days"),
    ),
    "assets": Fact(pgettext_lazy("fact", "Assets"), "money", _("Assets of %(value)s")),
    "assets_change": Fact(
        _("Change of assets"),
        "money",
        _("Assets of %(value)s"),
        _("%(usual)s in the mean of 90 days"),
        fell=_("Assets down to %(value)s"),
        rose=_("Assets up to %(value)s"),
    ),
    "products": Fact(
        _("Products"), "products", _("Holds %(value)s"), none=_("Holds no product")
    ),
    "maturity": Fact(
        pgettext_lazy("fact", "Maturities"),
        "holdings",
        _("%(value)s matured within 90 days"),
        none=_("Nothing matured within 90 days"),
    ),
    "contract_end": Fact(
        _("End of the contract"),
        "days",
        _("The contract ends in %(value)s"),
        missing=_("No end of a contract is agreed"),
    ),
    "contract_history": Fact(_("Contracts"), "span", _("Under contract for %(value)s")),
    "complaints": Fact(
        _("Complaints"),
        "times",
        _("Complained %(value)s within 90 days"),
        none=_("No complaint within 90 days"),
    ),
    "events": Fact(
        _("Signs of life"),
        "times",
        _("Seen %(value)s within 90 days"),
        none=_("Not seen within 90 days"),
    ),
    "touches": Fact(
        _("Contacts"),
        "times",
        _("Contacted %(value)s within 90 days"),
        none=_("Not contacted within 90 days"),
    ),
}
# Shops sell; the words of a bank would be strange there.
OF_SHOPS: Mapping[str, Fact] = {
    "spend": Fact(_("Spending"), "money", _("Spent %(value)s within 90 days")),
    "spend_change": Fact(
        _("Change of spending"),
        "money",
        _("Spent %(value)s within 90 days"),
        _("%(usual)s in the 90 days before"),
        fell=_("Spends less: %(value)s within 90 days"),
        rose=_("Spends more: %(value)s within 90 days"),
    ),
    "variety": Fact(
        _("Variety"),
        "products",
        _("Bought %(value)s within 180 days"),
        none=_("Bought nothing within 180 days"),
    ),
}
UNKNOWN = Fact(_("Another fact"), "count", _("Another fact: %(value)s"))
