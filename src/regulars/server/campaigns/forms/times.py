"""When a campaign runs, who does what until when, and what it may cost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.campaigns.actions import PhaseTold
from regulars.server.campaigns.models import Campaign
from regulars.server.core.models import Person
from regulars.server.experiments.forms import MARGIN
from regulars.server.web.forms import day, dress

WAVES, PHASES = 4, 4
MONEY: dict[str, Any] = {
    "required": False,
    "min_value": 0,
    "max_digits": 14,
    "decimal_places": 2,
}


class WhenForm(forms.Form):
    """Days, up to four waves, up to four phases, and money."""

    starts_on = forms.DateField(label=_("First day"), required=False, widget=day())
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=day())
    budget = forms.DecimalField(label=pgettext_lazy("campaign", "Budget"), **MONEY)
    fixed_cost = forms.DecimalField(
        label=_("Cost as a whole"), **MONEY,
        help_text=_("What it costs however many people it reaches: printing, a stand."),
    )  # fmt: skip
    cost_each = forms.DecimalField(
        label=_("Cost of each person"), **MONEY,
        help_text=_("Beside messages, which are counted by themselves: a coupon, a call."),
    )  # fmt: skip
    margin = forms.DecimalField(
        label=_("What one more unit brings"), required=False, min_value=0, max_digits=12,
        decimal_places=4, help_text=MARGIN,
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, campaign: Campaign, owners: QuerySet[Person]
    ) -> None:
        super().__init__(data, initial=_first(campaign))
        self.english = dict(campaign.phases.values_list("name", "name_en"))
        for n in range(1, WAVES + 1):
            self.fields[f"on{n}"] = forms.DateField(
                label=_("Day"), required=False, widget=day()
            )
            self.fields[f"percent{n}"] = forms.IntegerField(
                label=_("Per cent"), required=False, min_value=1, max_value=100
            )
        for n in range(1, PHASES + 1):
            self.fields[f"phase{n}"] = forms.CharField(
                label=pgettext_lazy("campaign", "Phase"), required=False, max_length=80
            )
            self.fields[f"who{n}"] = forms.ModelChoiceField(
                label=pgettext_lazy("campaign", "Who"),
                required=False,
                queryset=owners,
                empty_label=_("nobody yet"),
            )
            for name, label in (
                ("from", pgettext_lazy("campaign", "From")),
                ("until", pgettext_lazy("campaign", "Until")),
            ):
                self.fields[f"{name}{n}"] = forms.DateField(
                    label=label, required=False, widget=day()
                )
        dress(self)

    def plain(self) -> list[Any]:
        return [self[name] for name in ("starts_on", "ends_on")]

    def money(self) -> list[Any]:
        return [self[name] for name in ("budget", "fixed_cost", "cost_each", "margin")]

    def wave_rows(self) -> list[dict[str, Any]]:
        return [
            {"n": n, "on": self[f"on{n}"], "percent": self[f"percent{n}"]}
            for n in range(1, WAVES + 1)
        ]

    def phase_rows(self) -> list[dict[str, Any]]:
        names = ("phase", "who", "from", "until")
        return [
            {"n": n, "fields": [self[f"{name}{n}"] for name in names]}
            for n in range(1, PHASES + 1)
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for n in range(1, WAVES + 1):
            if bool(found.get(f"on{n}")) != bool(found.get(f"percent{n}")):
                self.add_error(f"on{n}", _("A wave needs a day and a share."))
        for n in range(1, PHASES + 1):
            days = found.get(f"from{n}"), found.get(f"until{n}")
            if found.get(f"phase{n}") and not all(days):
                self.add_error(f"until{n}", _("A phase needs its first and its last day."))
        return found

    def told(self) -> dict[str, Any]:
        """What `actions.change` takes."""
        given = self.cleaned_data
        same = {name: given[name] for name in ("starts_on", "ends_on", "budget", "margin")}
        return same | {name: given[name] or Decimal(0) for name in ("fixed_cost", "cost_each")}

    def waves(self) -> list[tuple[date, int]]:
        given = self.cleaned_data
        return [
            (given[f"on{n}"], given[f"percent{n}"])
            for n in range(1, WAVES + 1)
            if given.get(f"on{n}") and given.get(f"percent{n}")
        ]

    def phases(self) -> list[PhaseTold]:
        given = self.cleaned_data
        return [
            PhaseTold(
                given[f"phase{n}"],
                given[f"from{n}"],
                given[f"until{n}"],
                given[f"who{n}"],
                self.english.get(given[f"phase{n}"], ""),
            )
            for n in range(1, PHASES + 1)
            if given.get(f"phase{n}")
        ]


def _first(campaign: Campaign) -> dict[str, Any]:
    first: dict[str, Any] = {
        name: getattr(campaign, name)
        for name in ("starts_on", "ends_on", "budget", "fixed_cost", "cost_each", "margin")
    }
    for wave in campaign.waves.order_by("number"):
        first |= {f"on{wave.number}": wave.on, f"percent{wave.number}": wave.percent}
    for phase in campaign.phases.order_by("position"):
        n = phase.position
        first |= {
            f"phase{n}": phase.name, f"who{n}": phase.owner, f"from{n}": phase.begins_on,
            f"until{n}": phase.ends_on,
        }  # fmt: skip
    return first
