"""What a person types about one step; each kind of step has a form of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.journeys.queries.wording import OWN_DAYS, WEEKDAYS
from regulars.server.journeys.rules import OF_CUSTOMER, Ask, Kind, Step, Until
from regulars.server.web.forms import day, dress

Choices = Sequence[tuple[str, str]]
HOURS = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class StepForm(forms.Form):
    """One step; each kind has a form of its own."""

    KIND = Kind.EXIT

    def __init__(
        self, data: Any = None, *, step: Step | None, choices: dict[str, Choices]
    ) -> None:
        found = asdict(step) if step else {}
        super().__init__(data, initial=found or None)
        for name, offered in choices.items():
            if name in self.fields:
                choose(self, name, offered)
        dress(self)

    def told(self, key: str) -> Step:
        """The step as it was typed."""
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        if "hour" in given:
            given["hour"] = given["hour"].strftime("%H:%M") if given["hour"] else ""
        if "on" in given:
            given["on"] = given["on"].isoformat() if given["on"] else ""
        if "until" in given:
            given["until"] = Until(given["until"])
        if "ask" in given:
            given["ask"] = Ask(given["ask"])
        if "weekday" in given:
            given["weekday"] = int(given["weekday"] or 0)
        return Step(key, self.KIND, **given)


class WaitForm(StepForm):
    KIND = Kind.WAIT
    until = forms.ChoiceField(
        label=pgettext_lazy("journey", "Until when"),
        choices=[
            (Until.DAYS.value, _("So many days")),
            (Until.HOUR.value, _("The next time of day")),
            (Until.WEEKDAY.value, _("A day of the week")),
            (Until.DATE.value, _("Days before a date")),
            (Until.BIRTHDAY.value, _("The customer's next birthday")),
            (Until.MATURITY.value, _("The next maturity of what they hold")),
            (Until.CONTRACT.value, _("The end of what was agreed with them")),
        ],
        help_text=_(
            "A day of the customer is the next one whose moment is still to come; it is looked "
            "up anew each day. Who has none goes on at once: to lead them another way, ask "
            "before it whether they have one."
        ),
    )
    days = forms.IntegerField(
        label=pgettext_lazy("wait", "Days"), required=False, min_value=0, max_value=730,
        help_text=_("For so many days, and for days before or after a day."),
    )  # fmt: skip
    after = forms.TypedChoiceField(
        label=_("Before or after it"), required=False, coerce=lambda told: told == "True",
        choices=[("False", _("days before")), ("True", _("days after"))],
        help_text=_("Counts only for a day of the customer."),
    )  # fmt: skip
    weekday = forms.ChoiceField(
        label=_("Day of the week"), required=False,
        choices=[(str(n), name) for n, name in enumerate(WEEKDAYS)],
        help_text=_("Counts only for a day of the week."),
    )  # fmt: skip
    on = forms.DateField(label=_("The date"), required=False, widget=day())
    hour = forms.TimeField(
        label=_("At what time"), required=False, widget=HOURS,
        help_text=_("Empty: as it comes. A date counts from 9:00."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        needed = {"days": "days", "hour": "hour", "date": "on"}.get(str(given.get("until")))
        if needed and needed not in self.errors and not given.get(needed):
            self.add_error(needed, _("This is needed here."))
        given["after"] = given.get("after") is True and given.get("until") in OF_CUSTOMER
        return given


class SendForm(StepForm):
    KIND = Kind.SEND
    message = forms.ChoiceField(label=_("Which message"))
    days = forms.IntegerField(
        label=_("May go out for so many days"), min_value=1, max_value=60, initial=2,
        help_text=_("After a stop it is not sent any more once these are over."),
    )  # fmt: skip


class TaskForm(StepForm):
    KIND = Kind.TASK
    text = forms.CharField(label=_("What the manager is to do"), max_length=200)
    script = forms.CharField(
        label=_("How to say it, after the name"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Days for which its result is waited for"), min_value=1, max_value=90, initial=7
    )


class BranchForm(StepForm):
    KIND = Kind.BRANCH
    ask = forms.ChoiceField(
        label=_("What is asked"),
        choices=[
            (Ask.ANSWERED.value, _("Have they spoken with us since they entered?")),
            (Ask.BOUGHT.value, _("Have they bought since they entered?")),
            (Ask.ARRIVED.value, _("Did the last message arrive?")),
            (Ask.SEGMENT.value, _("Are they in a segment now?")),
            (Ask.DAY.value, _("Is a day of theirs known, and ahead?")),
        ],
    )
    segment = forms.ChoiceField(label=_("Which segment"), required=False)
    until = forms.ChoiceField(
        label=_("Which day of theirs"), required=False,
        choices=[(each.value, OWN_DAYS[each]) for each in OWN_DAYS],
        help_text=_("Counts only where a day is asked about."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("ask") == Ask.SEGMENT and not given.get("segment"):
            self.add_error("segment", _("Choose the segment that is asked about."))
        asked = given.get("until") or Until.BIRTHDAY.value
        given["until"] = asked if given.get("ask") == Ask.DAY else None
        return given


class RepeatForm(StepForm):
    KIND = Kind.REPEAT
    to = forms.ChoiceField(label=_("Back to which step"))
    times = forms.IntegerField(
        label=pgettext_lazy("journey", "How often"), min_value=1, max_value=12, initial=1
    )


class ExitForm(StepForm):
    KIND = Kind.EXIT
    text = forms.CharField(label=_("Why it ends here"), max_length=200, required=False)


FORMS: dict[Kind, type[StepForm]] = {
    each.KIND: each for each in (WaitForm, SendForm, TaskForm, BranchForm, RepeatForm, ExitForm)
}


def choose(form: forms.Form, name: str, offered: Any) -> None:
    """Offer these choices in a field."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = offered
