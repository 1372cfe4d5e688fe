"""A tie to another customer, in the words of the customer whose page it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.customers import rules
from regulars.server.customers.models import Customer, Relation
from regulars.server.customers.rules import Role
from regulars.server.web.forms import come, day

# Read from the far end: what the one who is named is to the page's customer.
BACK = {
    Relation.Kind.PARENT: _("Child"),
    Relation.Kind.CHILD: _("Parent"),
    Relation.Kind.KEY_PERSON: _("Is key person of"),
    Relation.Kind.CONTACT_PERSON: _("Is contact person of"),
    Relation.Kind.EMPLOYER: _("Employee"),
    Relation.Kind.GUARANTOR: _("Is guarantor of"),
    Relation.Kind.REFERRER: _("Recommended by this customer"),
    Relation.Kind.PARENT_COMPANY: _("Subsidiary"),
}


def role_words(role: Role) -> str | Promise:
    """What the far end is, seen from the near one: key person, is key person of."""
    kind = Relation.Kind(role.kind)
    return BACK.get(kind, kind.label) if role.back else kind.label


class TieForm(forms.Form):
    """A tie that is new, or one that changes or ends."""

    role = forms.ChoiceField(label=_("What they are to this customer"))
    since = forms.DateField(
        label=_("Since"),
        required=False,
        widget=day(),
    )
    until = forms.DateField(
        label=_("Ended on"),
        required=False,
        widget=day(),
        help_text=_("Leave it empty while it holds."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, data: Any, *, near: Customer, far: Customer, tie: Relation | None, today: date
    ) -> None:
        shown = {"since": tie.since, "until": tie.until, "note": tie.note} if tie else {}
        super().__init__(data, initial=shown)
        self.today = today
        if tie is None:
            fitting = rules.roles_for(of=near.kind, far=far.kind)
            choices = [(role.code, role_words(role)) for role in fitting]
            self.fields["role"] = forms.ChoiceField(
                label=self.fields["role"].label, choices=choices
            )
            del self.fields["until"]
        else:
            del self.fields["role"]
        for field in self.fields.values():
            field.widget.attrs["class"] = "ctl"

    def clean_since(self) -> date | None:
        return self._past("since")

    def clean_until(self) -> date | None:
        return self._past("until")

    def _past(self, name: str) -> date | None:
        return come(self.cleaned_data[name], today=self.today)
