"""Decisions, rules, packs and entries as a page tells them: names beside codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import get_language

from regulars.server.channels.models import Consent, Decision, Wording
from regulars.server.channels.queries.consents import wordings
from regulars.server.channels.queries.packs import all_packs, delivered
from regulars.server.channels.queries.policy import decisions
from regulars.server.channels.rules.consents import CHANNELS
from regulars.server.channels.rules.hours import Quiet
from regulars.server.channels.rules.packs import Basis, Duty, Pack
from regulars.server.channels.rules.policy import (
    Allow,
    Context,
    Deny,
    Verdict,
    decide,
    walk,
)
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer


@dataclass(frozen=True)
class Answer:
    """What the policy says, with every rule beside it."""

    allowed: bool
    deny: Deny | None
    rules: tuple[tuple[Verdict, str], ...]  # with the source that the pack names
    duties: tuple[tuple[str, str], ...]
    pack: Pack | None
    pack_name: str
    policy_version: int
    touched: int


@dataclass(frozen=True)
class Signed:
    """An entry of the ledger and who wrote it."""

    entry: Consent
    by: str


@dataclass(frozen=True)
class Told:
    """A pack in the reader's language."""

    pack: Pack
    name: str
    hours: tuple[tuple[str, Quiet], ...]
    duties: tuple[tuple[str, str, str], ...]  # rule, channel, words
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Counted:
    """A notice and how many entries were given under it."""

    wording: Wording
    given: int
    current: bool


def told(context: Context) -> Answer:
    """The answer of a context, and what each rule says on the way."""
    verdict = decide(context)
    pack = context.pack
    return Answer(
        allowed=isinstance(verdict, Allow),
        deny=verdict if isinstance(verdict, Deny) else None,
        rules=tuple((one, _source(pack, one.rule)) for one in walk(context)),
        duties=tuple((duty.rule, _of(duty)) for duty in pack.duties_of(context.ask.channel))
        if pack
        else (),
        pack=pack,
        pack_name=_name(pack) if pack else "",
        policy_version=context.policy.version,
        touched=len([t for t in context.touched if t <= context.ask.at]),
    )


def signed(entries: Iterable[Consent]) -> list[Signed]:
    """Entries with the names of those who wrote them; what the system wrote has none."""
    kept = list(entries)
    people = _people({entry.actor for entry in kept})
    return [Signed(entry, people.get(entry.actor, "")) for entry in kept]


def told_decisions(viewer: Person, customer: Customer) -> list[Decision]:
    return list(decisions(viewer, customer))


def told_packs() -> list[Told]:
    return [
        Told(
            pack=pack,
            name=_name(pack),
            hours=tuple(pack.quiet.items()),
            duties=tuple((duty.rule, duty.channel, _of(duty)) for duty in pack.duties),
            sources=tuple((rule, _source(pack, rule)) for rule in pack.sources),
        )
        for pack in all_packs()
    ]


@dataclass(frozen=True)
class Law:
    """What the pack of the company asks for, beside which the company sets its own."""

    name: str
    pack: Pack
    express: tuple[str, ...]  # purposes that need a yes on every way
    quiet: Quiet
    sms: Quiet


def told_law(home: str) -> Law | None:
    """The pack of customers without a country, as it is delivered."""
    pack = delivered(home)
    if pack is None:
        return None
    asked = ("marketing", "survey", "greeting")
    express = tuple(p for p in asked if _always_asked(pack, p))
    return Law(_name(pack), pack, express, pack.quiet_of("default"), pack.quiet_of("sms"))


def _always_asked(pack: Pack, purpose: str) -> bool:
    return all(pack.basis_of(purpose, channel) is Basis.EXPRESS for channel in CHANNELS)


def counted_wordings() -> list[Counted]:
    """Every notice with its number of consents, the newest of each purpose first."""
    given = Consent.objects.filter(said="given", wording__isnull=False).order_by()
    counts = dict(given.values_list("wording").annotate(n=Count("pk")))
    found, seen = [], set()
    for one in wordings():
        found.append(Counted(one, counts.get(one.pk, 0), one.purpose not in seen))
        seen.add(one.purpose)
    return found


def terms(wording: Wording | None) -> dict[str, Any]:
    """The fields of a notice, to begin the next one with."""
    names = ("purpose", "text", "text_en", "controller", "contact", "method", "frequency",
             "kinds", "retention")  # fmt: skip
    return {name: getattr(wording, name) for name in names} if wording else {}


def _people(labels: set[str]) -> dict[str, str]:
    keys = [
        int(label.removeprefix("person:")) for label in labels if label.startswith("person:")
    ]
    found = Person.objects.filter(pk__in=keys).order_by("pk")
    return {f"person:{person.pk}": str(person) for person in found}


def _zh() -> bool:
    return (get_language() or "zh").startswith("zh")


def _name(pack: Pack) -> str:
    return pack.zh if _zh() else pack.en


def _of(duty: Duty) -> str:
    return duty.zh if _zh() else duty.en


def _source(pack: Pack | None, rule: str) -> str:
    zh, en = pack.sources.get(rule, ("", "")) if pack else ("", "")
    return zh if _zh() else en
