"""What a person decides about two files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.customers.models import Customer
from regulars.server.identity import rules
from regulars.server.identity.models import Pair


class MergeForm(forms.Form):
    """Which of the two files stays, and which values come from the other one."""

    keep = forms.ChoiceField(
        error_messages={"required": _("Choose the file that stays."), "invalid_choice": ""}
    )
    take = forms.MultipleChoiceField(choices=[(n, n) for n in rules.CHOSEN], required=False)

    def __init__(self, data: Any, *, pair: Pair) -> None:
        super().__init__(data)
        self.pair = pair
        both = (pair.first, pair.second)
        self.fields["keep"].choices = [(each.public_id, "") for each in both]  # type: ignore[attr-defined]  # a ChoiceField

    def order(self) -> tuple[Customer, Customer]:
        """The file that stays, and the one that goes into it."""
        first, second = self.pair.first, self.pair.second
        return (
            (first, second) if self.cleaned_data["keep"] == first.public_id else (second, first)
        )

    def taken(self) -> list[str]:
        return list(self.cleaned_data["take"])

    def problem(self) -> str:
        return str(next(iter(self.errors.values()))[0])


class ApartForm(forms.Form):
    """Why two files that look alike are two customers."""

    reason = forms.CharField(max_length=300, required=False)
