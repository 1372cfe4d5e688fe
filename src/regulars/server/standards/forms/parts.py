"""What a person may type for hours, plans, treatments, and when taking a draft into force."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.products.models import Product
from regulars.server.standards.forms.words import DOER
from regulars.server.standards.models import CHANNEL_CHOICES, DOERS
from regulars.server.standards.rules import ClassPlan, Doer, Hours, Treatment
from regulars.server.web.forms import dress

# Roles whose hours are reckoned; what goes by itself has none.
WORKERS = tuple(doer for doer in Doer if doer != Doer.MACHINE)


class HoursForm(forms.Form):
    """How many hours people have, and how much of it for the standard."""

    hours_a_day = forms.FloatField(label=_("Hours of work a day"), min_value=0.5, max_value=24)
    remote_people = forms.IntegerField(
        label=_("People of the remote team"), min_value=0, max_value=100_000
    )

    def __init__(self, data: Any, *, hours: Hours) -> None:
        shown: dict[str, Any] = {
            "hours_a_day": hours.hours_a_day,
            "remote_people": hours.remote_people,
        }
        super().__init__(data, initial=shown)
        for role in WORKERS:
            said = _("%(who)s: share of the time, %%") % {"who": DOER[role]}
            self.fields[f"share_{role}"] = forms.IntegerField(
                label=said,
                min_value=0,
                max_value=100,
                initial=round(hours.share.get(role, 0) * 100),
            )
        dress(self)

    def read(self) -> Hours:
        given = self.cleaned_data
        return Hours(
            hours_a_day=given["hours_a_day"],
            share={role.value: given[f"share_{role}"] / 100 for role in WORKERS},
            remote_people=given["remote_people"],
        )


class PlanForm(forms.Form):
    """What a business class is offered, in both languages."""

    aim = forms.CharField(label=_("Aim"), max_length=120)
    steps = forms.CharField(
        label=_("What is done"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    products = forms.MultipleChoiceField(
        label=_("Products that belong to it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    aim_en = forms.CharField(label=_("Aim, in English"), max_length=200, required=False)
    steps_en = forms.CharField(
        label=_("What is done, in English"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data: Any, *, plan: ClassPlan, products: list[Product]) -> None:
        shown = {
            name: getattr(plan, name)
            for name in ("aim", "steps", "products", "aim_en", "steps_en")
        }
        super().__init__(data, initial=shown)
        known = [(each.code, str(each)) for each in products]
        codes = {code for code, _name in known}
        gone = [(code, code) for code in plan.products if code not in codes]
        self.fields["products"].choices = [*known, *gone]  # type: ignore[attr-defined]
        dress(self)

    def read(self, business_class: str) -> ClassPlan:
        given = self.cleaned_data
        return ClassPlan(
            business_class,
            given["aim"],
            given["aim_en"],
            given["steps"],
            given["steps_en"],
            tuple(given["products"]),
        )


class TreatmentForm(forms.Form):
    """What is done when a customer enters a stage, in both languages."""

    is_on = forms.BooleanField(
        label=_("Make this task for everybody who enters"), required=False
    )
    name = forms.CharField(label=_("Name of the treatment"), max_length=40)
    task = forms.CharField(
        label=_("What is done"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    doer = forms.ChoiceField(label=pgettext_lazy("standard", "Who"), choices=DOERS)
    workdays = forms.IntegerField(label=_("Within working days"), min_value=1, max_value=120)
    minutes = forms.IntegerField(label=_("Minutes each time"), min_value=0, max_value=600)
    channels = forms.MultipleChoiceField(
        label=pgettext_lazy("way", "By"),
        choices=CHANNEL_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    marketing = forms.BooleanField(
        label=_("It is marketing: only with the customer's consent"), required=False
    )
    quiet_days = forms.IntegerField(
        label=_("Not again for the same stage within days"), min_value=1, max_value=1_100
    )
    name_en = forms.CharField(label=_("Name, in English"), max_length=60, required=False)
    task_en = forms.CharField(
        label=_("What is done, in English"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, treatment: Treatment) -> None:
        shown = {name: getattr(treatment, name) for name in self.base_fields}
        super().__init__(data, initial=shown | {"channels": list(treatment.channels)})
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("is_on") and given.get("doer") == Doer.MACHINE:
            self.add_error(
                "doer", gettext("Nothing is sent by itself here: choose who gets the task.")
            )
        return given

    def read(self, stage: str) -> Treatment:
        given = dict(self.cleaned_data)
        given["channels"] = tuple(given["channels"])
        return Treatment(stage=stage, **given)


class AdoptForm(forms.Form):
    """From when a draft holds, and why it was changed."""

    from_day = forms.DateField(
        label=_("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=_("Why it is changed"), max_length=300, help_text=_("Stands in the history.")
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"from_day": today})
        self.today = today
        dress(self)

    def clean_from_day(self) -> date:
        day: date = self.cleaned_data["from_day"]
        if day < self.today:
            raise forms.ValidationError(
                gettext("%(day)s is over. Choose today or a later day."), params={"day": day}
            )
        return day
