"""A restored database is older than what was sent: it must not send that again.

A number in the database and in a file beside it grow together. Where the file's is higher,
the database was put back to an earlier day: everything that runs is held until a person has
looked.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from regulars.server.core.audit import WORKER
from regulars.server.delivery.actions.holding import pause_all
from regulars.server.delivery.models import Pulse


def beat() -> None:
    """Count one more thing that may have gone out."""
    with transaction.atomic():
        here = Pulse.objects.select_for_update().get(pk=1)
        here.number += 1
        here.save(update_fields=["number"])
    _write(here.number)


@transaction.atomic
def compare(*, at: datetime) -> bool:
    """Whether the database is as new as what was sent; where not, everything is held."""
    here = Pulse.objects.select_for_update().get(pk=1)
    beyond = _read()
    if beyond is not None and beyond <= here.number:
        return True
    here.number = max(here.number, beyond or 0)
    here.save(update_fields=["number"])
    _path().write_text(str(here.number), "utf-8")
    pause_all(
        why=_(
            "The database was restored and is older than what was sent. Compare with the "
            "provider's list of what went out before you go on."
        ),
        by=WORKER,
        at=at,
    )
    return False


def _path() -> Path:
    path: Path = settings.HOME.sent
    return path


def _read() -> int | None:
    """The number beside the database; None where a restore emptied the file."""
    try:
        found = _path().read_text("utf-8")
    except FileNotFoundError:
        return 0
    return int(found) if found else None


def _write(number: int) -> None:
    path, there = _path(), _read()
    if there is None or number <= there:
        return
    scratch = path.with_suffix(".new")
    scratch.write_text(str(number), "utf-8")
    scratch.replace(path)
