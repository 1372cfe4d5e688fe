"""Some travellers of one journey, brought as far as they can go at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from regulars.server.core import queries as core
from regulars.server.core.audit import WORKER
from regulars.server.journeys import queries, rules
from regulars.server.journeys.actions.ending import drop_errands, end
from regulars.server.journeys.actions.entering import at_goal
from regulars.server.journeys.actions.errands import close_errands, lay_errands
from regulars.server.journeys.models import Happened, Journey, Traveller, Version
from regulars.server.journeys.rules import (
    BACK,
    LEAVE,
    NO,
    ON,
    YES,
    Ask,
    Kind,
    Late,
    Paths,
    Place,
    Route,
    Step,
)
from regulars.server.outreach import actions as outreach

State, Why = Traveller.State, Traveller.Why
CHANGED = [
    *("version", "state", "step", "turn", "begun_at", "due_at"),
    *("goal_at", "ended_at", "why", "words"),
]
Group = list[Traveller]


class Batch:
    """What happens to them is collected, and written down at the end of `go`.

    `clock` says of each when they should have been where they are: behind `at` after a long
    stop.
    """

    def __init__(
        self, journey: Journey, version: Version, travellers: Sequence[Traveller], at: datetime
    ) -> None:
        self.journey, self.version, self.at = journey, version, at
        self.route: Route = rules.read(version.body)
        self.paths = Paths(self.route)
        self.zone: ZoneInfo = core.time_zone()
        self.all = list(travellers)
        self.clock = {each.pk: each.due_at or at for each in travellers}
        self.done = queries.done(self.all)
        self.news: list[Happened] = []
        self.sends: dict[tuple[str, int, date], tuple[Step, Group]] = {}
        self.tasks: list[tuple[Step, Traveller]] = []
        self.staying: set[int] = set()

    @classmethod
    def of(cls, journey: Journey, travellers: Sequence[Traveller], *, at: datetime) -> Batch:
        version = queries.in_force(journey)
        assert version is not None, "a journey that runs has a version in force"
        return cls(journey, version, travellers, at)

    def go(self) -> None:
        """Bring everybody on to where they rest or where it ends."""
        moving = self._arrive(self._still(self.all))
        acts: Mapping[Kind, Callable[[Step, Group], Group]] = {
            Kind.WAIT: self._wait,
            Kind.BRANCH: self._branch,
            Kind.SEND: self._send,
            Kind.TASK: self._task,
            Kind.REPEAT: self._repeat,
            Kind.EXIT: self._exit,
        }
        while moving:
            at_step: dict[str, Group] = defaultdict(list)
            for each in moving:
                at_step[each.step].append(each)
            moving = []
            for name, group in at_step.items():
                step = self.paths.steps[name]
                moving += acts[step.kind](step, group)
        self._write()

    def _still(self, group: Group) -> Group:
        """Those who go on: still a customer, and the goal not reached."""
        standing = queries.standing([each.customer_id for each in group])
        for each in group:
            if each.customer_id not in standing:
                end(each, State.STOPPED, at=self.at, why=Why.GONE)
        left = [each for each in group if each.ended_at is None]
        reached = at_goal(self.journey, self.route, left, at=self.at)
        for each in left:
            if each.pk in reached:
                end(each, State.GOAL, at=self.at)
        return [each for each in left if each.ended_at is None]

    def _arrive(self, group: Group) -> Group:
        """Whose rest is over leaves its step; whose step is gone goes where it was said."""
        begun = [each for each in group if each.begun_at]
        tasks, days = close_errands(begun, at=self.at), queries.ends_again(begun, self.zone)
        moving: Group = []
        for each in group:
            if each.begun_at is not None:
                until = days.get(each.pk, self.at)
                if until is not None and until > self.at:
                    self._stays(each, until)
                    continue
                what = tasks.get(each.pk, "waited" if until else "undated")
                kind = Kind.TASK if each.pk in tasks else Kind.WAIT
                self._note(each, kind, ON, what)
                each.begun_at = None
            elif each.step in self.paths.steps:
                moving += self._onto(each, self.paths.landing(_place(each), self._done(each)))
                continue
            if each.step in self.paths.steps:
                moving += self._onward(each, ON)
            else:
                moving += self._moved(each)
        return moving

    def _stays(self, each: Traveller, until: datetime) -> None:
        """The wait goes on, as the version says by which it began."""
        each.due_at = until
        self.staying.add(each.pk)

    def _moved(self, each: Traveller) -> Group:
        """From a step that this version does not have."""
        seen: set[str] = set()
        target = each.step
        while target not in self.paths.steps and target not in seen:
            seen.add(target)
            target = self.version.moves.get(target, LEAVE)
        if target not in self.paths.steps:
            end(each, State.STOPPED, at=self.at, why=Why.STEP_GONE)
            return []
        return self._onto(each, self.paths.landing(Place(target, each.turn), self._done(each)))

    def _wait(self, step: Step, group: Group) -> Group:
        moving: Group = []
        ends = self._ends(step, group)
        for each in group:
            until = ends.get(each.pk)
            if until is None:
                self._note(each, Kind.WAIT, ON, "undated")
                moving += self._onward(each, ON)
            elif until <= self.at:
                self.clock[each.pk] = max(until, self.clock[each.pk])
                self._note(each, Kind.WAIT, ON, "passed")
                moving += self._onward(each, ON)
            else:
                each.begun_at, each.due_at = self.at, until
        return moving

    def _ends(self, step: Step, group: Group) -> dict[int, datetime]:
        """Until when each of them waits; who lacks the day of theirs is left out."""
        late = self.route.late is Late.CATCH_UP
        since = {each.pk: self.clock[each.pk] if late else self.at for each in group}
        if not queries.is_dated(step):
            return {pk: rules.until(step, moment, self.zone) for pk, moment in since.items()}
        own = queries.ends(
            step, {each.customer_id: since[each.pk] for each in group}, self.zone
        )
        return {each.pk: own[each.customer_id] for each in group if each.customer_id in own}

    def _task(self, step: Step, group: Group) -> Group:
        for each in group:
            each.begun_at = self.at
            each.due_at = rules.last_moment(self.at, step.days + 1, self.zone)
            self.tasks.append((step, each))
        return []

    def _branch(self, step: Step, group: Group) -> Group:
        yes = self._yes(step, group)
        moving: Group = []
        for each in group:
            way = YES if each.pk in yes else NO
            self._note(each, Kind.BRANCH, way, way)
            moving += self._onward(each, way)
        return moving

    def _yes(self, step: Step, group: Group) -> set[int]:
        if step.ask is Ask.ANSWERED:
            return queries.answered(group)
        if step.ask is Ask.BOUGHT:
            return queries.bought(group)
        if step.ask is Ask.ARRIVED:
            return queries.arrived(group)
        if step.ask is Ask.DAY:
            now = {each.customer_id: self.at for each in group}
            ahead = queries.ends(step, now, self.zone)
            return {each.pk for each in group if each.customer_id in ahead}
        ids = {each.customer_id for each in group}
        inside = queries.among(self.journey.owner, step.segment, ids, at=self.at)
        return {each.pk for each in group if each.customer_id in inside}

    def _send(self, step: Step, group: Group) -> Group:
        moving: Group = []
        for each in group:
            should = self.clock[each.pk]
            if self.at >= rules.last_moment(should, step.days, self.zone):
                self._note(each, Kind.SEND, ON, "late")
            else:
                day = core.local_date(should)
                key = (step.id, each.turn, day)
                self.sends.setdefault(key, (step, []))[1].append(each)
                self._note(each, Kind.SEND, ON, "sent", self._key(*key))
            moving += self._onward(each, ON)
        return moving

    def _repeat(self, step: Step, group: Group) -> Group:
        moving: Group = []
        for each in group:
            back = sum(
                way == BACK and name == step.id
                for (name, _turn), way in self._done(each).items()
            )
            way = BACK if back < step.times else ON
            self._note(each, Kind.REPEAT, way, way)
            moving += self._onward(each, way)
        return moving

    def _exit(self, step: Step, group: Group) -> Group:
        for each in group:
            self._note(each, Kind.EXIT, ON, "exit")
            end(each, State.EXITED, at=self.at, words=step.text)
        return []

    def _onward(self, each: Traveller, way: str) -> Group:
        return self._onto(each, self.paths.onward(_place(each), way, self._done(each)))

    def _onto(self, each: Traveller, place: Place | None) -> Group:
        if place is None:
            end(each, State.EXITED, at=self.at)
            return []
        each.step, each.turn = place.step, place.turn
        return [each]

    def _done(self, each: Traveller) -> dict[tuple[str, int], str]:
        return self.done.setdefault(each.pk, {})

    def _note(self, each: Traveller, kind: Kind, way: str, what: str, key: str = "") -> None:
        self._done(each)[each.step, each.turn] = way
        self.news.append(
            Happened(
                traveller=each, customer_id=each.customer_id, step=each.step, turn=each.turn,
                kind=kind.value, way=way, what=what, key=key, version=self.version, at=self.at,
            )
        )  # fmt: skip

    def _key(self, step: str, turn: int, day: date) -> str:
        again = f":{turn}" if turn > 1 else ""
        return f"{self.journey.source}:{step}:{day.isoformat()}{again}"

    def _write(self) -> None:
        for each in self.all:
            if each.pk not in self.staying:
                each.version = self.version
        Happened.objects.bulk_create(self.news, batch_size=1_000)
        Traveller.objects.bulk_update(self.all, CHANGED, batch_size=500)
        lay_errands(self.tasks, at=self.at)
        drop_errands([each for each in self.all if each.ended_at], by=None, at=self.at)
        # In the order of their keys, as every other worker does: none waits in a ring.
        for key in sorted(self.sends):
            self._reach(key, *self.sends[key])

    def _reach(self, key: tuple[str, int, date], step: Step, group: Group) -> None:
        moment = min(self.clock[each.pk] for each in group)
        outreach.reach(
            self._key(*key),
            message=step.message,
            customers=sorted(each.customer_id for each in group),
            name=f"{self.journey.name} · {key[2].isoformat()}",
            not_before=self.at,
            valid_until=rules.last_moment(moment, step.days, self.zone),
            by=WORKER,
            at=self.at,
            basis={"journey": self.journey.public_id, "step": step.id},
            personal=True,
            last=False,
        )


def _place(each: Traveller) -> Place:
    return Place(each.step, each.turn)
