"""The plan itself: aim, asked for, begun, reviewed, given up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.plans.models import Review
from regulars.server.web.forms import day, dress


class AimForm(forms.Form):
    """Why there is a plan."""

    aim = forms.CharField(
        label=_("What the customer needs, and what we want"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Two or three sentences, such as “Owner retires in two years and looks for a "
            "successor; we want to be the bank of both generations.”"
        ),
    )

    def __init__(self, data: Any = None, *, aim: str = "") -> None:
        super().__init__(data, initial={"aim": aim})
        dress(self)


class AskForm(forms.Form):
    """Who leads asks for a plan."""

    words = forms.CharField(
        label=_("What it should be about"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(label=_("Until when"), required=False, widget=day())

    def __init__(self, data: Any = None, *, until: date, today: date) -> None:
        super().__init__(data, initial={"until": until})
        self.fields["until"].widget.attrs["min"] = today.isoformat()
        dress(self)


class BeginForm(forms.Form):
    """From when on a plan is looked at again."""

    review_on = forms.DateField(label=_("First review on"), required=False, widget=day())

    def __init__(self, data: Any = None, *, review_on: date, today: date) -> None:
        super().__init__(data, initial={"review_on": review_on})
        self.fields["review_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()
        dress(self)


class GiveUpForm(forms.Form):
    """Why a plan will not be followed."""

    reason = forms.CharField(
        label=_("Why it is given up"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class ReviewForm(forms.Form):
    """What was learned, and how the plan goes on."""

    learned = forms.CharField(
        label=_("What was learned"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What worked, what did not, what has changed for the customer."),
    )
    verdict = forms.ChoiceField(
        label=_("How it goes on"), choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    next_on = forms.DateField(
        label=_("Next review on"),
        required=False,
        widget=day(),
        help_text=_("Not needed where the plan is closed."),
    )

    def __init__(self, data: Any = None, *, next_on: date, today: date) -> None:
        super().__init__(data, initial={"next_on": next_on})
        self.fields["next_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()
        dress(self)
