"""What a person may type about a contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from regulars.server.care.forms.questions import Asked, QuestionPart
from regulars.server.care.forms.steps import StepPart
from regulars.server.care.models import Card, Task
from regulars.server.channels.models import NEXT_STEPS, Touch
from regulars.server.channels.rules import DAYS_UNTIL, Step
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.promises.forms import PromisePart
from regulars.server.web.forms import day as day_input
from regulars.server.web.forms import dress

YEAR = timedelta(days=365)
# Next steps that one tap chooses; their day is counted from today in working days.
STEPS = (Step.CALL_TOMORROW, Step.CALL_3, Step.MESSAGE, Step.MEET, Step.OFFER, Step.MONTH)


class BesidePart(forms.Form):
    """Who came along, of those who answer for the customer."""

    beside = forms.ModelChoiceField(
        label=_("Who comes along"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Nobody comes along"),
        to_field_name="public_id",
        help_text=_("A visit made together counts for both in the service standard."),
    )

    def may_come(self, people: QuerySet[Person] | None) -> None:
        field = self.fields["beside"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people if people is not None else Person.objects.none()


class ContactForm(QuestionPart, StepPart, BesidePart, PromisePart):
    """One contact, in full: what it was about, what was said, what is needed, what follows."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=Touch.Channel.choices, widget=forms.RadioSelect
    )
    service = forms.BooleanField(
        label=_("Service only, nothing was offered: it does not count in the caps"),
        required=False,
    )
    inbound = forms.BooleanField(label=_("The customer came to us"), required=False)
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Touch.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it: the open reasons follow it.")},
    )
    topic = forms.ChoiceField(
        label=_("What it was about"),
        choices=Touch.Topic.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What was said"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
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
    step = forms.ChoiceField(
        label=_("Next step"),
        required=False,
        choices=[("", _("None")), *((step.value, NEXT_STEPS[step]) for step in STEPS)],
        widget=forms.RadioSelect,
    )
    next_step = forms.CharField(label=_("Or in your own words"), required=False, max_length=300)
    next_on = forms.DateField(
        label=_("On which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        *args: Any,
        at: datetime,
        asked: Iterable[Asked] = (),
        steps: Iterable[Task] = (),
        people: QuerySet[Person] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ask(asked)
        self.offer(steps)
        self.may_come(people)
        self.moment, today = at, core.local_date(at)
        self.today = today
        day = self.fields["next_on"].widget
        dress(self)
        self.fields["promise_on"].widget.attrs["min"] = today.isoformat()
        day.attrs |= {"min": today.isoformat(), "max": (today + YEAR).isoformat()}

    def clean_next_on(self) -> date | None:
        day: date | None = self.cleaned_data["next_on"]
        if day is not None and not self.today <= day <= self.today + YEAR:
            raise ValidationError(_("Choose a day from today on, within a year."))
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        self.given = self.answered()
        self._take_step(found)
        if found.get("next_on") and not found.get("next_step"):
            self.add_error("next_step", _("Write what is to happen on that day."))
        if "key_concern" not in self.data:  # not asked is not the same as emptied
            found["key_concern"] = None
        return found

    def _take_step(self, found: dict[str, Any]) -> None:
        """A step by one tap brings its day along; own words and an own day go before."""
        step = found.pop("step", "")
        if not step or found.get("next_step"):
            return
        found["next_step"] = step
        days = DAYS_UNTIL[Step(step)]
        if days is not None and not found.get("next_on"):
            found["next_on"] = core.work_calendar().add_workdays(self.today, days)

    def told(self) -> dict[str, Any]:
        """What `actions.record_contact` takes."""
        undone = self.undone()
        promise = ("promise", "promise_on", "promise_at")
        given = {name: v for name, v in self.cleaned_data.items() if name not in promise}
        more = {"promise": self.promised(), "answers": self.given, "undone": undone}
        return given | more


class PromiseLine(PromisePart):
    """A promise in one line, on the bar that says what was recorded."""

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.moment = at
        self.fields.pop("promise_at")
        self.fields["promise"].required = self.fields["promise_on"].required = True
        self.fields["promise"].widget.attrs["placeholder"] = _("such as: send the quote")
        self.fields["promise_on"].widget.attrs["min"] = core.local_date(at).isoformat()
        dress(self)


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
            (key, _("Myself") if person == viewer else str(person))
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


class VisitForm(BesidePart):
    """When and where somebody is visited, and what for."""

    day = forms.DateField(label=_("On which day"), widget=day_input())
    hour = forms.TimeField(
        label=_("Hour"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    topic = forms.ChoiceField(
        label=_("What it is about"), choices=Touch.Topic.choices, widget=forms.RadioSelect
    )
    aim = forms.CharField(
        label=_("What is to come of it"),
        required=False,
        max_length=200,
        help_text=_("Such as “know who decides” or “sign the renewal”."),
    )
    place = forms.CharField(
        label=_("Place"),
        required=False,
        max_length=200,
        help_text=_("Empty: at the customer's address."),
    )
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, today: date, people: QuerySet[Person] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.may_come(people)
        dress(self)
        limits = {"min": today.isoformat(), "max": (today + YEAR).isoformat()}
        self.fields["day"].widget.attrs |= limits

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and not self.today <= day <= self.today + YEAR:
            raise ValidationError(_("Choose a day from today on, within a year."))
        return day


class CheckInForm(forms.Form):
    """The moment of a click without a network, and where it was, if the person says so."""

    clicked_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    latitude = forms.DecimalField(required=False, widget=forms.HiddenInput)
    longitude = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def told(self) -> dict[str, Any]:
        """What `actions.check_in` takes; what cannot be read counts as not said."""
        if not self.is_valid():
            return {}
        given = self.cleaned_data
        here = given["latitude"], given["longitude"]
        return {
            "clicked_at": given["clicked_at"],
            "position": here if None not in here else None,
        }
