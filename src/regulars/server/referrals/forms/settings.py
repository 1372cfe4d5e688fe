"""The rule and the settings, as an administrator or a marketer writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.referrals import actions
from regulars.server.referrals.models import Terms
from regulars.server.referrals.rules import Policy
from regulars.server.web.forms import day, dress

SEP = ":"  # between a way and the thing it gives: "coupon:7hq2k9xw4mzt"
NONE = ("", pgettext_lazy("reward", "Nothing"))


class TermsForm(forms.Form):
    """The next version of the rule."""

    name = forms.CharField(label=_("Name in Chinese"), max_length=80, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    event = forms.ChoiceField(
        label=_("What earns the reward"), choices=Terms.Event.choices, widget=forms.RadioSelect
    )
    least = forms.DecimalField(
        label=_("Of at least"), min_value=0, max_digits=14, decimal_places=2, required=False,
        help_text=_("For a purchase or a balance. Empty: any amount."),
    )  # fmt: skip
    products = forms.CharField(
        label=_("Products"), max_length=400, required=False,
        help_text=_("Codes with commas between them. Empty: all of them."),
    )  # fmt: skip
    window_days = forms.IntegerField(
        label=_("Within so many days"), min_value=1, max_value=730, initial=90
    )
    referrer_way = forms.ChoiceField(label=_("Who referred gets"), required=False)
    referrer_amount = forms.IntegerField(
        label=pgettext_lazy("reward", "So much"), min_value=0, required=False,
        help_text=_("Of points. A coupon or a gift is one."),
    )  # fmt: skip
    friend_way = forms.ChoiceField(label=_("The friend gets"), required=False)
    friend_amount = forms.IntegerField(
        label=pgettext_lazy("reward", "So much"), min_value=0, required=False,
        help_text=_("Of points. A coupon or a gift is one."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=_("At most so often"), min_value=0, required=False, initial=0,
        help_text=_("For one referrer. 0: no limit."),
    )  # fmt: skip
    most_days = forms.IntegerField(
        label=_("Within so many days"), min_value=1, max_value=3650, initial=365
    )
    valid_from = forms.DateField(label=_("From this day on"), widget=day())

    def __init__(
        self, data: Any = None, *, terms: Terms | None, soonest: date, at: datetime
    ) -> None:
        super().__init__(data, initial=_initial(terms) | {"valid_from": soonest})
        for name in ("referrer_way", "friend_way"):
            field: Any = self.fields[name]
            field.choices = [NONE, *choices(at)]
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("name") and not given.get("name_en"):
            self.add_error("name", gettext("Give the rule a name in one language."))
        for side in ("referrer", "friend"):
            code, amount = given.get(f"{side}_way") or "", given.get(f"{side}_amount")
            if SEP in code:
                given[f"{side}_amount"] = 1
            elif bool(code) != bool(amount):
                told = gettext("Say how much of what each side gets, or leave both empty.")
                self.add_error(f"{side}_amount", told)
        return given

    def values(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        told["name"] = told["name"] or told["name_en"]
        told["products"] = [
            part.strip()
            for part in told["products"].replace("，", ",").split(",")
            if part.strip()
        ]
        for side in ("referrer", "friend"):
            way, _sep, thing = told[f"{side}_way"].partition(SEP)
            told |= {f"{side}_way": way, f"{side}_thing": thing}
        for name in ("least", "referrer_amount", "friend_amount", "most"):
            told[name] = told[name] or 0
        return told


class EndForm(forms.Form):
    """The day from which on the terms hold no more."""

    on = forms.DateField(label=_("From this day on they hold no more"), widget=day())

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class PolicyForm(forms.Form):
    """The clock, bursts, and what a referral is worth."""

    contact_hours = forms.IntegerField(
        label=_("Hours until the first contact"), min_value=1, max_value=240,
        help_text=_("Hours of the clock; free days are left out."),
    )  # fmt: skip
    rise_hours = forms.IntegerField(
        label=_("Working hours on one rung"), min_value=1, max_value=80,
        help_text=_("So long a late one stays with somebody before it goes further up."),
    )  # fmt: skip
    burst = forms.IntegerField(label=_("So many friends …"), min_value=2, max_value=100)
    burst_days = forms.IntegerField(
        label=_("… within so many days are looked at"), min_value=1, max_value=90
    )
    usual_days = forms.IntegerField(
        label=_("Days a friend is waited for without a rule"), min_value=1, max_value=730
    )
    late_days = forms.IntegerField(
        label=_("Days that facts may come late"), min_value=0, max_value=365,
        help_text=_("After the days of the rule. Then nothing more is waited for."),
    )  # fmt: skip
    wait_days = forms.IntegerField(
        label=_("Days a reward waits to be fetched"), min_value=1, max_value=1095,
        help_text=_("By who collects no points yet. What we lack ourselves waits longer."),
    )  # fmt: skip
    share_percent = forms.IntegerField(
        label=_("Would not have come otherwise, in per cent"), min_value=0, max_value=100,
        help_text=_("q of the referral value: the share of type 1."),
    )  # fmt: skip
    saving = forms.IntegerField(
        label=_("What winning a customer costs otherwise"), min_value=0, max_value=10**9,
        help_text=_("In whole units of the currency; counted for every referred customer."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        super().__init__(data, initial=vars(policy))
        dress(self)

    def policy(self) -> Policy:
        return Policy(**self.cleaned_data)


def _initial(terms: Terms | None) -> dict[str, Any]:
    if terms is None:
        return {"event": Terms.Event.PURCHASE}
    names = (
        *("name", "name_en", "event", "least", "window_days", "referrer_way"),
        *("referrer_amount", "friend_way", "friend_amount", "most", "most_days"),
    )
    chosen = {f"{side}_way": _chosen(terms, side) for side in ("referrer", "friend")}
    told = {name: getattr(terms, name) for name in names} | chosen
    return told | {"products": ", ".join(terms.products)}


def _chosen(terms: Terms, side: str) -> str:
    way, thing = getattr(terms, f"{side}_way"), getattr(terms, f"{side}_thing")
    return f"{way}{SEP}{thing}" if thing else str(way)


def choices(at: datetime) -> list[Any]:
    """Points, then the batches and the gifts that may be promised, each under its way."""
    found: list[Any] = []
    for way in actions.ways():
        if way.things is None:
            found.append((way.code, way.label))
        elif things := way.things(at):
            found.append(
                (way.label, [(f"{way.code}{SEP}{code}", said) for code, said in things])
            )
    return found
