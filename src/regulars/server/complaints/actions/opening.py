"""A complaint is taken in, in a minute; who it is may be found out later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.alerts import actions as alerts
from regulars.server.care import actions as care
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.complaints import queries
from regulars.server.complaints.actions.held import held, keep, refuse_involved, tell
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.events.actions import wake
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product

CAUSE = "complaint"  # of the hold on marketing


class AlreadyLinked(Refused):
    """The case belongs to a customer already."""


class ReferenceTaken(Refused):
    """Another complaint has that number, and whoever brings this one does not see it."""


@transaction.atomic
def open_case(
    *,
    words: str,
    type: Entry,
    channel: str,
    by: Actor,
    at: datetime,
    customer: Customer | None = None,
    who: str = "",
    phone: str = "",
    book: Book | None = None,
    received_at: datetime | None = None,
    severity: int = Case.Severity.SERIOUS,
    wish: str = "",
    product: Product | None = None,
    about: Person | None = None,
    about_service: bool | None = None,
    handler: Person | None = None,
    source: str = Case.Source.DESK,
    reference: str = "",
    touch: Touch | None = None,
) -> Case:
    """Take a complaint in. One with a reference that is known is that case, not another.

    The clocks begin when it was received, even where it is written down later. Without a
    customer it belongs to `book`, the place that took it in, until `link` finds them.

    :raises BadInput: it says nothing, nobody is named, or it was received in the future.
    :raises Involved: the handler is whom it is about.
    :raises ReferenceTaken: a complaint that is not seen here has that reference.
    """
    if reference and (known := _known(reference)):
        return known
    heard = received_at or at
    if source != Case.Source.FILE:
        _refuse_silent(words)
    _refuse_empty(who, customer, book, heard, at)
    facts = queries.circumstances(customer, at=heard)
    made = Case(
        customer=customer,
        who=_named(customer) if customer else who.strip(),
        phone="" if customer else phone.strip(),
        book=None if customer else book,
        level=facts.level,
        received_at=heard,
        received_on=core.local_date(heard),
        channel=channel,
        taken_by=by if isinstance(by, Person) else None,
        taken_at=at,
        touch=touch,
        source=source,
        reference=reference,
        words=words.strip(),
        wish=wish.strip(),
        type=type,
        product=product,
        severity=severity,
        is_complex=type.is_complex or severity == Case.Severity.GRAVE,
        about=about,
        about_service=type.about_service if about_service is None else about_service,
        handler=handler,
        **queries.clocks(heard, facts=facts, is_complex=_is_complex(type, severity)),
    )
    refuse_involved(made, handler)
    _keep_new(made)
    tell(made, Event.What.OPENED, by=by, at=at, note=made.words)
    if handler is not None:
        tell(made, Event.What.HANDED, by=by, at=at, to=handler)
    if customer is not None:
        quiet(made, customer, by=by, at=at)
    audit.record(
        "complaints.opened", made, by=by, at=at, type=type.code, level=made.level, source=source
    )
    return made


@transaction.atomic
def link(case: Case, customer: Customer, *, by: Actor, at: datetime) -> Case:
    """The person is on file now: clocks that their tier makes shorter are made shorter.

    :raises AlreadyLinked: the case belongs to a customer already.
    :raises Involved: it is about whoever links it, or with this customer the handler is
        involved.
    """
    found = held(case)
    refuse_involved(found, by)
    if found.customer_id is not None:
        told = _("Complaint %(number)s belongs to a customer already.")
        raise AlreadyLinked(told % {"number": found.number})
    found.customer = customer
    refuse_involved(found, found.handler)
    found.who, found.phone, found.book = _named(customer), "", None
    facts = queries.circumstances(customer, at=found.received_at)
    found.level = facts.level
    if found.is_open and found.rounds == 1:
        _hasten(found, queries.clocks(
            found.received_at, facts=facts, is_complex=found.is_complex
        ))  # fmt: skip
    keep(found)
    tell(found, Event.What.LINKED, by=by, at=at, note=found.who)
    if found.is_open:
        quiet(found, customer, by=by, at=at)
    audit.record("complaints.linked", found, by=by, at=at, customer=customer.pk)
    return found


def quiet(case: Case, customer: Customer, *, by: Actor, at: datetime) -> None:
    """Let marketing wait, and look at the lists of the day anew."""
    with scope.beyond():
        channels.hold_marketing(customer, cause=CAUSE, ref=case.public_id, by=by, at=at)
        care.put_marketing_by(customer.pk, at=at)
        # What a file said of the same complaint has this clock now, and no second one.
        alerts.settle(queries.alerts_of_files(case), by=by, at=at)
    wake(care.HEAR)


def loud_again(case: Case, *, by: Actor, at: datetime) -> None:
    """Marketing may go on where no other complaint is open."""
    with scope.beyond():
        free = channels.lift_hold(cause=CAUSE, ref=case.public_id, by=by, at=at)
        if free is not None:
            care.bring_marketing_back(free, at=at)
    wake(care.HEAR)


def _known(reference: str) -> Case | None:
    """The case of another system's number, where it is seen here.

    :raises ReferenceTaken: it is not.
    """
    if (known := queries.by_reference(reference)) is not None:
        return known
    with scope.beyond():
        if queries.by_reference(reference) is not None:
            raise ReferenceTaken(_taken(reference))
    return None


def _keep_new(case: Case) -> None:
    try:
        keep(case)
    except IntegrityError as error:
        if "one_case_for_a_reference" not in str(error):
            raise
        # Somebody else brought the same one in this moment.
        raise ReferenceTaken(_taken(case.reference)) from error


def _taken(reference: str) -> str:
    told = _("Another complaint has the number %(reference)s already.")
    return told % {"reference": reference}


def _named(customer: Customer) -> str:
    """What a handler who does not see the file calls the customer."""
    return customer.name or customer.name_en or customer.number


def _is_complex(type: Entry, severity: int) -> bool:
    return type.is_complex or severity == Case.Severity.GRAVE


def _hasten(case: Case, clocks: dict[str, datetime]) -> None:
    """Keep of each clock the earlier end: being known never makes anybody wait longer."""
    for name, due in clocks.items():
        setattr(case, name, min(getattr(case, name), due))


def _refuse_silent(words: str) -> None:
    if not words.strip():
        raise BadInput(_("Write what the customer said, in their own words."))


def _refuse_empty(
    who: str,
    customer: Customer | None,
    book: Book | None,
    received_at: datetime,
    at: datetime,
) -> None:
    given: dict[str, Any] = {}
    if customer is None and (not who.strip() or book is None):
        raise BadInput(_("Choose the customer, or write who complains."))
    if received_at > at:
        given["moment"] = f"{received_at.astimezone(core.time_zone()):%Y-%m-%d %H:%M}"
        raise BadInput(_("%(moment)s has not come yet. Say when it was received.") % given)
