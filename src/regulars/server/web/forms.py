"""How the fields of a form look on a page."""

from __future__ import annotations

from django import forms

# A tick is not a box to write in.
TICKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


def day() -> forms.DateInput:
    """A day as browsers let it be chosen, which read and write it in one way only."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def dress(form: forms.BaseForm) -> None:
    """Give the controls of a form the house's look; ticks keep their own."""
    for field in form.fields.values():
        if not isinstance(field.widget, TICKS):
            field.widget.attrs.setdefault("class", "ctl")
