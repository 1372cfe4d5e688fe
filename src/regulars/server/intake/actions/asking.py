"""Long work on a file is asked for in the browser and done by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.models import ApiKey, Person
from regulars.server.intake import queries
from regulars.server.intake.actions.failing import note_failure, refuse_gone
from regulars.server.intake.actions.files import InUse, is_heavy, look, refuse_demo
from regulars.server.intake.actions.forgetting import HELD, HeldAnErasedPerson
from regulars.server.intake.actions.queueing import BUSY, CHECK, LOAD, LOOK, UNDO, ask
from regulars.server.intake.actions.sources import add_source
from regulars.server.intake.actions.undo import NotWithdrawable, refuse_staff
from regulars.server.intake.actions.work import NotLoadable
from regulars.server.intake.models import Import
from regulars.server.intake.reader import propose
from regulars.server.intake.reader.forbidden import ForbiddenData

OVER = (Import.State.DONE, Import.State.WITHDRAWN)


@transaction.atomic
def read_as(
    found: Import, *, kind: str, encoding: str, sheet: str, by: Person, at: datetime
) -> None:
    """Look at the file again as another kind, in another encoding, at another sheet.

    :raises BadInput: it is no table that way.
    """
    _refuse_busy(found)
    found.kind = kind
    if found.reading.get("recognised"):
        found.source = None
    found.options = found.options | {"encoding": encoding, "sheet": sheet}
    found.report, found.state, found.message = {}, Import.State.DRAFT, ""
    if is_heavy(found.file_name, found.size):
        ask(found, LOOK, Import.State.LOOKING, by=by, at=at)
        return
    try:
        look(found)
    except ForbiddenData as error:
        note_failure(found, error, at=at)
        return
    found.save()
    audit.record("intake.file.looked_at_again", found, by=by, at=at, kind=kind)


@transaction.atomic
def ask_check(
    found: Import,
    *,
    mapping: Mapping[str, str],
    unknown: str,
    by: Person,
    at: datetime,
    remember: str = "",
    date_order: str = "",
    evidence: str = "",
) -> None:
    """Keep the mapping and have the worker check the file.

    `date_order` says what comes first in dates such as 3/4/2026; empty, the columns say it.
    `evidence` says where the proof of all consents of the file lies.
    `remember` names a new source, which learns the mapping when the file is loaded.

    :raises MappingIncomplete: a required field has no column.
    :raises InUse: it is being worked on.
    :raises NotLoadable: it was loaded already.
    :raises NameTaken: another source has that name.
    """
    _refuse_busy(found)
    refuse_demo()
    propose(found.reading["header"], found.kind, mapping).demand_complete()
    found.mapping, found.report = dict(mapping), {}
    found.options = found.options | {"unknown": unknown, "date_order": date_order}
    found.options["evidence"] = evidence
    if remember and found.source is None and found.mends is None:
        found.source = add_source(name=remember, kind=found.kind, by=by, at=at)
    ask(found, CHECK, Import.State.CHECKING, by=by, at=at)


@transaction.atomic
def ask_load(found: Import, *, by: Person | ApiKey, at: datetime) -> None:
    """Have the worker load a file that was checked.

    :raises InUse: it is being worked on.
    :raises NotLoadable: it was loaded already.
    """
    _refuse_busy(found)
    refuse_demo()
    ask(found, LOAD, Import.State.LOADING, by=by, at=at)


@transaction.atomic
def ask_undo(found: Import, *, by: Person, at: datetime) -> None:
    """Have the worker take a file out again.

    :raises InUse: it is being worked on.
    :raises NotWithdrawable: it cannot be taken out.
    :raises NotForYou: it brought people, and `by` is no administrator.
    """
    _state(found)
    if not queries.can_withdraw(found):
        raise NotWithdrawable(f"“{found.file_name}” cannot be taken out again.")
    refuse_staff(found, by=by)
    ask(found, UNDO, Import.State.UNDOING, by=by, at=at)


@transaction.atomic
def allow_in_demo(*, by: Person, at: datetime) -> None:
    """Let the demo take files, at the wish of its user."""
    core.change_settings(by=by, at=at, demo_takes_files=True)


def _refuse_busy(found: Import) -> None:
    refuse_gone(found)
    if _state(found) in OVER:
        raise NotLoadable(f"“{found.file_name}” was loaded already. Bring it again instead.")
    if found.message == HELD:
        raise HeldAnErasedPerson(f"“{found.file_name}” is gone. Bring it again instead.")


def _state(found: Import) -> str:
    """The state of a file that nobody works on, held until the transaction ends.

    :raises InUse: somebody does.
    """
    # Two clicks of two people at once: the second finds the first one's word.
    state = Import.objects.select_for_update().values_list("state", flat=True).get(pk=found.pk)
    if state in BUSY:
        raise InUse(f"“{found.file_name}” is being worked on already. Wait until that is done.")
    return state
