"""What a manager decides about books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.books import queries
from regulars.server.books.rules import Split
from regulars.server.care.rules import Priority
from regulars.server.core.models import Book, Person
from regulars.server.web.forms import dress

# What kind of work comes first.
PRIORITIES: Mapping[Priority, Any] = {
    Priority.PROMISE: _("Promises"),
    Priority.LOSS: _("Against losses"),
    Priority.MATURITY: _("What ends or matures"),
    Priority.GROWTH: _("Growth"),
    Priority.CARE: _("Care"),
}


def _go_to(tiers: str) -> str:
    return gettext("Customers of %(tiers)s go to") % {"tiers": tiers}


class HolderForm(forms.Form):
    """Who holds a book, and who stands in."""

    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Owner"),
        required=False,
        empty_label=_("nobody: the branch's pool"),
    )
    backup = forms.ModelChoiceField(
        Person.objects.none(), label=_("Backup"), required=False, empty_label=_("nobody")
    )

    def __init__(self, data: Any, *, book: Book, viewer: Person) -> None:
        super().__init__(data, initial={"owner": book.owner_id, "backup": book.backup_id})
        people = queries.people_for(viewer, book)
        for name in ("owner", "backup"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]  # a choice of models
        dress(self)


class HandoverForm(forms.Form):
    """Which book takes which customers of a book that is handed over."""

    note = forms.CharField(
        label=_("What the next one must know"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    greets = forms.BooleanField(
        label=_("Ask each successor to introduce themselves within 5 working days"),
        required=False,
        initial=True,
    )
    message = forms.CharField(
        label=_("Message to each customer (if wanted)"),
        help_text=_(
            "Stands ready on the successor's card, to be sent the way the customer prefers. "
            "{name} becomes the customer's name."
        ),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, book: Book, viewer: Person) -> None:
        super().__init__(data)
        names = queries.level_names()
        self.levels = {n: names.get(n, "") for n in queries.by_level(viewer, book)}
        into = queries.successors(viewer, book)
        for level in self.levels:
            self.fields[f"level_{level}"] = forms.ModelChoiceField(
                into,
                required=False,
                empty_label=_("as the rest"),
                widget=forms.Select(attrs={"aria-label": _go_to(self.levels[level])}),
            )
        self.fields["rest"] = forms.ModelChoiceField(
            into, label=_("All others to"), empty_label=_("choose …")
        )
        dress(self)

    def clean(self) -> dict[str, Any]:
        """A message has somebody who tells it: whoever writes one asks for introductions."""
        given = super().clean() or self.cleaned_data
        given["greets"] = bool(given.get("greets") or given.get("message"))
        return given

    @property
    def may_go(self) -> bool:
        """Whether anybody could take customers over."""
        rest: Any = self.fields["rest"]
        return bool(rest.queryset.exists())

    def rows(self) -> list[tuple[int, str, Any]]:
        """A field per level of tier and what its tiers are called, for the page."""
        return [(n, words, self[f"level_{n}"]) for n, words in self.levels.items()]

    def split(self) -> Split:
        given = self.cleaned_data
        chosen = {level: given[f"level_{level}"] for level in self.levels if level}
        return Split(given["rest"].pk, {n: book.pk for n, book in chosen.items() if book})


class ReleaseForm(forms.Form):
    """Why a customer goes back to the pool."""

    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        dress(self)


class GiveForm(forms.Form):
    """Which book takes a customer."""

    customer = forms.SlugField()
    book = forms.ModelChoiceField(Book.objects.none())

    def __init__(self, data: Any, *, viewer: Person) -> None:
        super().__init__(data)
        mine = queries.books(viewer).filter(owner__is_active=True)
        self.fields["book"].queryset = mine  # type: ignore[attr-defined]  # a choice of models
