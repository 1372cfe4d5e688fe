"""What the morning reads of dealings with organisations; for the system alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from regulars.server.care.rules.dealing import QUOTE_DAYS, Ends, Owed, Step, since_steps
from regulars.server.trade import queries as trade
from regulars.server.trade.models import Quote


def owed(day: date) -> list[Owed]:
    """Organisations with invoices that should have been paid."""
    return [
        Owed(each.customer.pk, each.amount, each.oldest_due_on)
        for each in trade.everybodys_overdue(day)
    ]


def quotes(day: date) -> list[Ends]:
    """Quotes that run out without an answer."""
    return [
        # In another currency the sum is said on the quote; here stands ours or none.
        Ends(each.customer_id, each.pk, each.valid_until, _home(each), each.number)
        for each in trade.quotes_running_out(day, days=QUOTE_DAYS)
        if each.valid_until is not None
    ]


def steps(day: date) -> list[Step]:
    """Next steps of plans with partners whose day has come."""
    return [
        Step(
            each.customer_id,
            each.pk,
            each.next_step,
            each.next_on,
            each.partner.name,
            each.partner.name_en or each.partner.name,
            str(each.owner or ""),
        )
        for each in trade.steps_due(day, back=since_steps(day))
    ]


def _home(quote: Quote) -> Decimal | None:
    if not quote.currency:
        return quote.total
    return quote.total * quote.rate if quote.rate else None
