"""How the fields of a form look on a page."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# Django says this below a field; the Chinese is ours, since nobody speaks of "字段".
REQUIRED = gettext_noop("This field is required.")
# A tick is not a box to write in.
TICKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


def day() -> forms.DateInput:
    """A day as browsers let it be chosen, which read and write it in one way only."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def come(day: date | None, *, today: date) -> date | None:
    """Return a day that has come by today, or None as it is.

    :raises ValidationError: it is still ahead.
    """
    if day is not None and day > today:
        raise forms.ValidationError(
            _("%(day)s has not come yet. Write a day up to today."), params={"day": day}
        )
    return day


def dress(form: forms.BaseForm) -> None:
    """Give the controls of a form the house's look; ticks keep their own."""
    for field in form.fields.values():
        if not isinstance(field.widget, TICKS):
            field.widget.attrs.setdefault("class", "ctl")
