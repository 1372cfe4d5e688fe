"""What a person may type about an experiment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.experiments.models import Experiment
from regulars.server.experiments.queries import Choice
from regulars.server.experiments.rules.arms import variants
from regulars.server.web.forms import day, dress

Outcome = Experiment.Outcome
OUTCOMES = [each for each in Outcome.choices if each[0] not in {Outcome.RATE, Outcome.AMOUNT}]
MARGIN = _("For revenue a share, such as 0.4. For purchases or buyers, money per one more.")


class _Costs(forms.Form):
    margin = forms.DecimalField(
        label=_("What one more unit brings"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=4,
        help_text=MARGIN,
    )
    fixed_cost = forms.DecimalField(
        label=_("Cost as a whole"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    cost_each = forms.DecimalField(
        label=_("Cost of each contact"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
    )

    def costs(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "margin": given["margin"],
            "fixed_cost": given["fixed_cost"] or Decimal(0),
            "cost_each": given["cost_each"] or Decimal(0),
        }


class CostsForm(_Costs):
    """What it cost, which is often known only afterwards."""

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        dress(self)


class PlanForm(_Costs):
    """A plan: which list, what is looked at, how long, who is left alone."""

    list = forms.ChoiceField(
        label=_("Which customers"),
        required=False,
        help_text=_("A segment that you see. Without one you may still try a size."),
    )
    size = forms.IntegerField(
        label=_("Or a list of so many customers"), required=False, min_value=2, max_value=10**8
    )
    name = forms.CharField(
        label=pgettext_lazy("experiment", "Name"), required=False, max_length=120
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("experiment", "What it is"), choices=Experiment.Kind.choices
    )
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=60,
        help_text=_("Those with one label are read together, such as “term deposit matures”."),
    )
    outcome = forms.ChoiceField(label=_("What shall change"), choices=OUTCOMES)
    share = forms.DecimalField(
        label=_("Left alone, per cent"),
        min_value=1,
        max_value=90,
        max_digits=4,
        decimal_places=1,
        initial=10,
    )
    variants = forms.CharField(
        label=_("Variants, one a line"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Empty: everybody who is not left alone gets the same."),
    )
    window_days = forms.IntegerField(
        label=_("Days that count for each customer"), min_value=1, max_value=730, initial=30
    )
    field_order = (
        *("list", "size", "outcome", "window_days", "share", "kind", "label", "name"),
        *("variants", "margin", "fixed_cost", "cost_each"),
    )

    def __init__(self, data: Any = None, *, lists: Sequence[Choice], **more: Any) -> None:
        super().__init__(data, **more)
        choices = [("", _("no list yet")), *((each.key, each.name) for each in lists)]
        self.fields["list"].choices = choices  # type: ignore[attr-defined]
        dress(self)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if "make" in self.data and not found.get("list"):
            self.add_error("list", _("Choose the list whose customers are drawn."))
        if "make" in self.data and not (found.get("name") or "").strip():
            self.add_error("name", _("Give the experiment a name."))
        if not found.get("list") and not found.get("size"):
            self.add_error("size", _("Choose a list, or say how many customers it has."))
        return found

    @property
    def share_alone(self) -> float:
        return float(self.cleaned_data["share"]) / 100

    def plan(self, *, starts_on: date) -> dict[str, Any]:
        """What `actions.Plan` takes."""
        given = self.cleaned_data
        names = [line.strip() for line in given["variants"].splitlines() if line.strip()]
        same = ("name", "kind", "label", "outcome", "window_days")
        return {
            **{name: given[name] for name in same},
            **self.costs(),
            "arms": variants(names, self.share_alone),
            "starts_on": starts_on,
        }


class ReviewForm(forms.Form):
    """What follows from an experiment, and why."""

    decision = forms.ChoiceField(
        label=_("What follows"), choices=Experiment.Decision.choices, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label=_("Why: what was learned, what is done otherwise"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        dress(self)


class BringForm(_Costs):
    """A finished experiment as a file, and what the file does not say."""

    file = forms.FileField(
        label=_("File"), help_text=_("CSV or Excel, a row for each customer.")
    )
    name = forms.CharField(label=pgettext_lazy("experiment", "Name"), max_length=120)
    kind = forms.ChoiceField(
        label=pgettext_lazy("experiment", "What it is"), choices=Experiment.Kind.choices
    )
    label = forms.CharField(label=_("Label"), required=False, max_length=60)
    id_column = forms.CharField(
        label=_("Column with the customer's number"),
        required=False,
        max_length=80,
        help_text=_("Empty: every row is a customer of its own."),
    )
    arm_column = forms.CharField(label=_("Column with the group"), max_length=80)
    control = forms.CharField(label=_("The group that was left alone"), max_length=80)
    outcome_column = forms.CharField(label=_("Column with the outcome"), max_length=80)
    before_column = forms.CharField(
        label=_("Column with the same figure before the start"),
        required=False,
        max_length=80,
        help_text=_(
            "It makes the interval narrower. Only what was known before may stand here."
        ),
    )
    starts_on = forms.DateField(label=_("First day"), widget=day())
    ends_on = forms.DateField(label=_("Last day"), widget=day())
    field_order = (
        *("file", "name", "kind", "label", "arm_column", "control", "outcome_column"),
        *("id_column", "before_column", "starts_on", "ends_on"),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        dress(self)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        first, last = found.get("starts_on"), found.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is not before the first."))
        return found


class HoldoutForm(forms.Form):
    """Which share is left out of all marketing, and for how long."""

    share = forms.DecimalField(
        label=_("Left out of all marketing, per cent"),
        min_value=Decimal("0.1"),
        max_value=5,
        max_digits=3,
        decimal_places=1,
        initial=2,
    )
    starts_on = forms.DateField(label=_("First day"), widget=day())
    days = forms.IntegerField(
        label=_("Days until others are drawn"), min_value=30, max_value=366, initial=365
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"starts_on": today})
        dress(self)

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        first = given["starts_on"]
        return {
            "share": float(given["share"]) / 100,
            "starts_on": first,
            "ends_on": first + timedelta(days=given["days"]),
        }
