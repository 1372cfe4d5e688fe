"""One file goes into another, and comes out again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core import audit, custody, scope
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.identity import queries, rules
from regulars.server.identity.actions.deciding import decide
from regulars.server.identity.models import Merge, Pair


class NotOne(Refused):
    """What is on file says that these are two customers."""


class NotUndoable(Refused):
    """The merge was taken back before, or lies under a later one."""


@transaction.atomic
def merge(
    survivor: Customer,
    loser: Customer,
    *,
    by: Actor,
    at: datetime,
    taken: Collection[str] = (),
    pair: Pair | None = None,
    reason: str = "",
) -> Merge:
    """Let one file go into another: all rows move, blanks are filled, stops and consents
    become the stricter of both.

    :param taken: fields whose value is the loser's although the survivor has one.
    :raises NotOne: the two files carry different id numbers, or are not of one kind.
    :raises customers.NotStanding: one of them was merged or erased meanwhile.
    """
    survivor, loser = customers.lock(survivor.pk, loser.pk)
    before = {"survivor": queries.values(survivor), "loser": queries.values(loser)}
    _refuse_two(before["survivor"], before["loser"])
    values = rules.merged(
        queries.values(survivor), queries.values(loser), taken=frozenset(taken)
    )
    made = Merge.objects.create(
        survivor=survivor,
        loser=loser,
        pair=pair,
        before=queries.plain(before),
        after=queries.plain(values),
        merged_at=at,
        merged_by=by if isinstance(by, Person) else None,
        reason=reason,
    )
    customers.absorb(survivor, loser, values, by=by, at=at)
    with scope.beyond():
        made.story = custody.merge(custody.Merge(loser.pk, survivor.pk, by=by, at=at))
    made.save(update_fields=["story"])
    if pair is not None:
        decide(pair, Pair.State.MERGED, by=by, at=at, reason=reason)
    audit.record(
        "identity.customers.merged", made, by=by, at=at, survivor=survivor.pk, loser=loser.pk
    )
    return made


@transaction.atomic
def unmerge(made: Merge, *, by: Actor, at: datetime) -> Merge:
    """Take a merge back: rows and values return, what was changed since stays.

    The file returns to its book, unless its customer went to another meanwhile. Stops and
    consents that grew stricter since stay with both.

    :raises NotUndoable: it was taken back, or the survivor went into a third file.
    """
    # The files first, as a merge and an erasure do, so that no two wait for each other.
    survivor, loser = customers.lock_all(made.survivor_id, made.loser_id)
    found = Merge.objects.select_for_update(of=("self",)).filter(pk=made.pk).first()
    _refuse_undoing(found, survivor, loser)
    made = found or made
    restored, by_hand = rules.undone(
        made.before["survivor"], made.after, queries.plain(queries.values(survivor))
    )
    restored = rules.as_strict_as(
        restored, [other.before["loser"] for other in queries.others_within(made)]
    )
    strict = _stricter_since(made, survivor, loser)
    with scope.beyond():
        by_hand += _go_along(made, survivor, loser, by=by, at=at)
        told = custody.Merge(loser.pk, survivor.pk, by=by, at=at)
        custody.unmerge(told, made.story)
    customers.release(
        survivor,
        loser,
        queries.typed(restored),
        state=made.before["loser"]["state"],
        origins=made.before["survivor"]["provenance"],
        lent={n: (made.before["survivor"][n], made.after[n]) for n in _lent(made)},
        since=made.merged_at,
        by=by,
        at=at,
    )
    if strict:
        customers.change_customer(loser, by=by, at=at, **strict)
    made.undone_at, made.kept_by_hand = at, by_hand
    made.undone_by = by if isinstance(by, Person) else None
    # Two customers again: neither's values lie with the other.
    made.before, made.after = {}, {}
    made.save(update_fields=["undone_at", "undone_by", "kept_by_hand", "before", "after"])
    if made.pair_id is not None:
        again = Pair.objects.filter(pk=made.pair_id)
        again.update(state=Pair.State.OPEN, decided_at=None)
    audit.record("identity.customers.unmerged", made, by=by, at=at, kept=by_hand)
    return made


def _go_along(
    made: Merge, survivor: Customer, loser: Customer, *, by: Actor, at: datetime
) -> list[str]:
    """Who moved while the files were one moved for both: the file comes out there."""
    book = queries.home(made, survivor, loser)
    if book.pk == loser.book_id:
        return []
    customers.move_to_book(loser, book, by=by, at=at)
    return ["book"]


def _refuse_undoing(made: Merge | None, survivor: Customer, loser: Customer) -> None:
    if made is None or Customer.State.ERASED in (survivor.state, loser.state):
        raise NotUndoable(_("The merged file was erased. It cannot be brought back."))
    if made.undone_at is not None:
        raise NotUndoable(_("This merge was taken back already. Reload the page."))
    if survivor.state == Customer.State.MERGED:
        raise NotUndoable(_("The file went into a third one later. Take that back first."))


def _lent(made: Merge) -> list[str]:
    """The fields in which the survivor carried a value of the other file."""
    return [name for name in rules.CHOSEN if name in made.after]


def _stricter_since(made: Merge, survivor: Customer, loser: Customer) -> dict[str, Any]:
    """What was refused while the files were one was refused by whoever it was: both."""
    now, own = queries.values(survivor), queries.values(loser)
    merged = {**made.before["survivor"], **made.after}
    since = {name for name in rules.STRICTER if queries.plain(now)[name] != merged[name]}
    strict = rules.stricter(now, own)
    return {name: strict[name] for name in sorted(since) if strict[name] != own[name]}


def _refuse_two(one: dict[str, Any], other: dict[str, Any]) -> None:
    told = {
        "ids": _("The two files carry different id numbers. They are two customers."),
        "kinds": _("One is a person and the other an organisation. They are two customers."),
    }
    obstacle = rules.obstacle(one, other)
    if obstacle:
        raise NotOne(told[obstacle])
