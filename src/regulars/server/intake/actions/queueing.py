"""Long work on a file is queued with the change that asks for it: both exist, or neither."""

from __future__ import annotations

from datetime import datetime

from regulars.server.core import actions as core
from regulars.server.core.models import ApiKey, Person
from regulars.server.intake.models import Import

LOOK, CHECK, LOAD, UNDO = "intake.look", "intake.check", "intake.load", "intake.undo"
State = Import.State
BUSY = (State.LOOKING, State.CHECKING, State.LOADING, State.UNDOING)


def ask(found: Import, task: str, state: str, *, by: Person | ApiKey, at: datetime) -> None:
    """Have the worker do a task; until it ends the file is in this state."""
    job = core.ask_job(
        "import", at=at, asked_by=by, subject=f"{found._meta.label}:{found.public_id}"
    )
    found.job, found.state, found.message = job, state, ""
    found.save()
    core.defer(task, job=job)
