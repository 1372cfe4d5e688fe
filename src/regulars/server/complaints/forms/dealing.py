"""One step of a case each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.complaints import queries
from regulars.server.complaints.models import Case, Entry
from regulars.server.core.models import Person
from regulars.server.web.forms import day, dress


def words(label: Any, *, required: bool = True, rows: int = 3, most: int = 2000) -> Any:
    """Room for a few sentences."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, widget=area)


class Dressed(forms.Form):
    """A small form in the house's look."""

    def __init__(self, data: Any = None, **given: Any) -> None:
        super().__init__(data, **given)
        dress(self)


class NoteForm(Dressed):
    """What was found out, or said."""

    words = words(_("What was found out or said"))


class ReasonForm(Dressed):
    """Why a case is opened again, or goes on."""

    reason = words(_("What is left to be settled"), most=500)


class HandForm(forms.Form):
    """To whom a case goes."""

    to = forms.ModelChoiceField(
        queryset=Person.objects.none(), label=_("Who handles it"), required=False
    )
    username = forms.CharField(
        label=_("Or somebody elsewhere, by user name"), max_length=60, required=False
    )
    note = words(_("What they should know"), required=False, most=500)

    def __init__(self, data: Any = None, *, able: Sequence[Person]) -> None:
        super().__init__(data)
        field: Any = self.fields["to"]  # of choices
        field.queryset = Person.objects.filter(pk__in=[one.pk for one in able])
        field.label_from_instance = _placed
        dress(self)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if named := found.get("username"):
            found["to"] = queries.person(named)
            if found["to"] is None:
                self.add_error("username", _("Nobody here has that user name."))
        elif not found.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose who handles it."))
        return found


class WaitForm(forms.Form):
    """Why the clocks stand still, and until when at the latest."""

    reason = forms.ChoiceField(
        label=_("We wait for"), choices=Case.Waiting.choices, widget=forms.RadioSelect
    )
    note = words(_("What the customer was asked for"), most=500)
    until = forms.DateField(label=_("Until when at the latest"), widget=day())

    def __init__(self, data: Any = None, *, today: date, most: int) -> None:
        super().__init__(data, initial={"until": today + timedelta(days=7)})
        self.fields["until"].widget.attrs |= {
            "min": (today + timedelta(days=1)).isoformat(),
            "max": (today + timedelta(days=most - 1)).isoformat(),
        }
        dress(self)


class MoreTimeForm(forms.Form):
    """How many days more, and why."""

    days = forms.IntegerField(label=_("Days more"), min_value=1)
    reason = words(_("Why the case needs more time"), most=500)

    def __init__(self, data: Any = None, *, left: int) -> None:
        super().__init__(data, initial={"days": left})
        self.fields["days"].widget.attrs["max"] = left
        dress(self)


class DecideForm(Dressed):
    """Whether more time is given."""

    granted = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Give the days")), ("no", _("Refuse"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    note = words(_("A word on it"), required=False, most=500)


class AnswerForm(Dressed):
    """What the customer is told."""

    text = words(_("The answer as the customer gets it"), rows=14, most=6000)


class CloseForm(forms.Form):
    """What came of a case."""

    result = forms.ChoiceField(
        label=_("Result"), choices=Case.Result.choices, widget=forms.RadioSelect
    )
    cause = forms.ModelChoiceField(
        queryset=Entry.objects.none(), label=_("What it came from"), required=False
    )
    remedy = forms.CharField(
        label=_("How it was made good"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    cost = forms.DecimalField(
        label=_("What that cost"), max_digits=14, decimal_places=2, min_value=0, required=False
    )
    note = words(_("A word for colleagues"), required=False, most=500)

    def __init__(self, data: Any = None, *, answered: bool) -> None:
        super().__init__(data)
        cause: Any = self.fields["cause"]  # of choices
        cause.queryset = Entry.objects.filter(list=Entry.List.CAUSE, is_active=True)
        if not answered:
            result: Any = self.fields["result"]
            result.choices = [(Case.Result.WITHDRAWN.value, Case.Result.WITHDRAWN.label)]
            result.initial = Case.Result.WITHDRAWN
        dress(self)


class PaperForm(Dressed):
    """A letter, a receipt, a picture."""

    file = forms.FileField(label=_("File"), max_length=200)


class CallForm(Dressed):
    """What the customer says afterwards."""

    content = forms.ChoiceField(
        label=_("Is it settled for the customer?"),
        choices=[
            ("yes", pgettext_lazy("call back", "Yes, content")),
            ("no", pgettext_lazy("call back", "No, something is left")),
            ("unsaid", pgettext_lazy("call back", "Did not say")),
        ],
        widget=forms.RadioSelect,
    )
    note = words(_("In the customer's words"), required=False, most=1000)
    again = forms.BooleanField(label=_("Open the complaint again"), required=False)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("again") and not found.get("note", "").strip():
            self.add_error("note", _("Say what is left to be settled."))
        return found

    def is_content(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["content"])


def _placed(person: Person) -> str:
    return f"{person} · {person.get_role_display()} · {person.org_unit}"
