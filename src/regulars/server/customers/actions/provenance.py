"""Values one by one, each with its source: by hand, from another source, taken instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.actions import beside, quality
from regulars.server.customers.actions.file import index
from regulars.server.customers.actions.standing import hold
from regulars.server.customers.models import Customer, SeenValue
from regulars.server.customers.rules import provenance
from regulars.server.customers.rules.provenance import FIRST, HAND, Word


class NothingTaken(Refused):
    """The value was changed since; there is nothing to take back."""


@transaction.atomic
def offer(
    customer: Customer,
    values: Mapping[str, Any],
    *,
    origin: str,
    by: Actor,
    at: datetime,
    rank: int | None = None,
    told: datetime | None = None,
) -> list[str]:
    """Let one source speak about one customer; return the fields whose value it changed.

    The same rule as for a whole file: `rules.provenance`. What loses is kept beside.
    """
    kept = hold(customer.pk)
    known = beside.ranks()
    strength = rank or provenance.rank_of([origin], known)
    when = beside.moment(told or at)
    changed: list[str] = []
    for name, value in values.items():
        word = Word.of(strength, when, beside.text(name, value))
        if not word.value or name not in provenance.JUDGED:
            continue
        given = kept.provenance.get(name)
        standing = beside.text_of(kept, name)
        verdict = provenance.judge(word, standing, given, known)
        if verdict.beside == word:
            beside.lay_beside(kept, name, word, origin)
        elif verdict.beside is not None:
            beside.lay_beside(kept, name, verdict.beside, str(given[0]) if given else "")
        if verdict.stands:
            SeenValue.objects.filter(customer=kept, field=name, rank=strength).delete()
        if verdict.written:
            setattr(kept, name, beside.field(name).to_python(value))
            kept.provenance[name] = [origin, when, strength]
            changed += [name] if standing != word.value else []
    _save(kept, list(values), at=at, changed=bool(changed))
    _copy(kept, customer, [*values, "provenance"])
    if changed:
        audit.record(
            "customers.values.offered",
            kept,
            by=by,
            at=at,
            fields=sorted(changed),
            origin=origin,
        )
    return changed


@transaction.atomic
def take(seen: SeenValue, *, by: Actor, at: datetime) -> Customer:
    """Let another source's value stand: from now on a person said so."""
    kept = hold(seen.customer_id)
    name, origin = seen.field, kept.provenance.get(seen.field)
    standing = beside.text_of(kept, name)
    taken = [seen.source, seen.told, seen.rank]
    SeenValue.objects.filter(pk=seen.pk).delete()
    if standing:
        word = Word.of(
            provenance.rank_of(origin, beside.ranks()), beside.told(origin), standing
        )
        beside.lay_beside(kept, name, word, str(origin[0]) if origin else "")
    setattr(kept, name, beside.field(name).to_python(seen.value))
    kept.provenance[name] = [HAND, beside.moment(at), FIRST, taken, list(origin or [])]
    kept.confirmed_at = at
    _save(kept, [name], at=at, changed=True)
    audit.record("customers.value.taken", kept, by=by, at=at, fields=[name], origin=seen.source)
    return kept


@transaction.atomic
def take_back(customer: Customer, name: str, *, by: Actor, at: datetime) -> Customer:
    """Undo a taking: the value before it stands again, the other one is beside it.

    :raises NothingTaken: the field says something else by now.
    """
    kept = hold(customer.pk)
    origin = kept.provenance.get(name) or []
    if len(origin) < 5:
        raise NothingTaken("This value was changed since. There is nothing to take back.")
    taken, before = origin[3], origin[4]
    rank = provenance.rank_of(before or None, beside.ranks())
    other = SeenValue.objects.filter(customer=kept, field=name, rank=rank).first()
    was_taken = beside.text_of(kept, name)
    field = beside.field(name)
    setattr(kept, name, field.to_python(other.value) if other else field.get_default())
    if other:
        other.delete()
    if before:
        kept.provenance[name] = before
    else:
        kept.provenance.pop(name, None)
    beside.lay_beside(
        kept, name, Word.of(int(taken[2]), str(taken[1]), was_taken), str(taken[0])
    )
    _save(kept, [name], at=at, changed=True)
    audit.record("customers.value.taken_back", kept, by=by, at=at, fields=[name])
    return kept


def _save(kept: Customer, fields: list[str], *, at: datetime, changed: bool) -> None:
    written = [*fields, "provenance", "confirmed_at"]
    if changed:
        kept.updated_at = at
        written.append("updated_at")
    kept.save(update_fields=written)
    if changed:
        index(kept)
        quality.measure([kept.pk])


def _copy(of: Customer, to: Customer, fields: list[str]) -> None:
    for name in fields:
        setattr(to, name, getattr(of, name))
