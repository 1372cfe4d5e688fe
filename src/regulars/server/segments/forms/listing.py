"""The words for what a list can be narrowed by, and the choices that a filter offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.segments.rules import Asked
from regulars.server.tiers import queries as tiers

STAGES = {
    "new": pgettext_lazy("stage", "New"),
    "active": pgettext_lazy("stage", "Active"),
    "loyal": pgettext_lazy("stage", "Loyal"),
    "at_risk": pgettext_lazy("stage", "At risk"),
    "dormant": pgettext_lazy("stage", "Dormant"),
    "lost": pgettext_lazy("stage", "Lost"),
    "reactivated": pgettext_lazy("stage", "Came back"),
}
QUIET = {
    "at_risk": _("Quieter than usual"),
    "dormant": _("Silent for long"),
    "lost": _("Comes no more"),
}
TYPES = {
    "important_value": _("Key – value"),
    "important_keep": _("Key – keep"),
    "important_develop": _("Key – develop"),
    "important_winback": _("Key – win back"),
    "general_value": _("General – value"),
    "general_keep": _("General – keep"),
    "general_develop": _("General – develop"),
    "general_winback": _("General – win back"),
}
LABELS = {
    "segment": _("Segment"),
    "rule": _("Rule"),
    "tier": _("Tier"),
    "stage": _("Stage"),
    "rfm_type": _("RFM type"),
    "kind": _("Kind"),
    "branch": _("Branch"),
    "book": _("Book"),
    "state": _("State"),
    "since_from": _("Customer since, from"),
    "since_to": _("Customer since, until"),
    "q": _("Search"),
}
SORTS = {
    "value": _("Value"),
    "stake": _("Value at stake"),
    "clv": _("Value of the next three years"),
    "p_alive": _("Chance to stay"),
    "contribution": _("Contribution of 12 months"),
    "number": _("Customer number"),
    "since": _("Customer since"),
}
# A head office has thousands of books: they are offered once a branch is chosen.
MOST_BOOKS = 60


@dataclass(frozen=True)
class Pill:
    """A condition as words, and the address of the list without it."""

    label: str
    words: str
    href: str


@dataclass(frozen=True)
class Choice:
    """One filter that can be added, with its options."""

    name: str
    label: str
    options: list[tuple[str, str]]


def pills(
    viewer: Person, asked: Asked, path: str, named: Mapping[tuple[str, str], str]
) -> list[Pill]:
    """The conditions of a list, each removable; `named` gives words that are known already."""
    words = {**_words(viewer, asked), **named}
    return [
        Pill(
            label=str(LABELS[name]),
            words=str(words.get((name, value), value)),
            href=f"{path}?{asked.without(name, value).query()}",
        )
        for name, value in asked.pairs()
    ]


def choices(viewer: Person, asked: Asked) -> list[Choice]:
    """What could still be added to a list."""
    offered: dict[str, Iterable[tuple[str, Any]]] = {
        "tier": [(code, mark.name) for code, mark in tiers.primary_marks().items()],
        "stage": STAGES.items(),
        "rfm_type": TYPES.items(),
        "kind": Customer.Kind.choices,
        "state": Customer.State.choices,
        "branch": [(unit.code, str(unit)) for unit in core.branches(viewer)],
        "book": _books(viewer, asked),
    }
    found = []
    for name, options in offered.items():
        left = [(v, str(label)) for v, label in options if v not in asked.of(name)]
        if left and len(left) + len(asked.of(name)) > 1:
            found.append(Choice(name, str(LABELS[name]), left))
    return found


def _words(viewer: Person, asked: Asked) -> Mapping[tuple[str, str], Any]:
    words: dict[tuple[str, str], Any] = {("q", asked.text): f"“{asked.text}”"}
    words |= {("stage", code): label for code, label in STAGES.items()}
    words |= {("rfm_type", code): label for code, label in TYPES.items()}
    words |= {("kind", code): label for code, label in Customer.Kind.choices}
    words |= {("state", code): label for code, label in Customer.State.choices}
    if asked.of("tier"):
        words |= {("tier", c): mark.name for c, mark in tiers.primary_marks().items()}
    if asked.of("branch"):
        known = core.branches(viewer).filter(code__in=asked.of("branch"))
        words |= {("branch", unit.code): str(unit) for unit in known}
    return words


def _books(viewer: Person, asked: Asked) -> list[tuple[str, str]]:
    books = core.books(viewer)
    if asked.of("branch"):
        books = books.filter(org_unit__code__in=asked.of("branch"))
    found = list(books[: MOST_BOOKS + 1])
    if len(found) > MOST_BOOKS:
        return []
    return [(book.code, str(book.owner or book)) for book in found]


def type_words(code: str) -> str:
    return str(TYPES.get(code, code)) if code else gettext("Not scored yet")


MEASURES = {
    "adb_month": _("Daily average of the month"),
    "adb_90": _("Daily average of 90 days"),
    "aum": _("Assets with us"),
    "net_spend": _("Net spend so far"),
    "spend_365": _("Net spend of 12 months"),
    "contribution_12": _("Contribution of 12 months"),
    "clv_36": _("Value of the next three years"),
    "purchase_count": _("Orders"),
}
