"""What people type about coupons."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person
from regulars.server.rewards.models import (
    Batch,
    CouponKind,
)
from regulars.server.segments import queries as segments
from regulars.server.web.forms import day, dress

MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "min_value": 0}
NAMED = pgettext_lazy("benefit", "Name")


class KindForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic when it runs
    """One version of a kind of coupon."""

    class Meta:
        model = CouponKind
        fields = (
            *("name", "name_en", "what", "value", "percent", "least", "unit_cost"),
            *("points", "condition", "days", "until", "terms"),
        )
        labels = {
            "name": NAMED,
            "name_en": _("Name in English"),
            "what": pgettext_lazy("coupon", "What it gives"),
            "value": pgettext_lazy("coupon", "Amount off"),
            "percent": pgettext_lazy("coupon", "Percent off"),
            "least": pgettext_lazy("coupon", "From an amount of"),
            "unit_cost": _("Cost to us of one redemption, at most"),
            "points": _("Price in points; empty: not sold for points"),
            "condition": pgettext_lazy("benefit", "Given for"),
            "days": _("Good for days after it is given"),
            "until": _("or until a day"),
            "terms": pgettext_lazy("benefit", "Terms, as the customer reads them"),
        }
        widgets = {"until": day(), "terms": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, found: CouponKind | None = None) -> None:
        super().__init__(data, instance=CouponKind() if data is not None else found)
        for name in ("value", "percent", "points", "days", "until", "terms", "name_en"):
            self.fields[name].required = False
        dress(self)

    def _post_clean(self) -> None:
        """The action checks what belongs together, and says it in words."""


class BatchForm(forms.Form):
    """How many codes, and for whom."""

    name = forms.CharField(label=NAMED, max_length=80)
    size = forms.IntegerField(label=_("How many codes"), min_value=1, max_value=100_000)
    per_customer = forms.IntegerField(
        label=_("To one customer at most; 0: any number"), min_value=0, max_value=100, initial=1
    )
    is_bearer = forms.BooleanField(
        label=_("On paper: whoever brings the code may redeem it"), required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class ManyForm(forms.Form):
    """A segment whose customers each get one."""

    segment: Any = forms.ModelChoiceField(queryset=None, label=_("Segment"))

    def __init__(self, data: Any = None, *, viewer: Person) -> None:
        super().__init__(data)
        field: Any = self.fields["segment"]
        field.queryset = segments.segments(viewer)
        dress(self)


class CouponForm(forms.Form):
    """Which coupon a customer gets. `once` makes a form that is sent twice one coupon."""

    batch = forms.ChoiceField(label=pgettext_lazy("benefit", "Coupon"))
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Any = None, *, offered: Sequence[Batch]) -> None:
        super().__init__(data, initial={"once": secrets.token_hex(12)})
        field: Any = self.fields["batch"]
        field.choices = [(each.public_id, _named(each)) for each in offered]
        self.offered = {each.public_id: each for each in offered}
        dress(self)

    def chosen(self) -> Batch:
        return self.offered[self.cleaned_data["batch"]]


class CloseForm(forms.Form):
    """Whether codes that are printed are void with their batch."""

    also_printed = forms.BooleanField(
        label=_("Printed codes are void, too: whoever brings one is sent away"), required=False
    )

    def __init__(self, data: Any = None, *, printed: bool) -> None:
        super().__init__(data)
        if not printed:
            del self.fields["also_printed"]
        dress(self)


class ReasonForm(forms.Form):
    """Why something is taken back or refused."""

    reason = forms.CharField(label=pgettext_lazy("benefit", "Why"), max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class CounterForm(forms.Form):
    """A code at the counter, and what is paid, where the coupon asks for it."""

    code = forms.CharField(
        label=_("Code of the coupon"), max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "autofocus": True}
        ),
    )  # fmt: skip
    amount = forms.DecimalField(label=_("Amount that is paid"), required=False, **MONEY)
    once = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"once": secrets.token_hex(12)})
        dress(self)


def _named(batch: Batch) -> str:
    price = batch.kind.points
    if price:
        return str(
            _("%(kind)s · %(batch)s · %(points)s points")
            % {"kind": batch.kind, "batch": batch, "points": price}
        )
    return f"{batch.kind} · {batch}"
