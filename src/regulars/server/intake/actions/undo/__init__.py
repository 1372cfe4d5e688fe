"""Take a file out again: what it added goes, what it changed stands as before.

What somebody touched since is listed and stays as it is. The facts go first, since a
customer whom only they opened has then nothing that holds them. One transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import audit, scope
from regulars.server.core.audit import WORKER, Actor
from regulars.server.core.files import SafeWriter
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.intake import queries
from regulars.server.intake.actions.files import held
from regulars.server.intake.actions.records import NotForYou
from regulars.server.intake.actions.undo import customers, lake, people, products
from regulars.server.intake.actions.undo.kept import Kept, Taken
from regulars.server.intake.actions.work import one_loader
from regulars.server.intake.models import Import

LISTED = 200  # of what stays, shown on the page; the file has all


class NotWithdrawable(Refused):
    """Nothing is known of what this file did, or it was taken out already."""


@dataclass(frozen=True)
class Undone:
    """What taking a file out does, or would do."""

    facts: int
    opened: int  # customers that the file opened
    removed: int  # of them, those that go
    restored: int  # customers with values that stand as before
    values: int
    products_removed: int
    products_restored: int
    people_opened: int  # of the staff
    people_removed: int
    people_restored: int
    books_removed: int
    kept: Sequence[Kept]

    def told(self) -> dict[str, Any]:
        """For the record: counts, and the first of what stays."""
        return asdict(self) | {
            "kept": len(self.kept),
            "listed": [asdict(one) for one in self.kept[:LISTED]],
        }


def foresee_undo(found: Import, *, at: datetime) -> Undone:
    """Say what taking a file out would do. Everything is done, and rolled back.

    :raises NotWithdrawable: it cannot be taken out.
    """
    try:
        with transaction.atomic(), scope.everything():
            done = _take_out(found, by=WORKER, at=at)
            raise _Foreseen(done)
    except _Foreseen as seen:
        return seen.done


def undo(found: Import, *, by: Actor, at: datetime) -> Import:
    """Take a file out again; what was touched since stays and is listed.

    :raises NotWithdrawable: it cannot be taken out.
    :raises NotForYou: it brought people, and `by` is no administrator.
    :raises InUse: another process works on it.
    """
    with held(found), scope.everything():
        one_loader()
        locked = Import.objects.select_for_update().get(pk=found.pk)
        done = _take_out(locked, by=by, at=at)
        _list_kept(found, done.kept)
        found.state, found.ended_at, found.undone = Import.State.WITHDRAWN, at, done.told()
        found.save(update_fields=["state", "ended_at", "undone"])
        counts = {name: value for name, value in done.told().items() if name != "listed"}
        audit.record("intake.file.withdrawn", found, by=by, at=at, **counts)
    return found


def stand_as_loaded(found: Import) -> None:
    """After taking it out failed, nothing of which remains, a file is what it was: loaded."""
    Import.objects.filter(pk=found.pk, state=Import.State.UNDOING).update(
        state=Import.State.DONE
    )


def refuse_staff(found: Import, *, by: Actor) -> None:
    """:raises NotForYou: the file brought people, and `by` may not say who works here."""
    if found.kind == "people" and isinstance(by, Person) and not by.may(Permission.ADMINISTER):
        raise NotForYou("Only an administrator may take a file of people out again.")


def _take_out(found: Import, *, by: Actor, at: datetime) -> Undone:
    if not queries.can_withdraw(found):
        raise NotWithdrawable(
            f"“{found.file_name}” cannot be taken out again: nothing of it is on file."
        )
    refuse_staff(found, by=by)
    facts = lake.take_out(found, at=at) if found.kind in queries.FACTS else 0
    folder = queries.traces(found)
    traced = folder.is_dir()
    file = (
        customers.take_out(folder, origin=queries.source(found), at=at) if traced else Taken()
    )
    goods = products.take_out(folder) if traced else Taken()
    staff, books = people.take_out(found, by=by, at=at) if traced else (Taken(), Taken())
    return Undone(
        facts=facts,
        opened=file.opened,
        removed=file.removed,
        restored=file.restored,
        values=file.values + staff.values,
        products_removed=goods.removed,
        products_restored=goods.restored,
        people_opened=staff.opened,
        people_removed=staff.removed,
        people_restored=staff.restored,
        books_removed=books.removed,
        kept=[*file.kept, *goods.kept, *staff.kept, *books.kept],
    )


def _list_kept(found: Import, kept: Sequence[Kept]) -> None:
    path = queries.kept_path(found)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = SafeWriter(file)
        writer.writerow(["what", "number", "field", "why"])
        writer.writerows([one.what, one.number, one.field, one.why] for one in kept)


class _Foreseen(Exception):
    """Carries what would have been done past the rollback."""

    def __init__(self, done: Undone) -> None:
        super().__init__()
        self.done = done
