"""What people type about gifts, privileges and the settings."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit
from regulars.server.rewards import queries, rules
from regulars.server.rewards.models import (
    Gift,
    Policy,
    Present,
    Privilege,
    StockMove,
)
from regulars.server.rewards.queries import Entitled
from regulars.server.web.forms import day, dress

MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "min_value": 0}
NAMED = pgettext_lazy("benefit", "Name")
BOUGHT = Present.Occasion.POINTS


class GiftForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """One thing of the catalogue."""

    class Meta:
        model = Gift
        fields = (
            *("code", "name", "name_en", "unit_cost", "points", "condition", "note"),
            "is_offered",
        )
        labels = {
            "code": pgettext_lazy("gift", "Code"),
            "name": NAMED,
            "name_en": _("Name in English"),
            "unit_cost": pgettext_lazy("gift", "Cost of one"),
            "points": _("Price in points; empty: not sold for points"),
            "condition": pgettext_lazy("benefit", "Given for"),
            "note": pgettext_lazy("gift", "Note for colleagues"),
            "is_offered": pgettext_lazy("gift", "May be asked for"),
        }

    def __init__(self, data: Any = None, *, found: Gift | None = None) -> None:
        super().__init__(data, instance=found)
        for name in ("name_en", "note", "points"):
            self.fields[name].required = False
        if found is not None:
            del self.fields["code"]
        dress(self)

    def told(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class StockForm(forms.Form):
    """So many came, or so many were counted."""

    place = forms.TypedChoiceField(label=pgettext_lazy("stock", "Place"), coerce=int)
    why = forms.ChoiceField(
        label=pgettext_lazy("stock", "What"),
        choices=[(w.value, w.label) for w in (StockMove.Why.ARRIVED, StockMove.Why.COUNTED)],
    )
    number = forms.IntegerField(
        label=pgettext_lazy("stock", "How many"), min_value=0, max_value=1_000_000
    )
    note = forms.CharField(label=pgettext_lazy("stock", "Note"), max_length=120, required=False)

    def __init__(self, data: Any = None, *, places: Sequence[OrgUnit]) -> None:
        super().__init__(data)
        field: Any = self.fields["place"]
        field.choices = [(each.pk, str(each)) for each in places]
        dress(self)


class AskForm(forms.Form):
    """A gift for a customer. `once` makes a form that is sent twice one request.

    `points`: what the customer may pay with; None: nobody who collects some.
    """

    what = forms.ChoiceField(label=pgettext_lazy("gift", "Gift"))
    occasion = forms.ChoiceField(
        label=pgettext_lazy("gift", "Occasion"), choices=Present.Occasion.choices
    )
    reason = forms.CharField(
        label=pgettext_lazy("benefit", "Why"), max_length=200, required=False
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(
        self,
        data: Any = None,
        *,
        lying: Sequence[tuple[Gift, OrgUnit, int]],
        points: int | None = None,
    ) -> None:
        super().__init__(data, initial={"once": secrets.token_hex(12)})
        self.lying = {
            f"{gift.public_id}@{place.pk}": (gift, place) for gift, place, _n in lying
        }
        field: Any = self.fields["what"]
        field.choices = [
            (f"{gift.public_id}@{place.pk}", _lies(gift, place, n, priced=points is not None))
            for gift, place, n in lying
        ]
        if points is None:
            field = self.fields["occasion"]
            field.choices = [each for each in field.choices if each[0] != BOUGHT]
        dress(self)

    def chosen(self) -> tuple[Gift, OrgUnit]:
        return self.lying[self.cleaned_data["what"]]


def _lies(gift: Gift, place: OrgUnit, n: int, *, priced: bool) -> str:
    """A gift on its shelf, for a list to choose from."""
    told = {"gift": gift, "cost": gift.unit_cost, "place": place, "n": n}
    if priced and gift.points:
        words = _("%(gift)s · %(cost)s or %(points)s points · %(place)s has %(n)s")
        return words % (told | {"points": gift.points})
    return _("%(gift)s · %(cost)s · %(place)s has %(n)s") % told


class HandForm(forms.Form):
    """The customer's signature: drawn, or the name typed; `later`: it is sent."""

    drawn = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60_000)
    typed = forms.CharField(
        label=_("Or the name, typed by the customer"), max_length=80, required=False
    )
    later = forms.BooleanField(label=_("It is sent; they sign later"), required=False)

    def __init__(self, data: Any = None, *, handed: bool = False) -> None:
        super().__init__(data)
        if handed:
            del self.fields["later"]
        dress(self)


