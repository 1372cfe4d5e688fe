"""What a person types to propose self-service for a customer, or to judge a proposal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.standards.rules.checks import LONGEST_SHIFT
from regulars.server.web.forms import dress

USUAL = timedelta(days=182)  # looked at again after half a year


class ProposeForm(forms.Form):
    """Why, and when it is looked at again."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In words that the customer could read: what costs, and what would help."),
    )
    review_on = forms.DateField(
        label=_("Looked at again on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("On that day it ends by itself; at most a year from now."),
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"review_on": today + USUAL})
        self.today = today
        dress(self)

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if not self.today < day <= self.today + LONGEST_SHIFT:
            raise forms.ValidationError(
                gettext("Choose a day after today and within a year, not %(day)s."),
                params={"day": day},
            )
        return day


class ReviewForm(forms.Form):
    """What the second person says."""

    answer = forms.CharField(
        label=_("What you looked at, and why you decide so"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        dress(self)
