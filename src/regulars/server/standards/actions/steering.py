"""Leading a customer who costs more than they bring to self-service, with two people's word."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.standards import queries, rules
from regulars.server.standards.models import Steering

State = Steering.State


class NoGround(Refused):
    """The figures do not speak for it, or the customer may not be judged by figures."""


class AlreadyProposed(Refused):
    """Something waits or holds for this customer."""


class NotYours(Refused):
    """Whoever proposed it does not review it."""


class AlreadyDecided(Refused):
    """Somebody was quicker."""


@transaction.atomic
def propose(
    customer: Customer, *, reason: str, review_on: date, by: Person, at: datetime
) -> Steering:
    """Propose self-service for a customer until a day; nothing changes by that.

    :raises NoGround: the customer refused profiling, or brings as much as they cost.
    :raises AlreadyProposed: something waits or holds already.
    :raises BadTerm: the day is not after today, or more than a year away.
    """
    today = core.local_date(at)
    rules.check_term(review_on, today=today)
    found = queries.ground(by, customer)
    if customer.no_profiling or found is None or found.earned >= found.cost:
        raise NoGround(
            "The current scores do not say that this customer costs more than they bring. "
            "Without that ground nothing is proposed."
        )
    if queries.steering_of(by, customer, day=today) is not None:
        raise AlreadyProposed("Something was proposed for this customer already. Look at that.")
    try:
        with transaction.atomic():
            made = Steering.objects.create(
                customer=customer, reason=reason, review_on=review_on, earned=found.earned,
                cost=found.cost, as_of=found.as_of, proposed_by=by, proposed_at=at,
            )  # fmt: skip
    except IntegrityError as error:  # of two at once the first wins
        raise AlreadyProposed("Somebody proposed it a moment ago. Look at that.") from error
    audit.record("standards.steering.proposed", made, by=by, at=at, until=str(review_on))
    return made


@transaction.atomic
def review(
    steering: Steering, *, agreed: bool, answer: str, by: Person, at: datetime
) -> Steering:
    """Agree to a proposal or refuse it; agreed, it holds from today until its review day.

    :raises NotYours: the reviewer proposed it.
    :raises AlreadyDecided: it does not wait any more.
    :raises BadTerm: its day has come meanwhile.
    """
    if steering.proposed_by_id == by.pk:
        raise NotYours("You proposed this. Somebody else looks at it.")
    today = core.local_date(at)
    if agreed:
        rules.check_term(steering.review_on, today=today)
    state = State.APPROVED if agreed else State.REFUSED
    _move(
        steering, State.PROPOSED, state=state, decided_by=by, decided_at=at,
        from_day=today if agreed else None, answer=answer,
    )  # fmt: skip
    audit.record(f"standards.steering.{state.value}", steering, by=by, at=at)
    return Steering.objects.get(pk=steering.pk)


@transaction.atomic
def withdraw(steering: Steering, *, by: Person, at: datetime) -> None:
    """Take a proposal back that nobody has judged.

    :raises AlreadyDecided: somebody has.
    """
    today = core.local_date(at)
    _move(steering, State.PROPOSED, state=State.WITHDRAWN, ended_by=by, ended_on=today)
    audit.record("standards.steering.withdrawn", steering, by=by, at=at)


@transaction.atomic
def end(steering: Steering, *, by: Person, at: datetime) -> None:
    """Give a customer the standard of their tier back before the review day.

    :raises AlreadyDecided: it does not hold.
    """
    today = core.local_date(at)
    _move(steering, State.APPROVED, state=State.ENDED, ended_by=by, ended_on=today)
    audit.record("standards.steering.ended", steering, by=by, at=at)


def _move(steering: Steering, was: State, **fields: object) -> None:
    """Change it if it still is what was looked at."""
    if not Steering.objects.filter(pk=steering.pk, state=was).update(**fields):
        raise AlreadyDecided("Somebody was quicker. Reload the page to see what they did.")
