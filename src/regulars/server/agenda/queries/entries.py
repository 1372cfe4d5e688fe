"""What stands in the calendar of one person: exactly what they may see now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from regulars.server.agenda.queries.feeds import shows_names, wish_of
from regulars.server.agenda.rules.entries import Entry, hidden
from regulars.server.care import queries as care
from regulars.server.care.models import Card, Task, Visit
from regulars.server.care.rules.catalogue import Priority, Trigger
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.opportunities import queries as opportunities
from regulars.server.plans import queries as plans
from regulars.server.promises import queries as promises
from regulars.server.promises.models import Promise
from regulars.server.training import queries as training

BEFORE, AFTER = timedelta(days=30), timedelta(days=366)
MOST = 500  # cards; whoever sees a whole company looks at the page
NAMED = 12  # cards in the text of a day
# A visit says when it begins. How long it takes is not planned: an hour, without the way there.
VISIT = timedelta(hours=1)
PROMISE = timedelta(minutes=15)  # so long stands a promise with an hour, up to its hour


@dataclass(frozen=True)
class Way:
    """How a calendar is written: with names or without, and where its links lead."""

    base: str
    names: bool
    each: bool
    triggers: Mapping[str, Trigger] = field(default_factory=care.catalogue)

    def link(self, name: str, *args: str) -> str:
        return self.base + reverse(name, args=args)

    def who(self, customer: Customer) -> str:
        if self.names:
            return str(customer)
        return _("customer %(number)s") % {"number": hidden(customer.number)}

    def what(self, card: Card, tasks: list[Task]) -> str:
        """Why a card is there: its first reason by name, or only what kind of reason it is."""
        if self.names and tasks:
            first = min(tasks, key=lambda task: (task.priority, -task.gain, task.pk))
            return self.triggers[first.trigger].name.of(get_language() or "zh")
        return str(care.CLASSES[Priority(card.priority)])


def entries(viewer: Person, at: datetime, *, base: str) -> list[Entry]:
    """Visits, cards, promises, plans, opportunities, training; `base` begins links."""
    if not viewer.may(Permission.RECORD_CONTACT):
        return []
    way = Way(base, names=shows_names(viewer), each=wish_of(viewer).each)
    today = core.local_date(at)
    return [
        *_visits(viewer, today, way),
        *_cards(viewer, at, today, way),
        *_promises(viewer, today, way),
        *_plans(viewer, today, way),
        *_opportunities(viewer, today, way),
        *_training(viewer, today, way),
    ]


def reasons_of(cards: Iterable[Card]) -> dict[int, list[Task]]:
    """The open reasons of some cards, by the card."""
    found: dict[int, list[Task]] = defaultdict(list)
    open_ones = Task.objects.filter(card__in=list(cards), state=Task.State.OPEN)
    for task in open_ones.order_by("pk"):
        found[task.card_id].append(task)
    return found


def _visits(viewer: Person, today: date, way: Way) -> Iterator[Entry]:
    for visit in care.visits_of(viewer, today - BEFORE, today + AFTER):
        starts: date | datetime = visit.day
        if visit.hour is not None:
            # In UTC before anything is added: an hour later is not always an hour on the wall.
            local = datetime.combine(visit.day, visit.hour, core.time_zone())
            starts = local.astimezone(UTC)
        yield Entry(
            uid=f"visit-{visit.public_id}@regulars",
            title=_("Visit: %(who)s") % {"who": way.who(visit.customer)},
            starts=starts,
            ends=starts + VISIT if isinstance(starts, datetime) else None,
            text=_lines(visit.aim if way.names else "", visit.get_topic_display()),
            place=visit.place if way.names else "",
            link=way.link("customers:page", visit.customer.public_id),
            cancelled=visit.state == Visit.State.CANCELLED,
            busy=visit.hour is not None,
        )


def _cards(viewer: Person, at: datetime, today: date, way: Way) -> Iterator[Entry]:
    if not viewer.may(Permission.SEE_TODAY):
        return
    found = list(care.waiting(viewer, at)[:MOST])
    reasons = reasons_of(found) if way.names else {}
    days: dict[date, list[Card]] = defaultdict(list)
    for card in found:
        days[max(card.due_on, today)].append(card)
    for day, cards in sorted(days.items()):
        if way.each:
            yield from (_card(card, day, way, reasons.get(card.pk, [])) for card in cards)
        else:
            yield _day(viewer, day, cards, way, reasons)


def _card(card: Card, day: date, way: Way, tasks: list[Task]) -> Entry:
    return Entry(
        uid=f"card-{card.public_id}@regulars",
        title=_said(card, way, tasks),
        starts=day,
        link=f"{way.link('care:today')}#card-{card.public_id}",
    )


def _day(
    viewer: Person, day: date, cards: list[Card], way: Way, reasons: dict[int, list[Task]]
) -> Entry:
    """All cards of one deadline: their number as the title, the first of them below."""
    count = len(cards)
    title = ngettext(
        "%(n)d customer to be in touch with", "%(n)d customers to be in touch with", count
    )
    rest = count - NAMED
    more = ngettext("and %(n)d more", "and %(n)d more", rest) % {"n": rest}
    lines = [_said(card, way, reasons.get(card.pk, [])) for card in cards[:NAMED]]
    return Entry(
        uid=f"cards-{day.isoformat()}-{viewer.public_id}@regulars",
        title=title % {"n": count},
        starts=day,
        text=_lines(*lines, more if rest > 0 else ""),
        link=way.link("care:today"),
    )


def _said(card: Card, way: Way, tasks: list[Task]) -> str:
    told = _("%(what)s: %(who)s")
    return told % {"what": way.what(card, tasks), "who": way.who(card.customer)}


def _promises(viewer: Person, today: date, way: Way) -> Iterator[Entry]:
    for promise in promises.waiting(viewer):
        owed = promise.state == Promise.State.BROKEN
        title = pgettext("promise", "Owed: %(who)s") if owed else _("Promised: %(who)s")
        timed = promise.has_hour and not owed
        day = today if owed else core.local_date(promise.due_at)
        yield Entry(
            uid=f"promise-{promise.public_id}@regulars",
            title=title % {"who": way.who(promise.customer)},
            starts=promise.due_at - PROMISE if timed else day,
            ends=promise.due_at if timed else None,
            text=promise.text if way.names else "",
            link=way.link("promises:one", promise.public_id),
        )


def _plans(viewer: Person, today: date, way: Way) -> Iterator[Entry]:
    """Steps that the viewer does, and reviews of the own customers' plans."""
    for step in plans.steps_to_do(viewer)[:MOST]:
        yield Entry(
            uid=f"step-{step.public_id}@regulars",
            title=_("Care plan: %(who)s") % {"who": way.who(step.customer)},
            starts=max(step.due_on, today),
            text=step.text if way.names else "",
            link=way.link("plans:one", step.plan.public_id),
        )
    for plan in plans.reviews_to_hold(viewer)[:MOST]:
        if plan.next_review_on is not None:
            yield Entry(
                uid=f"review-{plan.public_id}@regulars",
                title=_("Review of the care plan: %(who)s") % {"who": way.who(plan.customer)},
                starts=max(plan.next_review_on, today),
                link=way.link("plans:one", plan.public_id),
            )


def _opportunities(viewer: Person, today: date, way: Way) -> Iterator[Entry]:
    """Next steps of the viewer's own opportunities."""
    for one in opportunities.to_do(viewer)[:MOST]:
        if one.next_on is not None:
            yield Entry(
                uid=f"opportunity-{one.public_id}@regulars",
                title=_("Opportunity: %(who)s") % {"who": way.who(one.customer)},
                starts=max(one.next_on, today),
                text=_lines(str(one), one.next_step) if way.names else "",
                link=way.link("opportunities:one", one.public_id),
            )


def _training(viewer: Person, today: date, way: Way) -> Iterator[Entry]:
    for one in training.mine(viewer, today):
        if one.standing.owed and one.standing.on is not None:
            yield Entry(
                uid=f"training-{one.item.public_id}-{viewer.public_id}@regulars",
                title=_("Training: %(item)s") % {"item": one.item},
                starts=max(one.standing.on, today),
                link=way.link("training:item", one.item.public_id),
            )


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
