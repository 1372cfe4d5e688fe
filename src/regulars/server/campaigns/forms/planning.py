"""What a campaign is for, and whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.campaigns.models import Campaign
from regulars.server.core.models import Person
from regulars.server.experiments.forms import OUTCOMES
from regulars.server.segments.models import Segment
from regulars.server.web.forms import dress


class NewForm(forms.Form):
    """A new campaign begins with its name."""

    name = forms.CharField(
        label=pgettext_lazy("campaign", "Name"), max_length=80,
        help_text=_("Such as “Harvest money comes home”. Customers never see it."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class WhatForm(forms.Form):
    """What is to be better, and how that is measured."""

    name = forms.CharField(label=pgettext_lazy("campaign", "Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    goal = forms.CharField(
        label=_("Goal"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("In one sentence: what is to be better afterwards, and for whom."),
    )  # fmt: skip
    outcome = forms.ChoiceField(
        label=_("What is measured"), choices=OUTCOMES,
        help_text=_("What customers did, by the facts; not how many messages arrived."),
    )  # fmt: skip
    window_days = forms.IntegerField(
        label=_("For so many days"), min_value=1, max_value=730,
        help_text=_("From the first day on. What comes later does not count."),
    )  # fmt: skip
    purpose = forms.ChoiceField(
        label=_("Purpose"), choices=Campaign.Purpose.choices,
        help_text=_("It decides whose consent is asked. A greeting sells nothing."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        label=_("Who answers for it"), queryset=Person.objects.none()
    )

    def __init__(
        self, data: Any = None, *, campaign: Campaign, owners: QuerySet[Person]
    ) -> None:
        first = {name: getattr(campaign, name) for name in self.base_fields}
        super().__init__(data, initial=first)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]  # it has one
        dress(self)


class WhoForm(forms.Form):
    """Whom it is for, and how many of them are left alone."""

    segment = forms.ModelChoiceField(
        label=_("Segment or group"), queryset=Segment.objects.none(), required=False,
        empty_label=_("Choose one"),
        help_text=_("It is frozen when the campaign is launched: who is in then stays in."),
    )  # fmt: skip
    again = forms.BooleanField(label="", required=False)
    holdout = forms.DecimalField(
        label=_("Left alone for comparison, per cent"), min_value=0, max_value=50,
        max_digits=4, decimal_places=1,
        help_text=_("Drawn by lot. Without them nobody knows what the campaign did."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, campaign: Campaign, segments: QuerySet[Segment]
    ) -> None:
        is_again = campaign.audience == Campaign.Audience.AGAIN
        first = {
            "segment": campaign.segment,
            "holdout": round(campaign.holdout * 100, 1),
            "again": is_again,
        }
        super().__init__(data, initial=first)
        self.fields["segment"].queryset = segments  # type: ignore[attr-defined]  # it has one
        if campaign.previous is None:
            del self.fields["again"]
        else:
            words = _("The people of “%(name)s”, as they were then") % {
                "name": campaign.previous
            }
            self.fields["again"].label = words
        live = LIVE | {"hx-get": reverse("campaigns:outlook", args=[campaign.public_id])}
        for field in self.fields.values():
            field.widget.attrs |= live
        dress(self)

    def told(self) -> dict[str, Any]:
        """What `actions.change` takes."""
        given = self.cleaned_data
        kind = Campaign.Audience.AGAIN if given.get("again") else Campaign.Audience.SEGMENT
        return {
            "segment": given["segment"],
            "audience": kind,
            "holdout": float(given["holdout"]) / 100,
        }


# What changes the figures beside the form asks for them anew.
LIVE = {
    "hx-trigger": "change", "hx-target": "#outlook", "hx-include": "closest form",
    "hx-params": "segment,again,holdout", "hx-sync": "closest form:replace",
}  # fmt: skip
