"""What the work tells on a customer's timeline: visits, promises, reasons that were closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.care.models import Card, Task, Visit
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.queries.visits import visits
from regulars.server.care.rules.catalogue import Trigger
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.promises.models import Promise
from regulars.server.segments.queries import Told
from regulars.server.web.rules import day

SEP = " · "


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """What the work tells of a customer, newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [
        *_visits(viewer, customer, until, most),
        *_promises(viewer, customer, until, most),
        *_closed(viewer, customer, until, most),
    ]
    earlier = [one for one in found if one.at < until]
    return sorted(earlier, key=lambda one: one.at, reverse=True)[:most]


def _visits(viewer: Person, customer: Customer, until: datetime, most: int) -> Iterator[Told]:
    """Planned, and arrived or called off; what was said stands as a contact."""
    found = visits(viewer).filter(customer=customer, planned_at__lt=until)
    for visit in found.order_by("-planned_at")[:most]:
        beside = _("with %(person)s") % {"person": visit.beside} if visit.beside else ""
        told = (visit.get_topic_display(), beside, visit.aim, visit.place)
        about = SEP.join(filter(None, told))
        planned = _("Visit planned for %(day)s") % {"day": _day(visit)}
        yield Told(visit.planned_at, "calendar", planned, about)
        if visit.state == Visit.State.CANCELLED:
            words = _("Visit of %(day)s called off") % {"day": _day(visit)}
            yield Told(visit.closed_at or visit.planned_at, "ban", words, visit.why_not)
        elif visit.arrived_at:
            there = _("%(person)s arrived") % {"person": visit.person}
            yield Told(visit.arrived_at, "map-pin-check", there, about, "a")


def _promises(viewer: Person, customer: Customer, until: datetime, most: int) -> Iterator[Told]:
    found = Promise.objects.visible_to(viewer).filter(customer=customer, made_at__lt=until)
    for promise in found.order_by("-made_at")[:most]:
        due = day(core.local_date(promise.due_at), "full", language=get_language())
        made = _("Promised until %(day)s") % {"day": due}
        yield Told(promise.made_at, "heart-handshake", made, promise.text)
        if promise.decided_at:
            words = SEP.join(filter(None, (promise.text, promise.note)))
            title = _("Promise: %(state)s") % {"state": promise.get_state_display()}
            kept = promise.state == Promise.State.KEPT
            css = "a" if kept else ""
            yield Told(promise.decided_at, "heart-handshake", title, words, css)


def _closed(viewer: Person, customer: Customer, until: datetime, most: int) -> Iterator[Told]:
    """Cards that got a result: which reasons it closed, or until when they were put off."""
    cards = (
        Card.objects.visible_to(viewer)
        .filter(customer=customer, closed_at__lt=until)
        .exclude(state=Card.State.EXPIRED)
        .prefetch_related("tasks")
        .order_by("-closed_at")
    )
    triggers = catalogue()
    for card in cards[:most]:
        assert card.closed_at is not None
        reasons = _names(card.tasks.all(), triggers)
        if card.state == Card.State.SNOOZED:
            back = day(card.next_on, "full", language=get_language()) if card.next_on else ""
            title = _("Put off until %(day)s") % {"day": back}
            words = SEP.join(filter(None, (reasons, card.get_snooze_reason_display())))
            yield Told(card.closed_at, "clock", title, words)
        elif card.state == Card.State.GONE:
            words = SEP.join(filter(None, (reasons, card.gone_words)))
            yield Told(card.closed_at, "rotate", _("Reasons taken back"), words)
        elif reasons:
            title = _("Reasons dealt with")
            words = SEP.join(filter(None, (reasons, card.get_outcome_display())))
            yield Told(card.closed_at, "checklist", title, words)


def _names(tasks: Iterable[Task], triggers: Mapping[str, Trigger]) -> str:
    language = get_language() or ""
    known = [triggers[task.trigger] for task in tasks if task.trigger in triggers]
    return _(", ").join(trigger.name.of(language) for trigger in known)


def _day(visit: Visit) -> str:
    hour = f" {visit.hour:%H:%M}" if visit.hour else ""
    return day(visit.day, "full", language=get_language()) + hour
