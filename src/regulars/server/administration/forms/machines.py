"""What people type about other systems: keys and webhooks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.base.errors import RegularsError
from regulars.server.administration import queries
from regulars.server.administration.forms.pages import Plain, UnitChoice
from regulars.server.core import events
from regulars.server.core.models import ApiKey, Book, OrgUnit, Person
from regulars.server.core.queries import books
from regulars.server.core.rights import Right
from regulars.server.core.webhooks.actions import Tested, UnknownKind
from regulars.server.core.webhooks.rules import BadAddress, NotListed

DAYS = [
    ("90", _("90 days")),
    ("365", _("1 year")),
    ("30", _("30 days")),
    ("", _("No last day")),
]
# Events that are for the asking only.
OWN = {Tested.type}


class BooksChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # no [] at run time
    def label_from_instance(self, book: Book) -> str:
        return f"{book} ({book.code})"


class NewKey(Plain):
    """A key: what for, what it may do, how far it reaches, how long."""

    name = forms.CharField(
        label=pgettext_lazy("place", "Name"),
        max_length=60,
        help_text=_("Which system uses it. The history of imports shows this name."),
    )
    rights = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=ApiKey.RIGHTS,
        initial=[Right.FACTS_WRITE],
        widget=forms.CheckboxSelectMultiple,
    )
    reach = forms.ChoiceField(
        label=_("How far it reaches"),
        choices=ApiKey.Reach.choices,
        help_text=_("Customers beyond it are as if they did not exist, as for a person."),
    )
    org_unit = UnitChoice(
        label=_("The place, where it is one place"),
        queryset=OrgUnit.objects.none(),
        required=False,
        empty_label=_("Choose"),
    )
    books = BooksChoice(
        label=_("The books, where it is some books"),
        queryset=Book.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    days = forms.ChoiceField(label=_("Valid for"), choices=DAYS, required=False, initial="365")
    per_minute = forms.IntegerField(
        label=_("Requests a minute, at most"), min_value=1, max_value=60_000, initial=600
    )

    def __init__(self, *args: Any, viewer: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org_unit"].queryset = queries.org_units(viewer)  # type: ignore[attr-defined]  # a UnitChoice
        self.fields["books"].queryset = books(viewer)  # type: ignore[attr-defined]  # a BooksChoice
        # Ticks look like ticks, not like a field to write in.
        self.fields["rights"].widget.attrs.pop("class", None)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        reach = typed.get("reach")
        if reach == ApiKey.Reach.UNIT and not typed.get("org_unit"):
            self.add_error("org_unit", _("Choose the place that the key reaches."))
        if reach == ApiKey.Reach.BOOKS and not typed.get("books"):
            self.add_error("books", _("Choose the books that the key reaches."))
        return typed

    def wanted(self, at: datetime) -> dict[str, Any]:
        """What the action takes."""
        typed = self.cleaned_data
        reach = typed["reach"]
        return {
            "name": typed["name"],
            "rights": typed["rights"],
            "org_unit": typed["org_unit"] if reach == ApiKey.Reach.UNIT else None,
            "books": typed["books"] if reach == ApiKey.Reach.BOOKS else (),
            "per_minute": typed["per_minute"],
            "expires_at": at + timedelta(days=int(typed["days"])) if typed["days"] else None,
        }


def offered() -> list[tuple[str, Any]]:
    """The events that may be asked for."""
    return [(code, kind.label) for code, kind in events.kinds().items() if code not in OWN]


class WebhookForm(Plain):
    """A receiver of events."""

    name = forms.CharField(
        label=pgettext_lazy("place", "Name"),
        max_length=60,
        help_text=_("Which system listens there."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_("Host and port as the list of receivers has them, then the path."),
    )
    types = forms.MultipleChoiceField(
        label=_("What it is told"), choices=offered, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["types"].widget.attrs.pop("class", None)

    def refuse(self, error: RegularsError) -> None:
        """Say what is wrong with the address in the reader's words."""
        if isinstance(error, NotListed):
            said = _(
                "%(origin)s is not on the list of receivers. Host and port must both be as the "
                "list has them; whoever runs the installation adds to REGULARS_WEBHOOK_HOSTS, "
                "such as hooks.example.com:8443 or http://intranet:8080."
            )
            self.add_error("url", said % {"origin": error.origin})
        elif isinstance(error, BadAddress):
            said = _(
                "Events cannot go there. Write https:// and the name of a host that is on the "
                "list of receivers, without user name or fragment."
            )
            self.add_error("url", said)
        elif isinstance(error, UnknownKind):
            self.add_error("types", _("Choose at least one event."))
        else:
            super().refuse(error)
