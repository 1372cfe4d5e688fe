"""What hangs on a reason in a feature above: done with it, and taken back with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from regulars.server.care.models import Task
from regulars.server.care.rules.outcomes import INSTEAD
from regulars.server.channels.models import Touch
from regulars.server.core.audit import Actor


@dataclass(frozen=True)
class Ties:
    """Both take the cycles of tasks, such as "step:12:2026-12-02".

    Attributes
    ----------
    finish
        The contact dealt with them; `touch`, `by`, `at`.
    reopen
        It was taken back; `done_at` marks what it had finished.
    """

    finish: Callable[..., object]
    reopen: Callable[..., object]


_ties: dict[str, Ties] = {}


def tie(trigger: str, ties: Ties) -> None:
    """Say what becomes of the work of a trigger when its reason is dealt with."""
    _ties[trigger] = ties


def finish(tasks: QuerySet[Task], touch: Touch, *, by: Actor, at: datetime) -> None:
    """Finish what hangs on reasons, if the customer answered and nothing else was heard."""
    if not touch.two_way or touch.outcome in INSTEAD:
        return
    for ties, cycles in _of(tasks):
        ties.finish(cycles, touch=touch, by=by, at=at)


def reopen(tasks: QuerySet[Task], *, done_at: datetime, by: Actor, at: datetime) -> None:
    for ties, cycles in _of(tasks):
        ties.reopen(cycles, done_at=done_at, by=by, at=at)


def _of(tasks: QuerySet[Task]) -> Iterable[tuple[Ties, list[str]]]:
    rows = list(tasks.filter(trigger__in=_ties).order_by("pk").values_list("trigger", "cycle"))
    for trigger, ties in _ties.items():
        if cycles := [cycle for code, cycle in rows if code == trigger]:
            yield ties, cycles
