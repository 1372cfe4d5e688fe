"""What a person may type about the programme, its rules, its levels, and a member's points."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person
from regulars.server.loyalty.models import Currency, EarningRule, Programme, Wish
from regulars.server.loyalty.rules import Level
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment
from regulars.server.web.forms import come, dress

LEVELS = 5
ABOUT = ("products", "categories", "channels", "kinds")
BY_HAND = [(kind.value, kind.label) for kind in Wish.Kind if kind != Wish.Kind.LEAVE]
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ProgrammeForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """The whole programme: its name, what a point costs, who joins, who approves."""

    class Meta:
        model = Programme
        fields = (
            *("name", "name_en", "prefix", "began_on", "unit_cost", "assumed_breakage"),
            *("approval_from", "grace_days", "notice_days", "joining", "segment"),
        )
        labels = {
            "name": pgettext_lazy("programme", "Name"),
            "name_en": _("Name in English"),
            "prefix": _("First digits of every number"),
            "began_on": _("Points are earned from"),
            "unit_cost": _("Cost of one point when it is redeemed"),
            "assumed_breakage": _("Share never redeemed, assumed while cohorts are young"),
            "approval_from": _("A second person approves from so many points in 30 days on"),
            "grace_days": _("Days that points last at least when they are given back"),
            "notice_days": _("Days of notice before terms change"),
            "joining": _("Who joins"),
            "segment": _("Segment"),
        }
        widgets = {"began_on": DAY}

    def __init__(self, data: Any = None, *, viewer: Person, found: Programme | None) -> None:
        super().__init__(data, instance=found)
        field: Any = self.fields["segment"]
        field.queryset, field.required = segments.segments(viewer), False
        for name in ("prefix", "began_on"):
            if found is not None:  # numbers and points that are out there stand on them
                del self.fields[name]
        dress(self)

    def told(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        segment: Segment | None = found.get("segment")
        if found.get("joining") == Programme.Joining.SEGMENT and segment is None:
            self.add_error("segment", _("Choose the segment whose customers join."))
        return found


class RuleForm(forms.Form):
    """One version of a rule of earning."""

    name = forms.CharField(label=pgettext_lazy("programme", "Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    currency = forms.ChoiceField(label=_("What it gives"), choices=Currency.choices)
    kind = forms.ChoiceField(
        label=pgettext_lazy("points", "For what"), choices=EarningRule.Kind.choices
    )
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=1_000_000)
    per = forms.IntegerField(
        label=_("For each … of the amount or balance"), min_value=1, required=False,
        max_value=10_000_000,
        help_text=_("In whole units of the currency; for the other kinds it stays empty."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=_("At most"), min_value=1, required=False,
        help_text=_("Points of one transaction; of an event: how often in a month."),
    )  # fmt: skip
    products = forms.CharField(
        label=_("Products"), required=False, help_text=_("Codes, with commas between.")
    )
    categories = forms.CharField(label=_("Categories"), required=False)
    channels = forms.CharField(label=_("Channels"), required=False)
    kinds = forms.CharField(
        label=_("Kinds of transactions"), required=False, help_text=_("Empty: purchases.")
    )
    event = forms.CharField(label=_("Event"), max_length=60, required=False)
    deals = forms.IntegerField(label=_("Deals"), min_value=2, max_value=1000, required=False)
    months = forms.IntegerField(
        label=_("Within months"), min_value=1, max_value=24, required=False,
        help_text=_("Calendar months: one span follows the other, from the month on in which "
                    "the terms hold. What is refunded wholly is no deal."),
    )  # fmt: skip
    pending_days = forms.IntegerField(
        label=_("Days until they may be used"), min_value=0, max_value=365, initial=0
    )
    lasts = forms.ChoiceField(label=_("They last"), choices=EarningRule.Lasts.choices)
    span = forms.IntegerField(
        label=_("Months, or years to come"), min_value=0, max_value=120, initial=24
    )
    valid_from = forms.DateField(label=_("The terms hold from"), widget=DAY)

    def __init__(
        self, data: Any = None, *, found: EarningRule | None = None, earliest: date
    ) -> None:
        super().__init__(data, initial=_shown(found) | {"valid_from": earliest})
        self.fields["valid_from"].widget.attrs["min"] = earliest.isoformat()
        dress(self)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind, per = found.get("kind"), found.get("per")
        if kind in {"amount", "balance"} and not per and "per" not in self.errors:
            self.add_error("per", _("Say for how much the points are."))
        return found

    def terms(self) -> dict[str, Any]:
        """What `actions.draft` takes."""
        given = self.cleaned_data
        about: dict[str, Any] = {
            name: _split(given[name]) for name in ABOUT if _split(given[name])
        }
        for name in ("event", "deals", "months", "most"):
            if given.get(name):
                about[name] = given[name]
        plain = (
            *("name", "name_en", "currency", "kind", "points", "pending_days"),
            *("lasts", "span", "valid_from"),
        )
        per = given["per"] if given["kind"] in {"amount", "balance"} else None
        return {name: given[name] for name in plain} | {"per": per, "about": about}


class EndForm(forms.Form):
    """The day on which a rule is over."""

    on = forms.DateField(label=_("It no longer holds from"), widget=DAY)

    def __init__(self, data: Any = None, *, earliest: date) -> None:
        super().__init__(data, initial={"on": earliest})
        dress(self)


class LevelsForm(forms.Form):
    """Up to five levels, from the lowest up."""

    months = forms.IntegerField(
        label=_("Months that a level is kept"), min_value=1, max_value=60, initial=12
    )
    valid_from = forms.DateField(label=_("They hold from"), widget=DAY)

    def __init__(
        self, data: Any = None, *, levels: list[Level], months: int, earliest: date
    ) -> None:
        super().__init__(data, initial={"months": months or 12, "valid_from": earliest})
        for n in range(LEVELS):
            held = levels[n] if n < len(levels) else None
            self.fields[f"name_{n}"] = forms.CharField(
                label=pgettext_lazy("programme", "Name"), required=n == 0, max_length=40,
                initial=held and held.name,
            )  # fmt: skip
            self.fields[f"en_{n}"] = forms.CharField(
                label=_("Name in English"), required=False, max_length=40,
                initial=held and held.name_en,
            )  # fmt: skip
            self.fields[f"from_{n}"] = forms.IntegerField(
                label=_("From tier points"), required=n == 0, min_value=0,
                initial=held and held.start,
            )  # fmt: skip
        self.codes = [level.code for level in levels]
        dress(self)

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"name_{n}"], self[f"en_{n}"], self[f"from_{n}"]] for n in range(LEVELS)]

    def levels(self) -> list[Mapping[str, Any]]:
        """What `actions.set_levels` takes; a level keeps its code when it is renamed."""
        given = self.cleaned_data
        free = iter(f"l{n}" for n in range(1, 100) if f"l{n}" not in self.codes)
        return [
            {
                "code": self.codes[n] if n < len(self.codes) else next(free),
                "name": given[f"name_{n}"],
                "name_en": given[f"en_{n}"],
                "from": given[f"from_{n}"] or 0,
            }
            for n in range(LEVELS)
            if given[f"name_{n}"]
        ]


class WishForm(forms.Form):
    """Points moved by hand. `once` makes a form that is sent twice one wish."""

    kind = forms.ChoiceField(label=pgettext_lazy("points", "What"), choices=BY_HAND)
    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=100_000_000)
    reason = forms.CharField(label=_("Why"), max_length=200)
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"once": secrets.token_hex(12)})
        dress(self)


class LeaveForm(forms.Form):
    """Why somebody leaves."""

    reason = forms.CharField(label=_("Why they leave"), max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class OpeningForm(forms.Form):
    """A file of members and balances, and the day whose balances they are."""

    file = forms.FileField(
        label=pgettext_lazy("choose", "File"),
        help_text=_("CSV or Excel, with names in its first row."),
    )
    as_of = forms.DateField(
        label=_("Balances at the end of"), widget=DAY,
        help_text=_("What members do from the next day on earns points here."),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, today: date) -> None:
        super().__init__(data, files, initial={"as_of": today - timedelta(days=1)})
        self._today = today
        dress(self)

    def clean_as_of(self) -> date | None:
        return come(self.cleaned_data["as_of"], today=self._today)


def _split(text: str) -> list[str]:
    return [each.strip() for each in re.split("[,，、]", text) if each.strip()]


def _shown(found: EarningRule | None) -> dict[str, Any]:
    if found is None:
        return {}
    plain = (
        *("name", "name_en", "currency", "kind", "points", "per", "pending_days"),
        *("lasts", "span"),
    )
    shown = {name: getattr(found, name) for name in plain}
    shown |= {name: ", ".join(found.about.get(name, [])) for name in ABOUT}
    return shown | {
        name: found.about.get(name) for name in ("event", "deals", "months", "most")
    }
