"""What the forms of all drawers have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EMPTY = ("", _("Not known"))


def money(label: Any, *, required: bool = False, least: str = "0.01") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(least),
        max_digits=18,
        decimal_places=2,
        required=required,
    )


class Foreign(forms.Form):
    """Adds a currency that is not the company's, and its rate."""

    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency"),
        required=False,
        max_length=3,
        help_text=_("Only where it is not ours, such as USD."),
    )
    rate = forms.DecimalField(
        label=_("Exchange rate"),
        required=False,
        min_value=Decimal("0.00000001"),
        max_digits=18,
        decimal_places=8,
        help_text=_("One of that currency in ours. Without it the sum is in no total."),
    )
