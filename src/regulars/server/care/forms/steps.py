"""The steps of care plans that a contact may have done, as boxes of the contact form."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.care.models import Task


class Boxes(forms.MultipleChoiceField):
    """Boxes of which one may have gone meanwhile: somebody else did it."""

    def valid_value(self, value: object) -> bool:
        return True


class StepPart(forms.Form):
    """What a contact did of what was agreed on; unticked, it stays to be done."""

    plan_steps = Boxes(
        label=_("Done with this contact, of the care plan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    # A form that never showed the boxes says nothing about them.
    plan_asked = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def offer(self, tasks: Iterable[Task]) -> None:
        """Show a box for each step, ticked at first."""
        self.offered = offered = {str(task.pk): task.facts["step"] for task in tasks}
        field = self.fields["plan_steps"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(offered.items())
        begun = {"plan_steps": list(offered), "plan_asked": ",".join(offered)}
        self.initial = {**self.initial, **begun}

    def undone(self) -> list[int]:
        """The reasons whose box was shown and not ticked."""
        shown = str(self.cleaned_data.pop("plan_asked", "")).split(",")
        ticked = self.cleaned_data.pop("plan_steps", ())
        return [int(key) for key in shown if key in self.offered and key not in ticked]
