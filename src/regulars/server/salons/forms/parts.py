"""Forms of a kind, a part of the sheet, a line of the budget, and of the end of a salon."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.salons.models import Kind
from regulars.server.web.forms import dress


class KindForm(forms.Form):
    """A kind of salon."""

    name = forms.CharField(label=pgettext_lazy("kind", "Name"), max_length=40)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    about = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    about_en = forms.CharField(label=_("The same in English"), max_length=200, required=False)
    friends = forms.IntegerField(
        label=_("Friends a guest may bring"), min_value=0, max_value=5, initial=0
    )
    is_course = forms.BooleanField(
        label=_("A course: who attends has that as a benefit"), required=False
    )
    is_retired = forms.BooleanField(label=_("Not used any more"), required=False)

    def __init__(self, data: Any = None, *, kind: Kind | None = None) -> None:
        names = tuple(self.base_fields)
        initial = {name: getattr(kind, name) for name in names} if kind else {}
        super().__init__(data, initial=initial)
        if kind is None:
            del self.fields["is_retired"]
        dress(self)


class PartForm(forms.Form):
    """One part of the activity sheet."""

    what = forms.CharField(label=pgettext_lazy("sheet", "What happens"), max_length=120)
    what_en = forms.CharField(label=_("The same in English"), max_length=160, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=480, initial=20)
    leads = forms.CharField(label=_("Who leads it"), max_length=60, required=False)
    material = forms.CharField(label=_("What is needed for it"), max_length=160, required=False)
    takes_part = forms.BooleanField(
        label=_("Guests do something themselves"), required=False,
        help_text=_("They try, make, choose, ask or speak; listening is not taking part."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, part: Any = None) -> None:
        names = tuple(self.base_fields)
        super().__init__(data, initial={n: getattr(part, n) for n in names} if part else {})
        dress(self)


class CostForm(forms.Form):
    """One line of the budget."""

    what = forms.CharField(label=_("What for"), max_length=80)
    planned = forms.DecimalField(
        label=pgettext_lazy("budget", "Planned"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        initial=0,
    )
    actual = forms.DecimalField(
        label=_("What it came to"), min_value=0, max_digits=12, decimal_places=2, required=False
    )

    def __init__(self, data: Any = None, *, cost: Any = None) -> None:
        names = tuple(self.base_fields)
        super().__init__(data, initial={n: getattr(cost, n) for n in names} if cost else {})
        dress(self)


class ReasonForm(forms.Form):
    """Why a salon is called off."""

    reason = forms.CharField(label=_("Why it is called off"), max_length=200)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class SettleForm(forms.Form):
    """What was learned."""

    learned = forms.CharField(
        label=_("What to do again, and what not"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
