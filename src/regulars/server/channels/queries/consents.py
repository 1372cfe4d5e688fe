"""Reads of the ledger: what stands, what was said, in which words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from regulars.server.channels.models import Consent, ConsentQuerySet, Wording
from regulars.server.channels.rules.consents import Entry, Notice, Standing, standing
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

Key = tuple[str, str]  # purpose, channel


@dataclass(frozen=True)
class Stands:
    """What stands for one purpose and channel, and the entry that says so."""

    standing: Standing
    entry: Consent | None = None


UNKNOWN = Stands(Standing.UNKNOWN)


def consent_history(viewer: Person, customer: Customer) -> ConsentQuerySet:
    """Everything a customer said, the newest first."""
    found = Consent.objects.visible_to(viewer).filter(customer=customer)
    return found.select_related("wording").order_by("-at", "-pk")


def standing_consents(viewer: Person, customer: Customer, *, at: datetime) -> dict[Key, Stands]:
    """What stands at a moment, for every purpose and channel that was ever spoken of."""
    return _stands(consent_history(viewer, customer), at)


def standings(customer: Customer, *, at: datetime) -> dict[Key, Standing]:
    """The same for the system's own decisions, without the entries."""
    return standings_of(customer.pk, at=at)


def standings_of(customer_id: int, *, at: datetime) -> dict[Key, Standing]:
    found = latest(customer_id, at=at)
    return {key: stands.standing for key, stands in found.items()}


def latest(customer_id: int, *, at: datetime) -> dict[Key, Stands]:
    """The same by id, with the entries."""
    found = Consent.objects.filter(customer=customer_id).select_related("wording")
    return _stands(found, at)


def latest_of(customers: Collection[int], *, at: datetime) -> dict[int, dict[Key, Stands]]:
    """The same for many at once; who never said anything is left out."""
    said: dict[int, list[Consent]] = {}
    for entry in Consent.objects.filter(customer__in=customers).select_related("wording"):
        said.setdefault(entry.customer_id, []).append(entry)
    known = notices()
    return {one: _stands(entries, at, known) for one, entries in said.items()}


def wordings(purpose: str = "") -> QuerySet[Wording]:
    """Notices, the newest of each purpose first."""
    found = Wording.objects.order_by("purpose", "-version")
    return found.filter(purpose=purpose) if purpose else found


def wording(purpose: str, *, at: datetime) -> Wording | None:
    """The notice of a purpose that is in force."""
    return Wording.objects.filter(purpose=purpose, effective_at__lte=at).first()


def notices() -> Mapping[str, list[Notice]]:
    found: dict[str, list[Notice]] = {}
    for one in Wording.objects.order_by("purpose", "version"):
        found.setdefault(one.purpose, []).append(
            Notice(one.version, one.effective_at, one.renewal)
        )
    return found


def _stands(
    entries: Iterable[Consent],
    at: datetime,
    known: Mapping[str, list[Notice]] | None = None,
) -> dict[Key, Stands]:
    known = notices() if known is None else known
    grouped: dict[Key, list[Consent]] = {}
    for entry in entries:
        grouped.setdefault((entry.purpose, entry.channel), []).append(entry)
    found = {}
    for key, said in grouped.items():
        heard = [entry for entry in said if entry.at <= at]
        last = max(heard, key=lambda entry: (entry.at, entry.pk), default=None)
        plain = [plainly(entry) for entry in said]
        found[key] = Stands(standing(plain, known.get(key[0], []), at=at), last)
    return found


def plainly(entry: Consent) -> Entry:
    """An entry as the rules see it."""
    return Entry(
        said=entry.said,
        at=entry.at,
        expires_at=entry.expires_at,
        wording=entry.wording.version if entry.wording else None,
        order=entry.pk,
    )
