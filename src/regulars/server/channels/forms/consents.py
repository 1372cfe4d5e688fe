"""What a person writes down after a customer said yes or no."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Consent
from regulars.server.web.forms import come, day, dress

# How somebody in the branch may have heard it; other sources are written by the system.
HEARD = ("call", "branch", "form", "wecom", "email", "reply", "sale")


def _day(**more: Any) -> forms.DateField:
    return forms.DateField(
        required=False,
        widget=day(),
        **more,
    )


class SayForm(forms.Form):
    """One word of the customer; the button that is pressed says which."""

    said = forms.ChoiceField(choices=Consent.Said.choices, widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=_("How the customer said it"),
        choices=[(one, Consent.Source(one).label) for one in HEARD],
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=300,
        required=False,
        help_text=_("Number of the form, recording or message. A yes needs it."),
    )
    said_on = _day(label=_("Said on"), help_text=_("Left empty: now."))
    until = _day(label=_("Counts until"), help_text=_("Left empty: until it is taken back."))

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        dress(self)

    def clean_said_on(self) -> date | None:
        return come(self.cleaned_data["said_on"], today=self.today)

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        if day and day <= self.today:
            raise forms.ValidationError(gettext("Take a day to come, or leave it empty."))
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("said") == Consent.Said.GIVEN and not given.get("evidence", "").strip():
            self.add_error("evidence", gettext("Say where the proof of this yes lies."))
        return given


class StopsForm(forms.Form):
    """What stops contacts altogether."""

    do_not_contact = forms.BooleanField(label=_("Wants no contact at all"), required=False)
    no_profiling = forms.BooleanField(
        label=_("Wants no scores and no lists made from them"), required=False
    )
    deceased_on = _day(label=_("Died on"))
    legal_block = forms.CharField(
        label=_("Legal block, and why"),
        max_length=200,
        required=False,
        help_text=_("A court order, an erasure under way. Empty: none."),
    )
    reason = forms.CharField(
        label=_("How we know"), max_length=200, help_text=_("It stands in the audit trail.")
    )

    def __init__(self, data: Any = None, *, initial: Any, today: date, may_block: bool) -> None:
        super().__init__(data, initial=initial)
        self.today = today
        if not may_block:
            del self.fields["legal_block"]
        dress(self)

    def clean_deceased_on(self) -> date | None:
        return come(self.cleaned_data["deceased_on"], today=self.today)
