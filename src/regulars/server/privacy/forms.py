"""What a person asks, as somebody here writes it down, and what is answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.core.retention import DataClass
from regulars.server.privacy.models import Request


class AskForm(forms.Form):
    """A request, opened by whoever heard it."""

    kind = forms.ChoiceField(
        label=_("What do they ask for?"),
        choices=Request.Kind.choices,
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(
        label=_("Asked on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    words = forms.CharField(
        label=_("In their words"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"received_on": today})
        self.today = today

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > self.today:
            raise forms.ValidationError(
                gettext("%(day)s has not come yet. Write the day on which they asked."),
                params={"day": day},
            )
        return day


class AnswerForm(forms.Form):
    """How the person proved who they are, and what they are told."""

    act = forms.ChoiceField(
        choices=[(each, each) for each in ("do", "refuse", "withdraw")],
        widget=forms.HiddenInput,
    )
    proof = forms.ChoiceField(
        label=_("How did they prove who they are?"),
        choices=[("", _("choose …")), *Request.Proof.choices],
        required=False,
    )
    answer = forms.CharField(
        label=_("What they are told"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PeriodForm(forms.Form):
    """How long a class of data is kept."""

    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=0,
        max_value=36_500,
        help_text=_("Empty: as long as the customer is kept."),
    )
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, data: Any, *, known: DataClass, days: int | None) -> None:
        super().__init__(data, initial={"days": days})
        self.known = known
