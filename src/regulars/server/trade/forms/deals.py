"""Quotes, the answer to them, and terms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.products.models import Product
from regulars.server.trade.forms.drawer import Foreign, money
from regulars.server.trade.rules import Line
from regulars.server.web.forms import day, dress

LINES = 5  # of a quote, when it is typed by hand


class QuoteForm(Foreign):
    """An offer: number, days, up to five lines."""

    number = forms.CharField(label=_("Number"), max_length=60)
    made_on = forms.DateField(label=_("Made on"), widget=day())
    valid_until = forms.DateField(label=_("Valid until"), widget=day())
    sent = forms.BooleanField(label=_("It has been sent"), required=False)
    field_order = ("number", "made_on", "valid_until")

    def __init__(self, data: Any, *, today: date, number: str) -> None:
        initial = {
            "number": number,
            "made_on": today,
            "valid_until": today + timedelta(days=30),
            "sent": True,
        }
        super().__init__(data, initial=initial)
        self.products = {p.code: p for p in Product.objects.order_by("code")[:500]}
        for n in range(1, LINES + 1):
            self._line(n)
        dress(self)

    def rows(self) -> list[list[BoundField]]:
        """The lines as the page shows them."""
        parts = ("words", "quantity", "price")
        return [[self[f"{part}_{n}"] for part in parts] for n in range(1, LINES + 1)]

    def more(self) -> list[tuple[list[BoundField], bool]]:
        """The lines after the first, and whether each stands open: it holds something."""
        return [(row, any(f.value() not in (None, "") for f in row)) for row in self.rows()[1:]]

    def plain(self) -> list[BoundField]:
        return [self[name] for name in ("number", "made_on", "valid_until")]

    def lines(self) -> list[Line]:
        """What was typed; a code of the catalogue becomes its product."""
        given = self.cleaned_data
        found = []
        for n in range(1, LINES + 1):
            words = given.get(f"words_{n}", "").strip()
            if words:
                product = self.products.get(words)
                found.append(
                    Line(
                        str(product) if product else words,
                        given[f"quantity_{n}"],
                        given[f"price_{n}"],
                        product.pk if product else None,
                    )
                )
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        made, until = given.get("made_on"), given.get("valid_until")
        if made and until and until < made:
            self.add_error("valid_until", gettext("A quote is valid on its own day at least."))
        for n in range(1, LINES + 1):
            told = [given.get(f"{part}_{n}") for part in ("words", "quantity", "price")]
            if any(value not in (None, "") for value in told) and None in told:
                self.add_error(f"price_{n}", gettext("Quantity and price belong to a line."))
            elif told[0] == "" and told[1] is not None:
                self.add_error(f"words_{n}", gettext("Say what is offered."))
        if not any(given.get(f"words_{n}") for n in range(1, LINES + 1)):
            self.add_error("words_1", gettext("A quote has at least one line."))
        return given

    def _line(self, n: int) -> None:
        self.fields[f"words_{n}"] = forms.CharField(
            label=_("What"),
            max_length=200,
            required=False,
            widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
        )
        self.fields[f"quantity_{n}"] = forms.DecimalField(
            label=_("How many"),
            required=False,
            min_value=Decimal("0.001"),
            max_digits=14,
            decimal_places=3,
        )
        self.fields[f"price_{n}"] = forms.DecimalField(
            label=_("Price each"),
            required=False,
            min_value=0,
            max_digits=18,
            decimal_places=4,
        )


class AnswerForm(forms.Form):
    """The customer's no, with its reason."""

    reason = forms.CharField(
        label=_("Why not"),
        max_length=200,
        help_text=_("Price, time of delivery, another supplier: the next quote reads it."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class TermsForm(forms.Form):
    """What was agreed beyond the list price, and until when."""

    starts_on = forms.DateField(label=_("First day"), widget=day())
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=day(),
        help_text=_("Left empty: until newer ones follow."),
    )
    discount = forms.DecimalField(
        label=_("Discount in %"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    payment_days = forms.IntegerField(
        label=_("Days to pay"), required=False, min_value=0, max_value=730
    )
    credit_limit = money(_("Credit limit"), least="0")
    price_list = forms.CharField(label=_("Price list"), max_length=80, required=False)
    delivery = forms.CharField(label=_("Delivery"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, data: Any, *, shown: dict[str, Any]) -> None:
        super().__init__(data, initial=shown)
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        starts, ends = given.get("starts_on"), given.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("The last day cannot lie before the first."))
        return given
