"""A plan with a partner organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.trade.models import JointPlan
from regulars.server.web.forms import day, dress


class PlanForm(forms.Form):
    """The aim, who leads, the next step and its day."""

    partner = forms.ModelChoiceField(
        Customer.objects.none(), label=_("With which partner"), empty_label=None
    )
    aim = forms.CharField(
        label=_("What both want to reach"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200)
    next_on = forms.DateField(
        label=_("On which day"),
        widget=day(),
        help_text=_("On that day it stands on the list of today."),
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Who leads it"),
        required=False,
        empty_label=_("Whoever looks after the customer"),
    )

    def __init__(
        self,
        data: Any,
        *,
        customer: Customer,
        partners: Sequence[Customer],
        viewer: Person,
        today: date,
        known: JointPlan | None = None,
    ) -> None:
        names = ("aim", "next_step", "next_on", "owner")
        shown = {name: getattr(known, name) for name in names} if known else {}
        super().__init__(data, initial=shown)
        self.today, self.known = today, known
        people = [customer.book.owner_id, customer.book.backup_id, viewer.pk]
        people += [known.owner_id] if known else []
        ids = [pk for pk in people if pk is not None]
        self._offer("owner", Person.objects.filter(pk__in=ids).order_by("pk"))
        if known is None:
            tied = Customer.objects.filter(pk__in=[each.pk for each in partners])
            self._offer("partner", tied.order_by("name", "pk"))
        else:
            del self.fields["partner"]
        dress(self)

    def clean_next_on(self) -> date:
        on: date = self.cleaned_data["next_on"]
        if on < self.today and (self.known is None or on != self.known.next_on):
            raise forms.ValidationError(
                gettext("%(day)s is over. Write today or a day to come."), params={"day": on}
            )
        return on

    def _offer(self, name: str, found: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = found


class ResultForm(forms.Form):
    """What came of a plan."""

    result = forms.CharField(
        label=_("What came of it"),
        max_length=300,
        help_text=_("One sentence: what was reached, or why it ended."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
