"""The strategy for a key customer: phase, people, obstacles."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person
from regulars.server.opportunities.models import Obstacle, Stance, Strategy
from regulars.server.web.forms import day, dress

INFLUENCE = (
    (3, pgettext_lazy("influence", "Decides")),
    (2, pgettext_lazy("influence", "Has a say")),
    (1, pgettext_lazy("influence", "Little")),
)


class StrategyForm(forms.Form):
    """Where we stand."""

    phase = forms.ChoiceField(
        label=_("Phase"), choices=Strategy.Phase.choices, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label=_("Why the customer stands there"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    rivals = forms.CharField(label=_("Rivals there"), max_length=200, required=False)
    strengths = forms.CharField(label=_("What speaks for us"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, known: Strategy | None) -> None:
        names = ("phase", "why", "rivals", "strengths")
        super().__init__(
            data, initial={name: getattr(known, name) for name in names} if known else {}
        )
        dress(self)


class StanceForm(forms.Form):
    """What a contact person means for the plan."""

    influence = forms.TypedChoiceField(
        label=_("Influence"), choices=INFLUENCE, coerce=int, widget=forms.RadioSelect
    )
    wants = forms.CharField(label=_("What they want"), max_length=200, required=False)
    keeper = forms.ModelChoiceField(
        label=_("Who of us keeps in touch"), queryset=Person.objects.none(), required=False,
        empty_label=_("Whoever looks after the customer"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, known: Stance | None, people: Any) -> None:
        names = ("influence", "wants", "keeper_id")
        super().__init__(
            data,
            initial={name.removesuffix("_id"): getattr(known, name) for name in names}
            if known
            else {},
        )
        self.fields["keeper"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField has one
        dress(self)


class ObstacleForm(forms.Form):
    """What stands in the way, and the move against it."""

    text = forms.CharField(label=_("What stands in the way"), max_length=300)
    move = forms.CharField(
        label=_("The next move against it"), max_length=300, required=False,
        help_text=_("It becomes a step of the plan and stands on Today when its day comes."),
    )  # fmt: skip
    due_on = forms.DateField(label=_("Until when"), required=False, widget=day())
    who = forms.ModelChoiceField(
        label=_("Who does it"), queryset=Person.objects.none(), required=False,
        empty_label=_("Whoever looks after the customer"),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, people: Any, today: date) -> None:
        super().__init__(data)
        self.fields["who"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField has one
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()
        dress(self)


class DealtForm(forms.Form):
    """What became of an obstacle."""

    state = forms.ChoiceField(
        label=_("What became of it"),
        choices=[
            (each.value, each.label)
            for each in (Obstacle.State.OVERCOME, Obstacle.State.ACCEPTED)
        ],
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(label=_("How"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
