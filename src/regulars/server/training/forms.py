"""What people type about items, signatures, wishes and judged contacts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.training.models import Item
from regulars.server.training.queries import GROUPS

EVERY_GROUP = [(str(code), name) for code, name in GROUPS.items() if code]


class _Dressed(forms.Form):
    """Controls that look like the house's."""

    def __init__(self, *given: Any, offered: Mapping[str, Any] | None = None, **more: Any):
        super().__init__(*given, **more)
        for name, choices in (offered or {}).items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices  # before anything is validated
        boxes = forms.CheckboxInput | forms.CheckboxSelectMultiple
        for name, field in self.fields.items():
            if not isinstance(field.widget, boxes):
                bad = " bad" if self.is_bound and name in self.errors else ""
                field.widget.attrs["class"] = f"ctl{bad}"


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ItemForm(_Dressed):
    """What is to be known, by whom, how it is confirmed, how long it counts."""

    title = forms.CharField(label=_("Name, in Chinese"), max_length=160)
    title_en = forms.CharField(label=_("Name, in English"), max_length=160, required=False)
    text = forms.CharField(
        label=_("What to do, in Chinese"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    text_en = forms.CharField(
        label=_("What to do, in English"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    link = forms.URLField(
        label=_("Link to a document"), required=False, max_length=400, assume_scheme="https"
    )
    roles = forms.MultipleChoiceField(
        label=_("For whom"), choices=Person.ROLES, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.TypedMultipleChoiceField(
        label=_("Helps with"), required=False, coerce=int, choices=EVERY_GROUP,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A weak spot of that kind leads here."),
    )  # fmt: skip
    confirms = forms.ChoiceField(label=_("How it is confirmed"), choices=Item.Confirms.choices)
    days = forms.IntegerField(
        label=_("Days somebody new has for it"), min_value=0, max_value=730, initial=30
    )
    months = forms.IntegerField(
        label=_("Valid for so many months"), required=False, min_value=1, max_value=120,
        help_text=_("Left empty: for good."),
    )  # fmt: skip


class SignForm(_Dressed):
    """Which item, done on which day."""

    item = forms.SlugField()
    done_on = forms.DateField(label=_("Done on"), required=False, widget=_day())
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class AskForm(_Dressed):
    """Which item, by when, and why."""

    item = forms.ChoiceField(label=_("Which item"))
    due_on = forms.DateField(label=_("By"), widget=_day())
    why = forms.CharField(label=_("Why"), max_length=200)

    def __init__(
        self, data: Any = None, *, items: list[Item], today: date, why: str = ""
    ) -> None:
        super().__init__(
            data, initial={"due_on": today + timedelta(days=14), "why": why},
            offered={"item": [(one.public_id, str(one)) for one in items]},
        )  # fmt: skip


class JudgeForm(forms.Form):
    """A note on a judged contact; the answers are read by the view, one an item."""

    note = forms.CharField(
        label=_("What to keep, what to change"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "ctl"}),
    )  # fmt: skip
