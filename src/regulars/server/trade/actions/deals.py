"""Quotes are made, sent and answered; terms are agreed and follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.trade import rules
from regulars.server.trade.actions.contacts import of_organization
from regulars.server.trade.models import Quote, QuoteLine, Terms
from regulars.server.trade.rules import Line


class NumberTaken(Refused):
    """This customer has a quote or an invoice of that number."""


class AlreadyAnswered(Refused):
    """The quote was answered before."""


class BadTerms(BadInput):
    """Terms that end before they begin, begin before those they follow, or say nothing."""


@transaction.atomic
def make_quote(
    customer: Customer,
    *,
    number: str,
    made_on: date,
    lines: Sequence[Line],
    by: Actor,
    at: datetime,
    valid_until: date | None = None,
    currency: str = "",
    rate: Decimal | None = None,
    sent: bool = False,
) -> Quote:
    """Write down an offer; its total is the sum of its lines.

    :raises NumberTaken: the customer has a quote of that number.
    :raises NotAnOrganization: the customer is a person.
    """
    of_organization(customer)
    currency = foreign(currency)
    try:
        with transaction.atomic():
            made = Quote.objects.create(
                customer=customer,
                number=number.strip(),
                made_on=made_on,
                valid_until=valid_until,
                total=rules.total(lines),
                currency=currency,
                rate=rate if currency else None,
                state=Quote.State.SENT if sent else Quote.State.DRAFT,
                source="hand",
                made_by=by if isinstance(by, Person) else None,
                noted_at=at,
            )
    except IntegrityError as error:
        if "one_quote_per_number" not in str(error):
            raise
        raise NumberTaken(
            f"{number!r} is the number of another quote of this customer. Take another."
        ) from error
    QuoteLine.objects.bulk_create(
        QuoteLine(
            customer=customer,
            quote=made,
            position=n,
            product_id=line.product_id,
            words=line.words,
            quantity=line.quantity,
            price=line.price,
        )
        for n, line in enumerate(lines, start=1)
    )
    audit.record("trade.quote.made", made, by=by, at=at, lines=len(lines), sent=sent)
    return made


@transaction.atomic
def send_quote(quote: Quote, *, by: Actor, at: datetime) -> bool:
    """Say that a draft went out; False where it is no draft any more."""
    drafts = Quote.objects.filter(pk=quote.pk, state=Quote.State.DRAFT)
    changed = drafts.update(state=Quote.State.SENT)
    if changed:
        audit.record("trade.quote.sent", quote, by=by, at=at)
    return bool(changed)


@transaction.atomic
def answer_quote(
    quote: Quote, accepted: bool, *, by: Actor, at: datetime, reason: str = ""
) -> None:
    """Write down a customer's yes or no; one that expired may be accepted late.

    :raises AlreadyAnswered: somebody wrote an answer before.
    :raises BadInput: a no without its reason.
    """
    if not accepted and not reason.strip():
        raise BadInput("A refused quote needs its reason. Write why in a few words.")
    answer = Quote.State.ACCEPTED if accepted else Quote.State.REFUSED
    waiting = Quote.objects.filter(pk=quote.pk).exclude(
        state__in=(Quote.State.ACCEPTED, Quote.State.REFUSED)
    )
    if not waiting.update(state=answer, reason=reason.strip(), answered_at=at):
        raise AlreadyAnswered(f"Quote {quote.number} was answered before. Load the page again.")
    quote.state, quote.reason, quote.answered_at = answer, reason.strip(), at
    audit.record("trade.quote.answered", quote, by=by, at=at, state=str(answer))


@transaction.atomic
def agree(
    customer: Customer,
    *,
    starts_on: date,
    by: Actor,
    at: datetime,
    quote: Quote | None = None,
    ends_on: date | None = None,
    **fields: Any,
) -> Terms:
    """Write down what was agreed; what held before ends the day before and points here.

    A quote that nobody answered is accepted with it.

    :raises BadTerms: they end before they begin, begin too early, or say nothing.
    :raises NotAnOrganization: the customer is a person.
    """
    of_organization(customer)
    # Two people who agree at once would leave two terms that nobody follows.
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    before = list(Terms.objects.filter(customer=customer, replaced_by__isnull=True))
    _sensible(before, starts_on, ends_on, fields)
    fields["currency"] = foreign(fields.get("currency", ""))
    made = Terms.objects.create(
        customer=customer,
        quote=quote,
        starts_on=starts_on,
        ends_on=ends_on,
        source="hand",
        agreed_by=by if isinstance(by, Person) else None,
        noted_at=at,
        **fields,
    )
    for each in before:
        each.replaced_by = made
        each.ends_on = rules.last_day_before(starts_on, each.ends_on)
        each.save(update_fields=["replaced_by", "ends_on"])
    audit.record("trade.terms.agreed", made, by=by, at=at, follows=[each.pk for each in before])
    if quote is not None and quote.state not in (Quote.State.ACCEPTED, Quote.State.REFUSED):
        answer_quote(quote, True, by=by, at=at)
    return made


def foreign(currency: str) -> str:
    """The currency where it is not the company's own; blank stands for that."""
    company = core.company()
    told = currency.strip().upper()
    return "" if company is not None and told == company.currency else told


def _sensible(
    before: Sequence[Terms], starts_on: date, ends_on: date | None, fields: dict[str, Any]
) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise BadTerms(f"Terms from {starts_on} cannot end on {ends_on}. Take a later end.")
    later = max((each.starts_on for each in before), default=None)
    if later is not None and later >= starts_on:
        raise BadTerms(
            f"Terms from {later} are on file; new ones begin after that day, not {starts_on}."
        )
    said = ("discount", "price_list", "credit_limit", "payment_days", "delivery")
    if not any(fields.get(name) not in (None, "") for name in said):
        raise BadTerms("Terms need at least a discount, price list, credit, days or delivery.")
