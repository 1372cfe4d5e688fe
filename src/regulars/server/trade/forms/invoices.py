"""A bill, and what was paid of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.trade.forms.drawer import Foreign, money
from regulars.server.web.forms import come, day, dress


class InvoiceForm(Foreign):
    """A bill."""

    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = forms.DateField(label=_("Issued on"), widget=day())
    due_on = forms.DateField(label=_("Due on"), widget=day())
    amount = money(_("Amount"), required=True)
    field_order = ("number", "issued_on", "due_on", "amount")

    def __init__(self, data: Any, *, today: date, payment_days: int) -> None:
        due = today + timedelta(days=payment_days)
        super().__init__(data, initial={"issued_on": today, "due_on": due})
        dress(self)

    def plain(self) -> list[BoundField]:
        return [self[name] for name in self.field_order]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        issued, due = given.get("issued_on"), given.get("due_on")
        if issued and due and due < issued:
            self.add_error("due_on", gettext("It cannot be due before it was issued."))
        return given


class PaymentForm(forms.Form):
    """What was paid of an invoice, and when."""

    amount = money(_("Paid"), required=True)
    paid_on = forms.DateField(label=_("On which day"), widget=day())

    def __init__(self, data: Any, *, today: date, owed: Decimal) -> None:
        super().__init__(data, initial={"amount": owed, "paid_on": today})
        self.today, self.owed = today, owed
        dress(self)

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount > self.owed:
            raise forms.ValidationError(
                gettext("Only %(owed)s is open. Write what was paid of it."),
                params={"owed": self.owed},
            )
        return amount

    def clean_paid_on(self) -> date | None:
        return come(self.cleaned_data["paid_on"], today=self.today)
