"""What an alert says, in the reader's language. A fact that is not known stays out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from regulars.server.alerts.models import Alert
from regulars.server.alerts.rules import LEVELS
from regulars.server.core import queries as core
from regulars.server.tiers import queries as tiers
from regulars.server.web import rules as web

# By kind: what it is called, and sentences with facts, the fullest first.
NAMES: Mapping[str, Promise] = {
    "large_movement": pgettext_lazy("alert", "Large movement"),
    "complaint": gettext_lazy("Complaint to be acknowledged"),
    "promise_broken": gettext_lazy("Promise broken"),
    "churn_risk": gettext_lazy("Risk of leaving is rising"),
    "dormant": gettext_lazy("Fell asleep"),
    "contact_overdue": gettext_lazy("Contact overdue"),
    "file_open": gettext_lazy("File incomplete or out of date"),
}
SENTENCES: Mapping[str, tuple[Promise, ...]] = {
    "large_movement": (
        gettext_lazy("%(amount)s went out in 5 days; usual for them are %(low)s to %(high)s."),
        gettext_lazy("%(amount)s went out in 5 days, beyond what is usual for them."),
        gettext_lazy("%(inflow)s came in within 5 days, beyond what is usual for them."),
    ),
    "complaint": (
        gettext_lazy("Taken in on %(last)s; the standard is %(interval)s working hours."),
        gettext_lazy("Taken in on %(last)s; say who handles it and until when."),
    ),
    "promise_broken": (
        gettext_lazy("“%(text)s” was promised for %(due)s and is not done."),
        gettext_lazy("What was promised for %(due)s is not done."),
    ),
    "churn_risk": (
        gettext_lazy("Risk %(risk)s now, %(before)s before."),
        gettext_lazy("Risk %(risk)s now, in a higher band than before."),
        gettext_lazy("The risk rose by a band, or activity fell far below the usual."),
    ),
    "dormant": (
        gettext_lazy("Nothing since %(last)s, longer than their own rhythm allows."),
        gettext_lazy("Nothing for longer than their own rhythm allows."),
    ),
    "contact_overdue": (
        gettext_lazy("Last spoken with on %(last)s; the standard is every %(interval)s days."),
        gettext_lazy("Last spoken with on %(last)s."),
        gettext_lazy("Never spoken with; the standard is every %(interval)s days."),
    ),
    "file_open": (
        gettext_lazy("Nobody has confirmed the file since %(last)s."),
        gettext_lazy("Key fields of the file are empty, or nobody has confirmed it."),
    ),
}


@dataclass(frozen=True)
class Reader:
    """In which language and currency."""

    language: str
    currency: str

    @classmethod
    def current(cls) -> Reader:
        company = core.company()
        return cls(get_language() or "zh", company.currency if company else "CNY")

    def money(self, value: Any) -> str:
        return str(
            web.money(Decimal(str(value)), language=self.language, currency=self.currency)
        )

    def day(self, value: Any) -> str:
        return web.day(date.fromisoformat(str(value)[:10]), "long", language=self.language)

    def share(self, value: Any) -> str:
        return web.percent(Decimal(str(value)), digits=0)


FORMS: Mapping[str, Callable[[Reader, Any], str]] = {
    **dict.fromkeys(("amount", "inflow", "low", "high"), Reader.money),
    **dict.fromkeys(("last", "due"), Reader.day),
    **dict.fromkeys(("risk", "before"), Reader.share),
}


def name(kind: str) -> str:
    return str(NAMES.get(kind, kind))


def words(alert: Alert, reader: Reader) -> str:
    """The first sentence all of whose facts are known; the kind's name where none is."""
    known = {
        fact: told
        for fact, value in alert.facts.items()
        if (told := _told(fact, value, reader)) is not None
    }
    for sentence in SENTENCES.get(alert.kind, ()):
        try:
            return str(sentence) % known
        except KeyError:
            continue
    return name(alert.kind)


def _told(fact: str, value: Any, reader: Reader) -> str | None:
    if value in (None, ""):
        return None
    try:
        return FORMS[fact](reader, value) if fact in FORMS else str(value)
    except (ValueError, InvalidOperation):
        return None


def kinds() -> list[tuple[str, str]]:
    """Every kind with its name, the most urgent first."""
    return [(code, name(code)) for code in NAMES]


def level_names() -> dict[int, str]:
    """What the tiers of each level are called; a level without a tier by its number."""
    found: dict[int, list[str]] = {}
    for mark in tiers.primary_marks().values():
        found.setdefault(mark.level, []).append(mark.name)
    usual = {n: _("Level %(n)s") % {"n": n} for n in LEVELS}
    return usual | {n: " / ".join(words) for n, words in found.items()}
