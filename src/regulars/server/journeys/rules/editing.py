"""A route is changed: a step is added, changed, moved, taken out; each gives a new route."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from regulars.base.errors import Refused
from regulars.server.journeys.rules.shape import NO, YES, Kind, Route, Step, by_id

Steps = tuple[Step, ...]


class NoSuchPlace(Refused):
    """The step is not there any more."""


def add(route: Route, step: Step, *, after: str = "", inside: str = "", way: str = "") -> Route:
    """Put a step after another, at the head of a branch's way, or at the very beginning."""
    if not after and not inside:
        return replace(route, steps=(step, *route.steps))
    if inside:
        if way not in (YES, NO):
            raise NoSuchPlace(f"A branch has no way called {way!r}.")

        def into(found: Step) -> Steps:
            if way == YES:
                return (replace(found, yes=(step, *found.yes)),)
            return (replace(found, no=(step, *found.no)),)

        return _at(route, inside, into)
    return _at(route, after, lambda found: (found, step))


def change(route: Route, step: Step) -> Route:
    """Give a step other words; its id, its kind and what hangs under it stay."""

    def other(found: Step) -> Steps:
        return (replace(step, id=found.id, kind=found.kind, yes=found.yes, no=found.no),)

    return _at(route, step.id, other)


def remove(route: Route, step: str) -> Route:
    """Take a step out, with what hangs under it."""
    return _at(route, step, lambda found: ())


def shift(route: Route, step: str, by: int) -> Route:
    """Move a step up (-1) or down (1) among those beside it; at the end it stays."""
    if step not in by_id(route):
        raise NoSuchPlace("The step is not there any more.")
    return replace(route, steps=_shifted(route.steps, step, by))


def _shifted(steps: Sequence[Step], step: str, by: int) -> Steps:
    for n, found in enumerate(steps):
        if found.id == step:
            row = [each for each in steps if each.id != step]
            row.insert(max(0, min(len(row), n + by)), found)
            return tuple(row)
    return tuple(
        replace(each, yes=_shifted(each.yes, step, by), no=_shifted(each.no, step, by))
        if each.kind is Kind.BRANCH
        else each
        for each in steps
    )


def _at(route: Route, step: str, becomes: Callable[[Step], Steps]) -> Route:
    if step not in by_id(route):
        raise NoSuchPlace("The step is not there any more.")
    return replace(route, steps=_replaced(route.steps, step, becomes))


def _replaced(steps: Sequence[Step], step: str, becomes: Callable[[Step], Steps]) -> Steps:
    found: list[Step] = []
    for each in steps:
        if each.id == step:
            found += becomes(each)
        elif each.kind is Kind.BRANCH:
            yes, no = (_replaced(way, step, becomes) for way in (each.yes, each.no))
            found.append(replace(each, yes=yes, no=no))
        else:
            found.append(each)
    return tuple(found)
