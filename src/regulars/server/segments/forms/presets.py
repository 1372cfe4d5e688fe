"""What the shipped rules are called and what they are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# code -> (name, what it is good for)
NAMES: Mapping[str, tuple[Any, Any]] = {
    "promising": (
        _("Promising, but seldom here"),
        _("They come lately and spend well each time; frequency is what can grow."),
    ),
    "sleeping_money": (
        _("Asleep, with money"),
        _("Much money with us and no move of their own: a call before another bank calls."),
    ),
    "sleeping_spender": (
        _("Asleep, once among the best"),
        _("Among the top fifth by spending so far, and silent now."),
    ),
    "top_at_risk": (
        _("Top fifth at risk"),
        _("What most is lost with: the first list for whoever keeps customers."),
    ),
    "no_second_product": (
        _("New, without a second product"),
        _("With us for less than a year and holding one product only."),
    ),
    "no_second_order": (
        _("New, without a second order"),
        _("First order within 90 days, and no other yet."),
    ),
    "birthday": (_("Birthday next month"), _("By the calendar each of them keeps.")),
    "maturing_uncontacted": (
        _("Large amounts maturing, nobody spoke with them"),
        _("200,000 or more within 30 days, no two-way contact in 60, and a way is open."),
    ),
    "money_leaves": (
        _("Money is leaving"),
        _("Balances fell by 30% within 30 days, from 50,000 on."),
    ),
    "silent": (
        _("Silent for 60 days"),
        _("No activity of their own, though they used to come."),
    ),
    "older_by_phone": (
        _("60 and older, by phone"),
        _("Who likes to be called and agreed to it."),
    ),
    "younger_by_wecom": (
        _("Under 35, by WeCom"),
        _("Who agreed to WeCom; messages rather than calls."),
    ),
}
