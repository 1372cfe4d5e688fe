"""A preference, the tags of a file, a file that is attached: what somebody types or picks."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.customers import rules
from regulars.server.customers.models import Customer, Document, Preference

LONGEST_TAG = 40
SEPARATORS = re.compile(r"[,，、;；]")


class PreferenceForm(forms.Form):
    """What the customer said they like."""

    topic = forms.ChoiceField(
        label=_("About"), choices=Preference.Topic.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What the customer prefers"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "ctl"}),
    )


class TagsForm(forms.Form):
    """Tags in use to tick, and new ones to type."""

    used = forms.MultipleChoiceField(
        label=_("Tags in use"), required=False, widget=forms.CheckboxSelectMultiple
    )
    new = forms.CharField(
        label=_("New tags"),
        required=False,
        help_text=_("Separate them with commas."),
        widget=forms.TextInput(attrs={"class": "ctl"}),
    )

    def __init__(self, data: Any, *, customer: Customer, used: list[str]) -> None:
        super().__init__(data, initial={"used": customer.tags})
        known = list(dict.fromkeys([*customer.tags, *used]))
        field = self.fields["used"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(tag, tag) for tag in known]
        if not known:
            del self.fields["used"]

    def clean_new(self) -> list[str]:
        tags = [tag.strip() for tag in SEPARATORS.split(self.cleaned_data["new"])]
        long = next((tag for tag in tags if len(tag) > LONGEST_TAG), None)
        if long:
            raise forms.ValidationError(
                gettext("The tag “%(tag)s” is longer than 40 characters. Shorten it."),
                params={"tag": long},
            )
        return [tag for tag in tags if tag]

    @property
    def tags(self) -> list[str]:
        """What the file is to carry."""
        given = [*self.cleaned_data.get("used", []), *self.cleaned_data["new"]]
        return list(dict.fromkeys(given))


class DocumentForm(forms.Form):
    """A file and what it is."""

    file = forms.FileField(label=_("File"))
    kind = forms.ChoiceField(
        label=pgettext_lazy("document", "What it is"), choices=Document.Kind.choices
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        endings = sorted(rules.ENDINGS)
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{each}" for each in endings)
        self.fields["file"].help_text = gettext("Up to %(most)s MB: %(known)s.") % {
            "most": rules.LARGEST >> 20,
            "known": ", ".join(endings),
        }
        for field in self.fields.values():
            field.widget.attrs["class"] = "ctl"
