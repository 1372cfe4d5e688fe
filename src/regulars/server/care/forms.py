"""What a person may type about a contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from regulars.server.care.models import Card
from regulars.server.channels.models import Touch
from regulars.server.core.models import Person

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


class HelpForm(forms.Form):
    """Whose list cards go on, and for how long a stranger to the book may see it."""

    to = forms.ChoiceField(label=_("Goes to"))
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=92,
        initial=5,
        help_text=_("Who does not see this book yet sees it for so many days."),
    )

    def __init__(self, *args: Any, helpers: Iterable[Person], viewer: Person, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helpers = {person.public_id: person for person in helpers}
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [
            (key, _("myself") if person == viewer else str(person))
            for key, person in self.helpers.items()
        ]
        for field in self.fields.values():
            field.widget.attrs["class"] = "ctl"

    def clean_to(self) -> Person:
        return self.helpers[self.cleaned_data["to"]]


class CapacityForm(forms.Form):
    """What somebody's days hold in a span: less in a training, nothing while away."""

    first_on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until something else is said."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes a day for cards"),
        min_value=0,
        max_value=960,
        help_text=_("0 while away."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=120, help_text=_("Absence, training, other work.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "ctl"
