"""Who entered a stage of the life of a customer, and who is left in peace there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.catalogue import STAGE_ENTERED, STAGE_OFFERED
from regulars.server.care.rules.detect.standard import Staged
from regulars.server.scoring.models import Run
from regulars.server.standards import queries as standards
from regulars.server.standards.rules import Doer

STAGES = (STAGE_ENTERED.code, STAGE_OFFERED.code)


def staged(run: Run | None, before: Run | None, day: date) -> list[Staged]:
    """Customers who entered a stage that people treat; a part of them are left in peace."""
    entries = [
        entry
        for entry in standards.entering(run, before, day=day)
        if entry.treatment.doer != Doer.MACHINE
    ]
    told = _treated({entry.customer_id for entry in entries})
    return [
        Staged(
            entry.customer_id, entry.stage, entry.on, entry.cycle, entry.treatment,
            quiet=_is_quiet(entry, told.get((entry.customer_id, entry.stage), ())),
        )
        for entry in entries
    ]  # fmt: skip


def _is_quiet(entry: standards.Entry, told: Sequence[str]) -> bool:
    """Treated in this stage within its quiet days, for another entry than this one."""
    first = entry.on - timedelta(days=entry.treatment.quiet_days)
    return any(cycle != entry.cycle and cycle[-10:] > first.isoformat() for cycle in told)


def _treated(customers: set[int]) -> dict[tuple[int, str], list[str]]:
    """The entries of these customers that were told, by stage: cycles are "stage:day"."""
    found: dict[tuple[int, str], list[str]] = {}
    for customer, cycle in sql(
        "select customer_id, cycle from care_task "
        "where trigger = any (%s) and customer_id = any (%s)",
        [list(STAGES), list(customers)],
    ):
        found.setdefault((customer, cycle.partition(":")[0]), []).append(cycle)
    return found
