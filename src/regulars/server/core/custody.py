"""What becomes of the rows that name a customer: at a merge, in a copy, at an erasure.

A merge, a copy for the person and an erasure touch the records of features that know
nothing of each other and must be one transaction. So each feature says, in its
`custody.py`, what its rows are and what becomes of them:

    custody.keep(
        Rows(Touch, title=_("Contacts"), copied=("at", "channel", "note"), erased=DELETED),
        Rows(Card, title=_("Cards"), copied=("day", "outcome"), erased=DELETED),
    )

What is not plain rows (files on disk, an append-only ledger, Parquet) is told by a `Duty`.
A test fails where a table names a customer and nobody answers for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise

from regulars.server.core.audit import Actor

DELETED, BLANKED = "deleted", "blanked"


@dataclass(frozen=True)
class Rows:
    """One table whose rows name a customer.

    Attributes
    ----------
    model, name
        The table and its field that names the customer.
    title
        What these rows are called in a person's copy.
    copied
        Fields that go into the copy; empty where the rows say nothing of the person.
    erased
        DELETED; or BLANKED, and then `blanked` is written over (sums and books stay, nobody is
        recognised in them).
    stays
        Whether the rows stay with the merged customer: what is computed anew anyway.
    because
        Why rows are kept, or stay, or are not copied: shown to whoever answers a request.
    """

    model: type[models.Model]
    title: str | Promise
    name: str = "customer"
    copied: tuple[str, ...] = ()
    erased: str = DELETED
    blanked: Mapping[str, Any] = field(default_factory=dict)
    stays: bool = False
    because: str | Promise = ""

    @property
    def key(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def of(self, customer_id: int) -> models.QuerySet[models.Model]:
        found = self.model._base_manager.filter(**{self.name: customer_id})
        return found.order_by("pk")


@dataclass(frozen=True)
class Merge:
    """Who is merged into whom."""

    loser_id: int
    survivor_id: int
    by: Actor
    at: datetime


Story = dict[str, Any]  # plain values for JSON


@dataclass(frozen=True)
class Known:
    """What an erased person was known by: no more than is needed to find them in files.

    `words` are values that were theirs alone; what others have too would take theirs along.
    """

    customers: tuple[int, ...]
    fact_keys: tuple[int, ...]
    words: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Duty:
    """What a feature does beyond moving and deleting rows; each part may be left out.

    Attributes
    ----------
    name
        Stable, e.g. "channels.consents"; the key of its part in the story of a merge.
    tables
        Tables with customers that this duty answers for.
    merge
        Called after rows were moved; what it returns is given to `unmerge`.
    copy
        Rows for the person's copy, by title.
    erase
        Called with the customer's id before rows are deleted; returns what it did, counted.
    shred
        Called after an erasure, by the worker: takes what files still say of the person out
        of them. May be called twice; returns what it did, counted.
    """

    name: str
    tables: tuple[str, ...] = ()
    merge: Callable[[Merge], Story] | None = None
    unmerge: Callable[[Merge, Story], None] | None = None
    copy: Callable[[int], Mapping[str, list[Story]]] | None = None
    erase: Callable[..., Mapping[str, int]] | None = None  # (customer_id, *, by, at)
    shred: Callable[[Known], Mapping[str, int]] | None = None


_rows: dict[str, Rows] = {}
_duties: dict[str, Duty] = {}
_exempt: dict[str, str] = {}


def keep(*kept: Rows | Duty) -> None:
    """Say what becomes of some rows; called once per feature when the server starts."""
    for one in kept:
        if isinstance(one, Duty):
            _duties[one.name] = one
        else:
            _rows[one.key] = one


def exempt(table: str, *, because: str) -> None:
    """Say why a table that names customers needs nothing."""
    _exempt[table] = because


def all_rows() -> tuple[Rows, ...]:
    return tuple(_rows[key] for key in sorted(_rows))


def duties() -> tuple[Duty, ...]:
    return tuple(_duties[name] for name in sorted(_duties))


def answered_for() -> dict[str, str]:
    """The tables somebody answers for, and who does."""
    found = {rows.model._meta.db_table: rows.key for rows in all_rows()}
    found |= {table: duty.name for duty in duties() for table in duty.tables}
    return found | _exempt


@transaction.atomic
def merge(told: Merge) -> Story:
    """Give the loser's rows to the survivor; return the story that `unmerge` needs.

    A row that the survivor has already (the same group, the same card of a day) stays with
    the loser, and the story says so.
    """
    story: Story = {"rows": {}, "duties": {}}
    for rows in all_rows():
        if not rows.stays:
            moved, stayed = _move(rows, told.loser_id, told.survivor_id)
            if moved or stayed:
                story["rows"][rows.key] = {"moved": moved, "stayed": stayed}
    for duty in duties():
        if duty.merge is not None:
            story["duties"][duty.name] = duty.merge(told)
    return story


@transaction.atomic
def unmerge(told: Merge, story: Story) -> None:
    """Give back what a merge moved; rows that came later stay with the survivor."""
    for duty in reversed(duties()):
        if duty.unmerge is not None and duty.name in story["duties"]:
            duty.unmerge(told, story["duties"][duty.name])
    for key, told_rows in story["rows"].items():
        rows = _rows[key]
        back = rows.of(told.survivor_id).filter(pk__in=told_rows["moved"])
        back.update(**{rows.name: told.loser_id})


def copy(customer_id: int) -> dict[str, list[Story]]:
    """Everything on file about one customer, by title, for the person who asks for it."""
    found: dict[str, list[Story]] = {}
    for rows in all_rows():
        if rows.copied:
            values = list(rows.of(customer_id).values(*rows.copied))
            found.setdefault(str(rows.title), []).extend(values)
    for duty in duties():
        if duty.copy is not None:
            for title, stories in duty.copy(customer_id).items():
                found.setdefault(str(title), []).extend(stories)
    return found


@transaction.atomic
def erase(customer_id: int, *, by: Actor, at: datetime) -> dict[str, int]:
    """Delete or blank every row about a customer; return how many of each table."""
    counts: dict[str, int] = {}
    for duty in duties():
        if duty.erase is not None:
            counts |= duty.erase(customer_id, by=by, at=at)
    for rows in _from_leaves():
        found = rows.of(customer_id)
        if rows.erased == DELETED:
            counts[rows.key] = found.delete()[0]
        elif rows.blanked:
            counts[rows.key] = found.update(**rows.blanked)
    return {key: count for key, count in counts.items() if count}


def shred(known: Known) -> dict[str, int]:
    """Take what files say of an erased person out of them; return what was done."""
    counts: dict[str, int] = {}
    for duty in duties():
        if duty.shred is not None:
            counts |= duty.shred(known)
    return {key: count for key, count in counts.items() if count}


def _from_leaves() -> Iterator[Rows]:
    """Those first that others do not point at, as deleting wants it."""
    pointed = {
        pointing.related_model
        for rows in all_rows()
        for pointing in rows.model._meta.concrete_fields
        if isinstance(pointing, models.ForeignKey)
    }
    yield from sorted(all_rows(), key=lambda rows: rows.model in pointed)


def _move(rows: Rows, loser_id: int, survivor_id: int) -> tuple[list[Any], list[Any]]:
    keys = list(rows.of(loser_id).values_list("pk", flat=True))
    if not keys:
        return [], []
    try:
        with transaction.atomic():
            rows.of(loser_id).update(**{rows.name: survivor_id})
        return keys, []
    except IntegrityError:
        moved = [key for key in keys if _move_one(rows, key, survivor_id)]
        return moved, [key for key in keys if key not in set(moved)]


def _move_one(rows: Rows, key: Any, survivor_id: int) -> bool:
    try:
        with transaction.atomic():
            rows.model._base_manager.filter(pk=key).update(**{rows.name: survivor_id})
    except IntegrityError:
        return False
    return True
