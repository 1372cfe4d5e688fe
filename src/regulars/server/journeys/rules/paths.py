"""The ways through a route: what comes after what, and where a customer goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.server.journeys.rules.shape import BACK, NO, ON, YES, Kind, Route, Step, walk

Done = Mapping[tuple[str, int], str]  # (step, turn) -> the way that was taken


@dataclass(frozen=True)
class Place:
    """Where somebody is: a step, and how often they have gone back before it."""

    step: str
    turn: int = 1


class Paths:
    """A route as a graph: for each step and way the next one; None where it runs out."""

    def __init__(self, route: Route) -> None:
        self.steps = {step.id: step for step, _depth in walk(route.steps)}
        self.order = [step.id for step, _depth in walk(route.steps)]
        self.after: dict[tuple[str, str], str | None] = {}
        self.first = route.steps[0].id if route.steps else None
        self._lay(route.steps, None)

    def _lay(self, steps: Sequence[Step], then: str | None) -> None:
        for n, step in enumerate(steps):
            onward = steps[n + 1].id if n + 1 < len(steps) else then
            self.after[step.id, ON] = onward
            if step.kind is Kind.BRANCH:
                self.after[step.id, YES] = step.yes[0].id if step.yes else onward
                self.after[step.id, NO] = step.no[0].id if step.no else onward
                self._lay(step.yes, onward)
                self._lay(step.no, onward)
            elif step.kind is Kind.REPEAT:
                self.after[step.id, BACK] = step.to if step.to in self.steps else None

    def ways(self, step: str) -> tuple[str, ...]:
        """The ways that lead on from a step."""
        kind = self.steps[step].kind
        if kind is Kind.EXIT:
            return ()
        if kind is Kind.BRANCH:
            return (YES, NO)
        return (BACK, ON) if kind is Kind.REPEAT else (ON,)

    def next(self, step: str, way: str) -> str | None:
        return self.after.get((step, way), self.after.get((step, ON)))

    def targets(self, step: str) -> list[str]:
        """The steps that can come right after one."""
        found = [self.next(step, way) for way in self.ways(step)]
        return [each for each in dict.fromkeys(found) if each is not None]

    def runs_out(self, step: str) -> bool:
        """Whether a way leads from here to nothing, without an exit."""
        return any(self.next(step, way) is None for way in self.ways(step))

    def reached(self) -> set[str]:
        """Every step to which some way leads."""
        found: set[str] = set()
        open_ones = [self.first] if self.first else []
        while open_ones:
            step = open_ones.pop()
            if step not in found:
                found.add(step)
                open_ones += self.targets(step)
        return found

    def landing(self, place: Place, done: Done) -> Place | None:
        """Where somebody who is to be at a place goes on: what happened to them is passed by.

        A step is known by its id, so after a change of the journey nothing is done twice.
        """
        seen: set[Place] = set()
        at: Place | None = place
        while at is not None and (at.step, at.turn) in done:
            if at in seen:
                return None
            seen.add(at)
            at = self._onward(at, done[at.step, at.turn])
        return at

    def onward(self, place: Place, way: str, done: Done) -> Place | None:
        """The next place after a step that took a way; None: the journey ends here."""
        at = self._onward(place, way)
        return self.landing(at, done) if at else None

    def _onward(self, place: Place, way: str) -> Place | None:
        step = self.next(place.step, way)
        if step is None or step not in self.steps:
            return None
        return Place(step, place.turn + 1 if way == BACK else place.turn)
