"""A journey that runs: a segment, an approved message, a line, people to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from tests.server.content.test_messages import approved, message

from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.journeys import actions
from regulars.server.journeys.models import Happened, Journey, Traveller, Version
from regulars.server.journeys.rules import Enter, Goal, How, Kind, Late, Route, Step
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.testing.cast import NOON, TESTS, Cast


@dataclass
class Way:
    """Makes journeys of the marketer Max, and lets their time pass."""

    cast: Cast
    code: str = ""
    groups: dict[str, Segment] = field(default_factory=dict)

    def group(self, name: str, *who: Customer, at: datetime = NOON) -> str:
        """A group of Max by its name; whoever is named comes into it."""
        if name not in self.groups:
            self.groups[name] = segments.make_group(name=name, by=self.cast.max, at=at)
        ids = [one.pk for one in who]
        segments.add_members(self.groups[name], ids, by=self.cast.max, at=at)
        return self.groups[name].public_id

    def leave(self, name: str, *who: Customer) -> None:
        ids = [one.pk for one in who]
        segments.remove_members(self.groups[name], ids, by=self.cast.max, at=NOON)

    def send(self, key: str, days: int = 2) -> Step:
        if not self.code:
            delivery.add_line(
                name="文件", kind_code="console", channel="sms", given={}, by=TESTS, at=NOON
            )
            self.code = approved(self.cast, message(purpose="marketing")).text.code
        return Step(key, Kind.SEND, message=self.code, days=days)

    def route(
        self,
        *steps: Step,
        segment: str = "sleepers",
        how: How = How.NOW,
        again: int | None = None,
        goal: Goal | None = None,
        late: Late = Late.RESUME,
        holdout: float = 0.0,
        window: int = 60,
    ) -> Route:
        enter = Enter(self.group(segment), how, again)
        return Route(enter, goal or Goal(), late, holdout, window, tuple(steps))

    def made(self, route: Route, name: str = "唤醒") -> Journey:
        """A journey in force, not started yet."""
        journey = actions.make(name, route, by=self.cast.max, at=NOON)
        self.publish(journey)
        return journey

    def publish(self, journey: Journey, *, at: datetime = NOON, **moves: str) -> Version:
        version = Version.objects.get(journey=journey, state=Version.State.DRAFT)
        actions.submit(version, moves=moves, by=self.cast.max, at=at)
        actions.approve(version, by=self.cast.lin, at=at)
        return version

    def running(self, *steps: Step, at: datetime = NOON, **more: Any) -> Journey:
        """A journey that was started, with who enters at once."""
        journey = self.made(self.route(*steps, **more))
        actions.start(journey, by=self.cast.max, at=at)
        self.pass_by(at)
        return journey

    def change(self, journey: Journey, *steps: Step, at: datetime = NOON, **moves: str) -> None:
        """Another version comes into force."""
        actions.write(journey, self.route(*steps), by=self.cast.max, at=at)
        self.publish(journey, at=at, **moves)

    def pass_by(self, *moments: datetime) -> None:
        """What the minute job does at some moments."""
        for at in moments:
            for journey in Journey.objects.filter(state=Journey.State.RUNNING):
                actions.take_in(journey, at=at)
            while actions.advance(at=at):
                pass

    def of(self, customer: Customer) -> Traveller:
        return Traveller.objects.filter(customer=customer).latest("pk")

    def story(self, customer: Customer) -> list[tuple[str, str]]:
        """What happened to a customer: step and what."""
        rows = Happened.objects.filter(customer=customer).order_by("pk")
        return [(row.step, row.what) for row in rows]


def wait(key: str, days: int = 3, **more: Any) -> Step:
    return Step(key, Kind.WAIT, days=days, **more)


def leave(key: str = "z", words: str = "") -> Step:
    return Step(key, Kind.EXIT, text=words)


def task(key: str, days: int = 5, text: str = "打电话问候") -> Step:
    return Step(key, Kind.TASK, text=text, script="最近可好？", days=days)


def branch(
    key: str, ask: Any, yes: Sequence[Step], no: Sequence[Step] = (), **more: Any
) -> Step:
    return Step(key, Kind.BRANCH, ask=ask, yes=tuple(yes), no=tuple(no), **more)


@pytest.fixture
def way(as_system: Cast) -> Way:
    """Everything happens as the system itself; Li and Qian are asleep."""
    made = Way(as_system)
    made.group("sleepers", as_system.li, as_system.qian)
    return made
