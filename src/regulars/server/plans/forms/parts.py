"""Goals and steps: new ones, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.plans.models import Goal, Step
from regulars.server.plans.queries.wording import BONDS, STRANDS, measure
from regulars.server.plans.rules import strands_for
from regulars.server.web.forms import day, dress


class GoalForm(forms.Form):
    """Where a plan goes."""

    text = forms.CharField(
        label=_("What is to be reached"),
        max_length=300,
        help_text=_("Such as “win back the deposits that went to another bank”."),
    )
    measure = forms.ChoiceField(label=_("Measured by"))
    target = forms.DecimalField(
        label=_("Target"), max_digits=18, decimal_places=2,
        help_text=_("Money in whole units of the company's currency; of a bond 1, 2 or 3."),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("Unit, where it is counted by hand"), max_length=20, required=False
    )
    start = forms.DecimalField(
        label=_("Where it stands today, where it is counted by hand"),
        max_digits=18,
        decimal_places=2,
        required=False,
    )
    by_on = forms.DateField(label=_("By when"), widget=day())

    def __init__(self, data: Any = None, *, known: Mapping[str, Decimal], today: date) -> None:
        super().__init__(data)
        self.known = known
        # A figure that nobody has would never be seen to be reached.
        self.fields["measure"].choices = _measures(known)  # type: ignore[attr-defined]  # a ChoiceField has choices
        self.fields["by_on"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()
        dress(self)

    def told(self) -> dict[str, Any]:
        """What `actions.add_goal` takes; where the house measures, it says the start."""
        given = dict(self.cleaned_data)
        if given["measure"] != Goal.Measure.OWN:
            given["start"] = self.known.get(given["measure"])
        return given


class GoalStandsForm(forms.Form):
    """Where a goal stands, or what became of it."""

    do = forms.ChoiceField(
        label=_("What became of it"), widget=forms.RadioSelect, required=False
    )
    reading = forms.DecimalField(
        label=_("Where it stands today"), max_digits=18, decimal_places=2, required=False
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, goal: Goal) -> None:
        super().__init__(data, initial={"reading": goal.reading})
        ended = [(state.value, state.label) for state in Goal.State if state != "open"]
        self.fields["do"].choices = [("", _("It goes on")), *ended]  # type: ignore[attr-defined]  # a ChoiceField has choices
        if goal.measure != Goal.Measure.OWN:
            del self.fields["reading"]
        dress(self)


class StepForm(forms.Form):
    """Something to be done."""

    text = forms.CharField(
        label=_("What is to be done"),
        max_length=300,
        help_text=_("Such as “visit together with the branch's head”."),
    )
    due_on = forms.DateField(label=_("Until when"), widget=day())
    who = forms.ModelChoiceField(
        label=_("Who does it"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Whoever looks after the customer"),
    )
    builds = forms.ChoiceField(
        label=_("Which bond it is to make"),
        required=False,
        help_text=_("Where the step is one towards a stronger bond."),
    )

    def __init__(
        self, data: Any = None, *, people: Any, kind: str, today: date, builds: str = ""
    ) -> None:
        super().__init__(data, initial={"builds": builds})
        self.fields["who"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField has one
        self.fields["builds"].choices = _strands(kind)  # type: ignore[attr-defined]  # a ChoiceField has choices
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()
        dress(self)


class StepStandsForm(forms.Form):
    """What became of a step."""

    DONE, MOVED, DROPPED = "done", "moved", "dropped"
    do = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (DONE, _("It is done")), (MOVED, _("Another day")), (DROPPED, _("It is dropped")),
        ],
        widget=forms.RadioSelect,
        initial=DONE,
    )  # fmt: skip
    on = forms.DateField(
        label=_("On which day"),
        required=False,
        widget=day(),
        help_text=_("When it was done, or the new day."),
    )
    outcome = forms.CharField(
        label=_("What came of it, or why it is dropped"), max_length=300, required=False
    )

    def __init__(self, data: Any = None, *, step: Step, today: date) -> None:
        super().__init__(data, initial={"on": today})
        dress(self)


def _measures(known: Mapping[str, Decimal]) -> list[tuple[str, str]]:
    by_hand = (Goal.Measure.BOND, Goal.Measure.OWN)
    return [
        (code, measure(code))
        for code in Goal.Measure.values
        if code in known or code in by_hand
    ]


def _strands(kind: str) -> Iterable[tuple[Any, Any]]:
    fitting = strands_for(kind)
    groups = {
        bond: [(each.code, STRANDS[each.code]) for each in fitting if each.bond == bond]
        for bond in BONDS
    }
    named = [(BONDS[bond], strands) for bond, strands in groups.items()]
    return [("", _("No bond in particular")), *named]
