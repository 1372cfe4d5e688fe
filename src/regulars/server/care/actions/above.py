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
    """All take the cycles of tasks, such as "step:12:2026-12-02".

    Attributes
    ----------
    finish
        The contact dealt with them; `touch`, `by`, `at`.
    reopen
        It was taken back; `done_at` marks what it had finished.
    undealt
        Those with which a contact of that person does not deal; `touch` and the person.
    """

    finish: Callable[..., object]
    reopen: Callable[..., object]
    undealt: Callable[[list[str], Touch, Actor], Iterable[str]] | None = None


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


def undealt(tasks: QuerySet[Task], touch: Touch, by: Actor) -> list[int]:
    """The reasons that stay open because this was not the one to deal with them."""
    found: list[int] = []
    for trigger, ties in _ties.items():
        if ties.undealt is None:
            continue
        rows = dict(tasks.filter(trigger=trigger).order_by("pk").values_list("cycle", "pk"))
        found += [rows[cycle] for cycle in ties.undealt(list(rows), touch, by)]
    return found


def reopen(tasks: QuerySet[Task], *, done_at: datetime, by: Actor, at: datetime) -> None:
    for ties, cycles in _of(tasks):
        ties.reopen(cycles, done_at=done_at, by=by, at=at)


def _of(tasks: QuerySet[Task]) -> Iterable[tuple[Ties, list[str]]]:
    rows = list(tasks.filter(trigger__in=_ties).order_by("pk").values_list("trigger", "cycle"))
    for trigger, ties in _ties.items():
        if cycles := [cycle for code, cycle in rows if code == trigger]:
            yield ties, cycles
