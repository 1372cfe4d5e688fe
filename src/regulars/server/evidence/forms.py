"""What a person may write down as evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.evidence import rules
from regulars.server.evidence.models import Evidence
from regulars.server.web.forms import day, dress


class EvidenceForm(forms.Form):
    """A note: what, who, why, how much, how we know, until when."""

    kind = forms.ChoiceField(label=_("What did you learn?"), choices=Evidence.Kind.choices)
    competitor = forms.CharField(
        label=_("At which rival"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "rivals", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("No reason")), *Evidence.Reason.choices],
        required=False,
        help_text=_("Needed for an offer or a loss."),
    )
    amount = forms.DecimalField(
        label=_("About how much"),
        min_value=1,
        max_digits=18,
        decimal_places=2,
        required=False,
        help_text=_("Assets there, a year's whole need, or the money that left."),
    )
    source = forms.ChoiceField(label=_("How do we know?"), choices=Evidence.Source.choices)
    note = forms.CharField(
        label=_("In one sentence"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    expires_on = forms.DateField(
        label=_("Counts until"),
        required=False,
        widget=day(),
        help_text=_("Left empty: 12 months, for an offer 3; a loss stays."),
    )

    def __init__(self, data: Any = None, *, today: date, kind: str = "") -> None:
        super().__init__(data, initial={"kind": kind} if kind in Evidence.Kind.values else None)
        self.today = today
        dress(self)

    def clean_expires_on(self) -> date | None:
        ends: date | None = self.cleaned_data["expires_on"]
        if ends and ends <= self.today:
            raise forms.ValidationError(
                gettext("%(day)s has passed. Take a day to come, or leave it empty."),
                params={"day": ends},
            )
        return ends

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("kind") in rules.ABOUT_RISK and not given.get("reason"):
            self.add_error("reason", gettext("Choose why: the loss report counts reasons."))
        return given