class BackForm(forms.Form):
    """Why a gift came back, and whether it can be given again."""

    reason = forms.CharField(label=pgettext_lazy("benefit", "Why"), max_length=200)
    is_lost = forms.BooleanField(label=_("Lost or spoilt: it is written off"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class PrivilegeForm(forms.Form):
    """One version of a privilege; a number for each level of tiers that has it."""

    name = forms.CharField(label=NAMED, max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("privilege", "Kind"), choices=Privilege.Kind.choices
    )
    period = forms.ChoiceField(
        label=pgettext_lazy("privilege", "The number counts in each"),
        choices=Privilege.Period.choices,
    )
    unit_cost = forms.DecimalField(label=_("Cost to us of one use"), **MONEY)
    terms = forms.CharField(
        label=pgettext_lazy("benefit", "Terms, as the customer reads them"), max_length=400,
        required=False, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("The terms hold from"), widget=day())

    def __init__(
        self, data: Any = None, *, found: Privilege | None = None, earliest: date
    ) -> None:
        names = ("name", "name_en", "kind", "period", "unit_cost", "terms")
        shown = {name: getattr(found, name) for name in names} if found else {}
        super().__init__(data, initial=shown | {"valid_from": earliest})
        self.fields["valid_from"].widget.attrs["min"] = earliest.isoformat()
        self.levels = queries.levels_of(found)
        for one in self.levels:
            self.fields[f"level_{one.level}"] = forms.CharField(
                label=one.name, required=False, max_length=6,
                initial=("∞" if one.quota is None else one.quota) if one.has else "",
            )  # fmt: skip
        dress(self)

    def plain(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("level_")]

    def numbers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("level_")]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        quotas: dict[int, int | None] = {}
        for one in self.levels:
            text = str(given.pop(f"level_{one.level}", "") or "").strip()
            if text in {"∞", "-"}:
                quotas[one.level] = None
            elif text.isascii() and text.isdecimal() and int(text) > 0:
                quotas[one.level] = int(text)
            elif text:
                self.add_error(
                    f"level_{one.level}", _("A number from 1 on; ∞ for any number; or nothing.")
                )
        return given | {"quotas": quotas}


class UseForm(forms.Form):
    """One use of a privilege. `once` makes a form that is sent twice one use."""

    on = forms.DateField(label=pgettext_lazy("privilege", "Used on"), widget=day())
    note = forms.CharField(
        label=pgettext_lazy("privilege", "Note"), max_length=200, required=False
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Any = None, *, today: date, entitled: Entitled) -> None:
        super().__init__(data, initial={"on": today, "once": secrets.token_hex(12)})
        shown = self.fields["on"].widget.attrs
        shown["max"], shown["min"] = today.isoformat(), entitled.period.start.isoformat()
        dress(self)


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """The settings of benefits."""

    class Meta:
        model = Policy
        fields = (
            *("approval_from", "gifts_per_year", "surprise_budget", "notice_days"),
            "unused_from",
        )
        labels = {
            "approval_from": _("A gift that costs so much waits for a manager"),
            "gifts_per_year": _("Gifts to one customer in a year, at most"),
            "surprise_budget": _("Budget of one person for small surprises in a month"),
            "notice_days": _("Days of notice before a privilege changes"),
            "unused_from": _("Unused privileges are spoken of from the tier of this level on"),
        }

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, instance=queries.policy())
        field: Any = self.fields["unused_from"]
        field.choices = [(one.level, one.name) for one in queries.levels_of(None)] or [
            (level, level) for level in rules.LEVELS
        ]
        dress(self)

    def told(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
