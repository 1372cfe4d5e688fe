"""What stops everything, whatever was agreed: death, a legal block, a list of addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.channels import queries
from regulars.server.channels.models import Suppression
from regulars.server.channels.rules import addresses
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer

STOPS = ("deceased_on", "do_not_contact", "legal_block")
SHOWN = 20
ERASURE = "erasure"  # the source of an address whose owner was erased


@dataclass(frozen=True)
class Listed:
    """What became of a list: rows that were added, known, and not understood."""

    added: int
    known: int
    unreadable: tuple[tuple[int, str], ...] = ()
    unreadable_count: int = 0


@transaction.atomic
def set_stops(
    customer: Customer, *, by: Actor, at: datetime, reason: str = "", **stops: Any
) -> None:
    """Set or lift what stops contacts with a customer: STOPS, each by its name."""
    wrong = sorted(set(stops) - set(STOPS))
    if wrong:
        raise TypeError(f"no stop is called {wrong[0]}")
    changed = {k: v for k, v in stops.items() if v != getattr(customer, k)}
    if changed:
        customers.change_customer(customer, by=by, at=at, **changed)
        audit.record(
            "channels.stops.set", customer, by=by, at=at, stops=sorted(changed), reason=reason
        )


@transaction.atomic
def suppress(
    values: Iterable[str], *, source: str, by: Actor, at: datetime, reason: str = ""
) -> Listed:
    """Put numbers and addresses on the do-not-contact list; only their hashes are kept."""
    secret = queries.list_secret()
    rows: dict[tuple[str, str], str] = {}
    bad: list[tuple[int, str]] = []
    for line, value in enumerate(values, 1):
        if not value.strip():
            continue
        try:
            kind, plain = addresses.plainly(value)
        except addresses.Unreadable:
            bad.append((line, value[:60]))
            continue
        rows[kind, addresses.key(kind, plain, secret=secret)] = addresses.hint(kind, plain)
    there = queries.known_keys(rows)
    fresh = [
        Suppression(
            kind=kind, key=key, hint=hint, reason=reason, source=source,
            actor=audit.label(by), at=at,
        )
        for (kind, key), hint in rows.items()
        if (kind, key) not in there
    ]  # fmt: skip
    Suppression.objects.bulk_create(fresh, batch_size=5_000, ignore_conflicts=True)
    audit.record(
        "channels.suppression.added", "channels.Suppression", by=by, at=at, added=len(fresh)
    )
    return Listed(len(fresh), len(rows) - len(fresh), tuple(bad[:SHOWN]), len(bad))


@transaction.atomic
def keep_away(customer: Customer, *, by: Actor, at: datetime) -> int:
    """Before a customer is erased, list the numbers and addresses that are theirs alone.

    A list that somebody buys later may hold them; without the list nobody would know any
    more that this person wanted nothing. What others have too is for those others to say.
    Nothing readable is kept: neither who it was nor a hint at the address.
    """
    others = Customer.objects.exclude(pk=customer.pk).exclude(state=Customer.State.MERGED)
    shared = {
        kind
        for kind in ("phone", "email")
        if getattr(customer, kind) and others.filter(**{kind: getattr(customer, kind)}).exists()
    }
    keys = {(k, v) for k, v in queries.keys_of(customer).items() if k not in shared}
    Suppression.objects.filter(key__in=[key for _kind, key in keys]).update(hint="")
    Suppression.objects.bulk_create(
        [
            Suppression(
                kind=kind, key=key, hint="", source=ERASURE, actor=audit.label(by), at=at
            )
            for kind, key in sorted(keys - queries.known_keys(keys))
        ],
        ignore_conflicts=True,
    )
    return len(keys)


@transaction.atomic
def lift(suppression: Suppression, *, reason: str, by: Actor, at: datetime) -> None:
    """Take an address off the list; that it stood there stays on file."""
    standing = Suppression.objects.filter(pk=suppression.pk, lifted_at__isnull=True)
    if standing.update(lifted_at=at, lifted_by=audit.label(by)):
        audit.record("channels.suppression.lifted", suppression, by=by, at=at, reason=reason)
