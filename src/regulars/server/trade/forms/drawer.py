"""What the forms of all drawers have in common."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

EMPTY = ("", _("Not known"))


def day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def money(label: Any, *, required: bool = False, least: str = "0.01") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(least),
        max_digits=18,
        decimal_places=2,
        required=required,
    )


class Drawer(forms.Form):
    """A form of the drawer: its controls look like the house's."""

    def dress(self) -> None:
        for name, field in self.fields.items():
            bad = " bad" if self.is_bound and name in self.errors else ""
            field.widget.attrs["class"] = f"ctl{bad}"


class Foreign(Drawer):
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
