"""The company's clocks, words and lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from regulars.server.complaints.models import Entry
from regulars.server.complaints.rules import COMPLEX, LEVELS, SIMPLE, Policy
from regulars.server.core import queries as core
from regulars.server.tiers import queries as tiers
from regulars.server.web.forms import dress


class RulesForm(forms.Form):
    """The administrator's form."""

    simple = forms.IntegerField(
        label=_("Days to resolve a simple complaint"), min_value=1, max_value=60
    )
    complex = forms.IntegerField(
        label=_("Days to resolve a complex one"), min_value=1, max_value=90
    )
    rise = forms.IntegerField(
        label=_("Working hours that a late one stays on one rung of the line"),
        min_value=1,
        max_value=80,
    )
    pause = forms.IntegerField(
        label=_("Days that the clocks may stand still for one wait"), min_value=1, max_value=60
    )
    call_back = forms.IntegerField(
        label=_("Working days until the call back"), min_value=1, max_value=20
    )
    key_from = forms.TypedChoiceField(label=_("Who comes first in every list"), coerce=int)
    template = forms.CharField(
        label=_("Answer in Chinese"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("{name}, {day}, {type}, {number}, {company}, {today} are filled in. "
                    "Empty: the house's own words."),
    )  # fmt: skip
    template_en = forms.CharField(
        label=_("Answer in English"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        super().__init__(data, initial=vars(policy))
        names = tiers.names_of_levels()
        key: Any = self.fields["key_from"]  # of choices
        key.choices = [(n, _("%(name)s and above") % {"name": names.get(n, n)}) for n in LEVELS]
        if _is_bank():
            # The days of C-63: a bank may be quicker, not slower.
            self.fields["simple"].validators.append(MaxValueValidator(SIMPLE))
            self.fields["complex"].validators.append(MaxValueValidator(COMPLEX))
        for level in LEVELS:
            self.fields[f"answer_{level}"] = forms.IntegerField(
                label=str(names.get(level, level)),
                min_value=1,
                max_value=200,
                initial=policy.answer[level],
            )
        dress(self)

    def answers(self) -> list[BoundField]:
        return [self[f"answer_{level}"] for level in LEVELS]

    def policy(self) -> Policy:
        """What was typed, as the rules read it."""
        given = dict(self.cleaned_data)
        answer = {level: given.pop(f"answer_{level}") for level in LEVELS}
        return Policy(answer=answer, **given)


def _is_bank() -> bool:
    found = core.company()
    return found is not None and found.kind == "bank"


class EntryForm(forms.Form):
    """A line of a list."""

    name = forms.CharField(label=_("Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    about_service = forms.BooleanField(
        label=_("About the service of whoever looks after the customer"), required=False
    )
    is_complex = forms.BooleanField(label=_("Complex as a rule"), required=False)
    position = forms.IntegerField(
        label=_("Place in the list"), min_value=0, max_value=9999, initial=500
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, which: str, entry: Entry | None = None) -> None:
        names = ("name", "name_en", "about_service", "is_complex", "position", "is_active")
        super().__init__(
            data, initial={name: getattr(entry, name) for name in names} if entry else None
        )
        if which == Entry.List.CAUSE:
            del self.fields["about_service"], self.fields["is_complex"]
        dress(self)
