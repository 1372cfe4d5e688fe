"""What people type about alerts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from regulars.base.errors import BadInput
from regulars.base.workhours import spans
from regulars.server.alerts import queries
from regulars.server.alerts.models import Alert
from regulars.server.alerts.rules import KINDS, LEVELS
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.web.forms import dress

OUTCOMES = [one for one in Alert.Outcome.choices if one[0] != Alert.Outcome.SETTLED]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # no [] at run time
    def label_from_instance(self, person: Person) -> str:
        return f"{person} · {person.get_role_display()}"


class CloseForm(forms.Form):
    """What came of an alert."""

    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=OUTCOMES, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class HandForm(forms.Form):
    """Who takes it."""

    to = PersonChoice(Person.objects.none(), label=_("Who takes it"), empty_label=_("choose …"))
    note = forms.CharField(label=_("What they must know"), required=False, max_length=500)

    def __init__(self, data: Any = None, *, alert: Alert) -> None:
        super().__init__(data, auto_id="hand_%s")
        able = queries.may_hold(alert.customer.book)
        if alert.holder_id is not None:
            able = able.exclude(pk=alert.holder_id)
        self.fields["to"].queryset = able  # type: ignore[attr-defined]  # a PersonChoice
        dress(self)


class AwayForm(forms.Form):
    """Who is away, from when to when."""

    person = PersonChoice(Person.objects.none(), label=_("Who is away"), empty_label=None)
    since = forms.DateField(label=_("First day away"), widget=_day())
    until = forms.DateField(label=_("Last day away"), widget=_day())

    def __init__(self, data: Any, *, viewer: Person, today: date) -> None:
        tomorrow = today + timedelta(days=1)
        begin = {"person": viewer.pk, "since": tomorrow, "until": tomorrow}
        super().__init__(data, initial=begin)
        self.fields["person"].queryset = queries.people_of(viewer)  # type: ignore[attr-defined]  # a PersonChoice
        dress(self)


class RulesForm(forms.Form):
    """Working hours, and the patience with each kind of alert."""

    hours = forms.CharField(
        label=_("Working hours"),
        max_length=60,
        help_text=_("Such as 09:00-17:30, or 09:00-12:00, 13:30-17:30 with a break."),
    )
    same_day_from = forms.TypedChoiceField(label=_("On the same day at the latest"), coerce=int)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        names = queries.level_names()
        field = self.fields["same_day_from"]
        field.choices = [  # type: ignore[attr-defined]  # a choice field
            *((n, _("%(tier)s and above") % {"tier": names[n]}) for n in LEVELS),
            (LEVELS[0] + 1, _("for no tier")),
        ]
        patience = queries.patience()
        self.initial = {
            "hours": ", ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in core.work_hours().spans),
            "same_day_from": patience.same_day_from,
        }
        for code in KINDS:
            self._add(
                f"on_{code}", forms.BooleanField(required=False), code not in patience.off
            )
            self._add(f"days_{code}", _count(most=60), patience.days[code])
            self._add(f"from_{code}", _level(names), patience.least[code])
            for level in LEVELS:
                self._add(f"{code}_{level}", _count(most=400), patience.hours[code][level])
        dress(self)
        self.levels = [(n, names[n]) for n in LEVELS]

    def rows(self) -> Iterator[tuple[str, Any, Any, list[Any], Any]]:
        """Per kind: its name, whether it is on, from which tier, hours by level, days."""
        for code, name in queries.kinds():
            yield (
                name, self[f"on_{code}"], self[f"from_{code}"],
                [self[f"{code}_{n}"] for n in LEVELS], self[f"days_{code}"],
            )  # fmt: skip

    def clean_hours(self) -> list[tuple[str, str]]:
        pairs = [each.strip().split("-") for each in self.cleaned_data["hours"].split(",")]
        try:
            read = spans([[part.strip() for part in pair] for pair in pairs])
        except (BadInput, ValueError) as error:
            raise ValidationError(
                _("Write hours such as 09:00-17:30, each span after the one before.")
            ) from error
        return [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in read]

    def told(self) -> dict[str, Any]:
        """The settings as the action takes them."""
        given = self.cleaned_data
        return {
            "spans": given["hours"],
            "same_day_from": given["same_day_from"],
            "off": [code for code in KINDS if not given[f"on_{code}"]],
            "days": {code: given[f"days_{code}"] for code in KINDS},
            "least": {code: given[f"from_{code}"] for code in KINDS},
            "hours": {code: {n: given[f"{code}_{n}"] for n in LEVELS} for code in KINDS},
        }

    def _add(self, name: str, field: forms.Field, value: Any) -> None:
        self.fields[name] = field
        self.initial[name] = value


def _level(names: dict[int, str]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(choices=[(n, names[n]) for n in LEVELS], coerce=int)


def _count(*, most: int) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=most)
