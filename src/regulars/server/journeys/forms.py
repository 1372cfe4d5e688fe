"""What a person types about a journey: who enters, each kind of step, why it is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.journeys.queries.wording import WEEKDAYS
from regulars.server.journeys.rules import (
    LEAVE,
    Aim,
    Ask,
    Enter,
    Goal,
    How,
    Kind,
    Late,
    Route,
    Step,
    Until,
)
from regulars.server.web.forms import day, dress

Choices = Sequence[tuple[str, str]]
HOURS = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class NewForm(forms.Form):
    """A journey's name, and whom it is about."""

    name = forms.CharField(label=pgettext_lazy("journey", "Name"), max_length=80)
    name_en = forms.CharField(
        label=pgettext_lazy("journey", "Name in English"), max_length=80, required=False
    )
    segment = forms.ChoiceField(label=_("Who enters: a segment"), required=False)

    def __init__(
        self, data: Any = None, *, segments: Choices, shipped: str, **more: Any
    ) -> None:
        super().__init__(data, **more)
        empty = shipped or _("chosen later")
        _choose(self, "segment", [("", empty), *segments])
        dress(self)


class FrameForm(forms.Form):
    """Who enters, what is to be reached, who is left alone."""

    segment = forms.ChoiceField(label=_("Who enters: a segment"))
    how = forms.ChoiceField(
        label=pgettext_lazy("journey", "When"),
        choices=[
            (How.NOW.value, _("Who is in it when the journey starts")),
            (How.DAILY.value, _("Who is in it on any day")),
            (How.NEWLY.value, _("Who newly comes into it, day by day")),
        ],
    )
    again = forms.IntegerField(
        label=_("Again, days after it ended"), required=False, min_value=1, max_value=730,
        help_text=_("Empty: once ever."),
    )  # fmt: skip
    aim = forms.ChoiceField(
        label=_("Goal: reaching it takes a customer out"),
        required=False,
        choices=[
            (Aim.NONE.value, _("no goal")),
            (Aim.BOUGHT.value, _("They buy, or take up a product")),
            (Aim.SEGMENT.value, _("They are in a segment")),
        ],
    )
    aim_segment = forms.ChoiceField(label=_("The segment that is the goal"), required=False)
    window = forms.IntegerField(
        label=_("Days for which the goal counts"), min_value=1, max_value=730
    )
    holdout = forms.DecimalField(
        label=_("Left alone by lot, per cent"), min_value=0, max_value=50, max_digits=4,
        decimal_places=1,
        help_text=_("They enter, and nothing happens to them: only so does it show what the "
                    "journey is worth."),
    )  # fmt: skip
    late = forms.ChoiceField(
        label=_("After a long stop"),
        choices=[
            (Late.RESUME.value, _("Waits begin when the customer gets there")),
            (Late.CATCH_UP.value, _("Waits that are over are passed by")),
        ],
    )

    def __init__(self, data: Any = None, *, route: Route, segments: Choices) -> None:
        initial = {
            "segment": route.enter.segment, "how": route.enter.how.value,
            "again": route.enter.again, "aim": route.goal.aim.value,
            "aim_segment": route.goal.segment, "window": route.window,
            "holdout": Decimal(str(round(route.holdout * 100, 1))), "late": route.late.value,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        _choose(self, "segment", _with_gone(segments, route.enter.segment))
        _choose(self, "aim_segment", [("", "—"), *segments])
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("aim") == Aim.SEGMENT and not given.get("aim_segment"):
            self.add_error("aim_segment", _("Choose the segment that is the goal."))
        return given

    def told(self, route: Route) -> Route:
        """The route with what was typed around its steps."""
        given = self.cleaned_data
        aim = Aim(given["aim"])
        return Route(
            Enter(given["segment"], How(given["how"]), given["again"]),
            Goal(aim, given["aim_segment"] if aim is Aim.SEGMENT else ""),
            Late(given["late"]),
            float(given["holdout"]) / 100,
            given["window"],
            route.steps,
        )


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
                _choose(self, name, offered)
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
        ],
    )
    days = forms.IntegerField(
        label=pgettext_lazy("wait", "Days"), required=False, min_value=0, max_value=730,
        help_text=_("For so many days, and for days before a date."),
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
        ],
    )
    segment = forms.ChoiceField(label=_("Which segment"), required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("ask") == Ask.SEGMENT and not given.get("segment"):
            self.add_error("segment", _("Choose the segment that is asked about."))
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


class MovesForm(forms.Form):
    """Where customers at steps that are gone go on."""

    def __init__(
        self, data: Any = None, *, gone: Sequence[tuple[str, str]], targets: Choices, moves: Any
    ) -> None:
        super().__init__(data)
        offered = [(LEAVE, _("they leave the journey")), *targets]
        for step, label in gone:
            self.fields[step] = forms.ChoiceField(
                label=label, choices=offered, initial=moves.get(step)
            )
        dress(self)


class WhyForm(forms.Form):
    """A reason that others read."""

    why = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


def _choose(form: forms.Form, name: str, offered: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = offered


def _with_gone(segments: Choices, chosen: str) -> list[tuple[str, str]]:
    """Some segments, without a choice where the one that was chosen is not there any more."""
    known = {key for key, _name in segments}
    head = [("", "—")] if chosen not in known else []
    return [*head, *segments]
