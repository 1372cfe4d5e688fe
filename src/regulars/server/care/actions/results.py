"""Results: what two clicks or the contact form write, and how they are taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.alerts import actions as alerts
from regulars.server.care.actions import above, owing
from regulars.server.care.actions.alarms import waiting_on
from regulars.server.care.actions.answering import Told, write_answers
from regulars.server.care.actions.rows.cards import sum_up
from regulars.server.care.actions.visits import finish_visit
from regulars.server.care.models import Card, Task, Visit
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.queries.day import current_plan
from regulars.server.care.rules import Result, duties, resolve, topics
from regulars.server.care.rules.catalogue import LIFE_EVENT, Priority, about
from regulars.server.care.rules.outcomes import INSTEAD, STAYS_OPEN
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.channels.rules import is_two_way
from regulars.server.channels.rules.policy import SERVICE
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.promises import actions as promises
from regulars.server.promises.models import Promise

FARTHEST = timedelta(days=365)


class AlreadyClosed(Refused):
    """Somebody else recorded a result first."""


class NothingSaid(Refused):
    """There is no contact in which it could have been promised."""


class WrongDay(BadInput):
    """A day to come back on must lie ahead."""


@transaction.atomic
def record_outcome(
    card: Card,
    *,
    outcome: str,
    step: str,
    by: Person,
    at: datetime,
    channel: str = Touch.Channel.CALL,
    said_at: datetime | None = None,
) -> Card:
    """Write the result of two clicks: the contact, and what becomes of the reasons.

    The same click that comes again, because its answer was lost on the way, finds itself done.
    `said_at` is when the talk was, where the click came later: it waited for the network.

    :raises AlreadyClosed: the card has a result; the first one stands.
    """
    result = resolve(outcome, step, today=core.local_date(at), calendar=core.work_calendar())
    if not _claimed(card, Card.State.DONE, by=by, at=at):
        return _same_again(card, by=by, **_clicked(result)) or _refuse(card)
    found = dict(card.tasks.order_by("pk").values_list("trigger", "facts"))
    reasons = list(found)
    review = result.two_way and duties.is_review(found, channel)
    known = catalogue()
    card.touch = channels.record_touch(
        card.customer,
        channel=channel,
        outcome=result.outcome,
        two_way=result.two_way,
        next_step=result.next_step,
        next_on=result.next_on,
        purpose=about(reasons, known),
        topic=Touch.Topic.REVIEW if review else topics.topic(reasons, known),
        by=by,
        at=said_at or at,
    )
    _close(card, result, by=by, at=at)
    audit.record("care.card.closed", card, by=by, at=at, outcome=result.outcome)
    return card


@transaction.atomic
def snooze(card: Card, *, until: date, reason: str, by: Person, at: datetime) -> Card:
    """Put a card off: its reasons come back on that day. The same click again finds it done.

    :raises WrongDay: the day is not ahead, or more than a year.
    :raises AlreadyClosed: the card has a result.
    """
    today = core.local_date(at)
    if not today < until <= today + FARTHEST:
        raise WrongDay(
            _("%(day)s is no day ahead. Choose one within the next year.")
            % {"day": until.isoformat()}
        )
    if reason not in Card.SnoozeReason.values:
        known = ", ".join(Card.SnoozeReason.values)
        raise BadInput(f"There is no reason {reason!r}. Choose one of: {known}.")
    if not _claimed(card, Card.State.SNOOZED, by=by, at=at):
        same = {"state": Card.State.SNOOZED, "next_on": until, "snooze_reason": reason}
        return _same_again(card, by=by, **same) or _refuse(card)
    card.next_on, card.snooze_reason = until, reason
    card.save(update_fields=["next_on", "snooze_reason"])
    audit.record("care.card.snoozed", card, by=by, at=at, reason=reason)
    return card


@transaction.atomic
def promise_on(card: Card, *, by: Person, at: datetime, **told: Any) -> Promise:
    """Write down what was promised in the contact that two clicks recorded just now.

    :raises NothingSaid: the card carries no contact of theirs in which somebody was spoken to.
    """
    # Locked alone: whoever waited for a card whose customer changed would find none by a join.
    Card.objects.select_for_update().only("pk").get(pk=card.pk)
    found = Card.objects.select_related("touch", "customer").get(pk=card.pk)
    touch = found.touch
    if touch is None or found.closed_by_id != by.pk or not touch.two_way:
        raise NothingSaid(
            _("The contact was taken back. Promise it on the customer's page instead.")
        )
    return promises.make(found.customer, touch=touch, by=by, at=at, **told)


@transaction.atomic
def record_contact(
    customer: Customer,
    *,
    channel: str,
    outcome: str,
    by: Actor,
    at: datetime,
    inbound: bool = False,
    note: str = "",
    need: str = "",
    next_step: str = "",
    next_on: date | None = None,
    key_concern: str | None = None,
    service: bool | None = None,
    once: str = "",
    topic: str = "",
    promise: Mapping[str, Any] | None = None,
    visit: Visit | None = None,
    said_at: datetime | None = None,
    answers: Sequence[Told] = (),
    undone: Collection[int] = (),
    beside: Person | None = None,
) -> Touch:
    """Write down a contact in full; when the customer answered, open reasons are done.

    What the service standard asks of a role stays where this contact is not it: a call is no
    visit. A form that comes again under the same `once` finds what it wrote; nothing is
    written twice.

    A key concern that was heard goes onto the file; None leaves it as it is. `service` says
    that it was about service only; where nobody says, the open reasons do. `promise` is what
    `promises.actions.make` takes; `visit` is the planned one that this contact was; `answers`
    are those to the questions of a playbook's step. `undone` are open reasons that it left
    as they are: the visit that a care plan asks for, when only a word was said. `beside` is
    who came along: a visit together deals with what the standard asks of either.
    """
    if once:
        # Of two that arrive at once the second one waits, and finds what the first one wrote.
        Customer.objects.select_for_update().get(pk=customer.pk)
        if written := Touch.objects.filter(customer=customer, once=once).first():
            return written
    if key_concern is not None and key_concern.strip() != customer.key_concern:
        customers.change_customer(customer, by=by, at=at, key_concern=key_concern.strip())
    tasks = Task.objects.filter(customer=customer, state=Task.State.OPEN)
    touch = channels.record_touch(
        customer,
        channel=channel,
        outcome=outcome,
        two_way=inbound or is_two_way(outcome),
        inbound=inbound,
        note=note,
        need=need,
        next_step=next_step,
        next_on=next_on,
        purpose=_about(tasks, service),
        topic=topic,
        once=once,
        beside=beside,
        by=by,
        at=said_at or at,
    )
    if touch.two_way:
        write_answers(answers, touch, at=at)
    if promise:
        promises.make(customer, touch=touch, by=by, at=at, **promise)
    if visit is not None:
        finish_visit(visit, touch, by=by, at=at)
    if outcome == Touch.Outcome.DECEASED and customer.deceased_on is None:
        channels.set_stops(customer, by=by, at=at, deceased_on=core.local_date(at))
    if outcome in STAYS_OPEN:
        return touch
    person = by if isinstance(by, Person) else None
    waiting = Card.objects.filter(tasks__in=tasks).distinct()
    cards = list(waiting.order_by("pk").values_list("pk", flat=True))
    heard = touch.two_way and outcome not in INSTEAD
    owed = [*owing.owed(tasks, touch, heard=heard, by=by), *(undone if heard else ())]
    kept = set(tasks.filter(pk__in=owed).values_list("card_id", flat=True))
    _finish(tasks.exclude(pk__in=owed), touch, by=by, at=at)
    sum_up(kept)
    Card.objects.filter(pk__in=set(cards) - kept, state=Card.State.OPEN).update(
        state=Card.State.DONE, outcome=outcome, touch=touch, closed_at=at, closed_by=person,
        day=_closing_day(at),
    )  # fmt: skip
    return touch


def _closing_day(at: datetime) -> Greatest:
    """A closed card belongs to the day on whose list it stood."""
    today = core.local_date(at)
    made = current_plan(today)
    return Greatest("day", Value(made.day if made else today))


def _clicked(result: Result) -> dict[str, Any]:
    return {
        "state": Card.State.DONE,
        "outcome": result.outcome,
        "touch__next_step": result.next_step,
        "touch__next_on": result.next_on,
    }


def _same_again(card: Card, *, by: Person, **written: Any) -> Card | None:
    """The card as it is now, if this very person wrote this very thing."""
    found = Card.objects.select_related("touch", "customer")
    return found.filter(pk=card.pk, closed_by=by, **written).first()


def _about(tasks: QuerySet[Task], service: bool | None) -> str:
    if service is None:
        return about(tasks.values_list("trigger", flat=True), catalogue())
    return SERVICE if service else ""


def _claimed(card: Card, state: Card.State, *, by: Person, at: datetime) -> bool:
    """Close the card if it is open still: of two results the first wins."""
    open_still = Card.objects.filter(pk=card.pk, state=Card.State.OPEN)
    if not open_still.update(state=state, closed_at=at, closed_by=by, day=_closing_day(at)):
        return False
    card.refresh_from_db(fields=["day"])
    card.state, card.closed_at, card.closed_by = state, at, by
    return True


def _refuse(card: Card) -> NoReturn:
    """Say who was first.

    :raises AlreadyClosed: always.
    """
    now = Card.objects.select_related("closed_by").get(pk=card.pk)
    if now.state == Card.State.GONE:
        raise AlreadyClosed(
            _("This card was taken back: %(why)s. Reload the page.") % {"why": now.gone_words}
        )
    if now.closed_by is None or now.closed_at is None:
        raise AlreadyClosed(_("This card has expired. Reload the page."))
    raise AlreadyClosed(
        _("%(person)s recorded a result at %(hour)s already. Nothing was written twice.")
        % {
            "person": now.closed_by,
            "hour": f"{now.closed_at.astimezone(core.time_zone()):%H:%M}",
        }
    )


def _close(card: Card, result: Result, *, by: Person, at: datetime) -> None:
    card.outcome, card.next_step = result.outcome, result.next_step
    card.next_on = None if result.closes else result.next_on
    card.save(update_fields=["touch", "outcome", "next_step", "next_on"])
    if not result.closes:
        return
    tasks = card.tasks.filter(state=Task.State.OPEN)
    assert card.touch is not None
    if owed := owing.owed(tasks, card.touch, heard=result.two_way, by=by):
        pressing = tasks.filter(pk__in=owed, priority=Priority.PROMISE).exists()
        days = 1 if pressing else duties.AGAIN
        later = core.work_calendar().add_workdays(core.local_date(at), days)
        card.next_on = result.next_on or later
        card.save(update_fields=["next_on"])
        tasks = tasks.exclude(pk__in=owed)
    _finish(tasks, card.touch, by=by, at=at)


def _finish(tasks: QuerySet[Task], touch: Touch, *, by: Actor, at: datetime) -> None:
    """Close reasons that were dealt with, and what hangs on them elsewhere."""
    nagging = waiting_on(tasks)
    customers.finish_events(lives(tasks), by=by, at=at)
    above.finish(tasks, touch, by=by, at=at)
    tasks.update(state=Task.State.DONE, closed_at=at)
    # Not tomorrow morning: an hour counts, and nobody above is told of what was dealt with.
    alerts.settle(nagging, by=by, at=at)


def lives(tasks: QuerySet[Task]) -> list[int]:
    """The life events that some tasks are about: their key begins with the event's."""
    found = tasks.filter(trigger=LIFE_EVENT.code).values_list("cycle", flat=True)
    return [int(cycle.partition(":")[0]) for cycle in found]
