"""What the morning mail says: somebody's day, and of those who lead that of their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from regulars.server.agenda.queries.entries import Way, reasons_of
from regulars.server.agenda.queries.feeds import shows_names
from regulars.server.alerts import queries as alerts
from regulars.server.care import queries as care
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.promises import queries as promises
from regulars.server.promises.models import Promise
from regulars.server.training import queries as training

SHOWN = 5  # of each kind; the rest is behind the link


@dataclass(frozen=True)
class Line:
    """One thing to do: what, about whom, by when, and where it stands."""

    what: str
    who: str
    link: str
    when: date | datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Part:
    """The things of one kind: how many, how many of them late, the first ones."""

    count: int
    late: int
    lines: tuple[Line, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Branch:
    """What a manager's place owes."""

    open: int
    late: int
    covered: int
    due: int
    alerts: int
    alerts_late: int
    owed: int  # promises


@dataclass(frozen=True)
class Morning:
    """The mail of one person and day."""

    person: Person
    day: date
    of_today: bool  # whether the list is that of the day; else an older one stands
    cards: Part
    visits: Part
    promises: Part
    alerts: Part
    training: tuple[int, bool]
    branch: Branch | None


def morning(viewer: Person, at: datetime, *, base: str) -> Morning:
    """Put together what waits for one person; `base` begins links."""
    way = Way(base, names=shows_names(viewer), each=False)
    today = core.local_date(at)
    made = care.current_plan(today)
    return Morning(
        person=viewer,
        day=today,
        of_today=made is not None and made.day == today,
        cards=_cards(viewer, at, today, way),
        visits=_visits(viewer, at, today, way),
        promises=_promises(viewer, at, today, way),
        alerts=_alerts(viewer, at, way),
        training=training.owed(viewer, today),
        branch=_branch(viewer, at) if viewer.may(Permission.SEE_TEAM) else None,
    )


def _cards(viewer: Person, at: datetime, today: date, way: Way) -> Part:
    if not viewer.may(Permission.SEE_TODAY):
        return Part(0, 0, ())
    found = care.waiting(viewer, at)
    first = list(found[:SHOWN])
    reasons = reasons_of(first) if way.names else {}
    lines = tuple(
        Line(
            way.what(card, reasons.get(card.pk, [])),
            way.who(card.customer),
            f"{way.link('care:today')}#card-{card.public_id}",
            card.due_on,
            late=card.due_on < today,
        )
        for card in first
    )
    return Part(found.count(), found.filter(due_on__lt=today).count(), lines)


def _visits(viewer: Person, at: datetime, today: date, way: Way) -> Part:
    found = care.visits_of_day(viewer, at)
    lines = tuple(
        Line(
            visit.get_topic_display(),
            way.who(visit.customer),
            way.link("customers:page", visit.customer.public_id),
            datetime.combine(visit.day, visit.hour, core.time_zone())
            if visit.hour
            else visit.day,
            late=visit.day < today,
        )
        for visit in found[:SHOWN]
    )
    return Part(len(found), sum(visit.day < today for visit in found), lines)


def _promises(viewer: Person, at: datetime, today: date, way: Way) -> Part:
    """Those due today, and those that are owed."""
    found = [one for one in promises.waiting(viewer) if core.local_date(one.due_at) <= today]
    owed = [one for one in found if one.state == Promise.State.BROKEN]
    lines = tuple(
        Line(
            one.text if way.names else "",
            way.who(one.customer),
            way.link("promises:one", one.public_id),
            one.due_at,
            late=one in owed,
        )
        for one in found[:SHOWN]
    )
    return Part(len(found), len(owed), lines)


def _alerts(viewer: Person, at: datetime, way: Way) -> Part:
    """Those that the viewer holds, the least time first."""
    count, late = alerts.held(viewer, at)
    lines = tuple(
        Line(
            one.name,
            way.who(one.alert.customer),
            way.link("alerts:one", one.alert.public_id),
            one.alert.due_at,
            late=one.alert.due_at < at,
        )
        for one in alerts.first_held(viewer, at, most=SHOWN)
    )
    return Part(count, late, lines)


def _branch(viewer: Person, at: datetime) -> Branch:
    team = care.team(viewer, at).total
    waiting = alerts.tallies(viewer, at)
    owed = promises.tallies(viewer, at, view="place").owed
    return Branch(
        open=team.open if team else 0,
        late=team.late if team else 0,
        covered=team.covered if team else 0,
        due=team.due if team else 0,
        alerts=waiting.place,
        alerts_late=waiting.late,
        owed=owed,
    )
