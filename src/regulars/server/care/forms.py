"""What a person may type about a contact."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from regulars.server.care.models import Card
from regulars.server.channels.models import Touch

YEAR = timedelta(days=365)


class ContactForm(forms.Form):
    """One contact, in full."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=Touch.Channel.choices, widget=forms.RadioSelect
    )
    service = forms.BooleanField(
        label=_("Service only, nothing was offered: it does not count in the caps"),
        required=False,
    )
    inbound = forms.BooleanField(label=_("The customer came to us"), required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Touch.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    need = forms.CharField(label=_("Need"), required=False, max_length=300)
    key_concern = forms.CharField(
        label=_("Key concern"),
        required=False,
        max_length=300,
        help_text=_("What decides a purchase; it stays on the file."),
    )
    # The same form sent twice is one contact.
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    next_step = forms.CharField(label=_("Next step"), required=False, max_length=300)
    next_on = forms.DateField(
        label=_("On which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        day = self.fields["next_on"].widget
        for name in ("note", "need", "key_concern", "next_step", "next_on"):
            self.fields[name].widget.attrs["class"] = "ctl"
        day.attrs |= {"min": today.isoformat(), "max": (today + YEAR).isoformat()}

    def clean_next_on(self) -> date | None:
        day: date | None = self.cleaned_data["next_on"]
        if day is not None and not self.today <= day <= self.today + YEAR:
            raise ValidationError(_("Choose a day from today on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("next_on") and not found.get("next_step"):
            self.add_error("next_step", _("Write what is to happen on that day."))
        if "key_concern" not in self.data:  # not asked is not the same as emptied
            found["key_concern"] = None
        return found


class SnoozeForm(forms.Form):
    """Put a card off until a day, for a reason."""

    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.ChoiceField(label=_("Why"), choices=Card.SnoozeReason.choices)
