"""What a person may answer to a suggestion: not now, or after all."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.scoring import rules

MONTHS = ((1, _("1 month")), (3, _("3 months")), (6, _("6 months")), (12, _("a year")))


class NotNowForm(forms.Form):
    """A product that is not wanted now, and for how long."""

    product = forms.CharField(max_length=60)
    months = forms.TypedChoiceField(choices=MONTHS, coerce=int, required=False)

    def __init__(self, data: Any, *, offered: Collection[str]) -> None:
        super().__init__(data)
        self.offered = offered

    def clean_product(self) -> str:
        code: str = self.cleaned_data["product"]
        if code not in self.offered:
            raise forms.ValidationError(
                gettext("This is not suggested any more. Look at what is suggested now.")
            )
        return code

    def clean_months(self) -> int:
        return self.cleaned_data["months"] or rules.NOT_NOW_MONTHS


class TakeBackForm(forms.Form):
    """A product that may be suggested again."""

    product = forms.CharField(max_length=60)
