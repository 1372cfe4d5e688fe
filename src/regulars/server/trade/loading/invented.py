"""Trade of invented organisations, for a demo: the same for the same numbers and day.

Most pay a few days late, some in time, some not at all; some terms end soon, some have ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zlib import crc32

from django.db import transaction

from regulars.server.core.audit import Actor
from regulars.server.trade.loading.contacts import ContactRow, bring_contacts
from regulars.server.trade.loading.deals import QuoteRow, TermsRow, bring_quotes, bring_terms
from regulars.server.trade.loading.invoices import InvoiceRow, bring_invoices

FAMILY = "何吕施张孔曹严华金魏陶姜"
GIVEN = ["建国", "晓梅", "志强", "丽华", "文博", "海燕", "俊杰", "秀兰", "立新", "春生"]
PARTS = (
    ("总经理", "decides", "for", "三年总成本要讲清楚"),
    ("财务经理", "influences", "neutral", "账期能不能到 60 天"),
    ("采购主管", "buys", "neutral", "每季度比一次价"),
    ("车间主任", "uses", "for", "换人以后响应慢了"),
    ("办公室主任", "gatekeeper", "", "约见先找他"),
    ("副总经理", "opponent", "against", "更习惯原来的合作方"),
)


@dataclass(frozen=True)
class _Dice:
    """Numbers that look thrown, and are the same each time."""

    number: str

    def throw(self, what: str, sides: int) -> int:
        return crc32(f"{self.number}/{what}".encode()) % sides


@transaction.atomic
def bring_invented(
    organizations: Sequence[str], *, on: date, by: Actor, at: datetime
) -> dict[str, int]:
    """Give organisations, by customer number, contacts, quotes, terms and a year of invoices.

    Returns how many of each kind were added. Needs a transaction of the system itself.
    """
    dice = [_Dice(number) for number in organizations]
    contacts = (row for one in dice for row in _contacts(one))
    quotes = (row for one in dice for row in _quotes(one, on))
    terms = (row for one in dice for row in _terms(one, on))
    invoices = (row for one in dice for row in _invoices(one, on))
    return {
        "contacts": bring_contacts(contacts, origin="demo", by=by, at=at).added,
        "quotes": bring_quotes(quotes, origin="demo", by=by, at=at).added,
        "terms": bring_terms(terms, origin="demo", by=by, at=at).added,
        "invoices": bring_invoices(invoices, origin="demo", by=by, at=at).added,
    }


def _contacts(dice: _Dice) -> Iterator[ContactRow]:
    first = dice.throw("family", len(FAMILY))
    for n, (title, role, attitude, note) in enumerate(PARTS[: 2 + dice.throw("people", 4)]):
        family = FAMILY[(first + 5 * n) % len(FAMILY)]
        name = family + GIVEN[dice.throw(f"given{n}", len(GIVEN))]
        # 101 is a beginning that no phone in the country has.
        phone = f"101{dice.throw(f'phone{n}', 10**8):08d}"
        yield ContactRow(
            dice.number, name, title=title, phone=phone, role=role, attitude=attitude, note=note
        )


def _quotes(dice: _Dice, on: date) -> Iterator[QuoteRow]:
    began = _began(dice, on)
    total = Decimal(20_000 + 1000 * dice.throw("size", 400))
    yield QuoteRow(
        dice.number,
        f"{began:%Y%m}-01",
        began - timedelta(days=20),
        total,
        began,
        state="accepted",
    )
    if dice.throw("again", 2):
        made = on - timedelta(days=dice.throw("made", 25))
        yield QuoteRow(
            dice.number, f"{made:%Y%m}-02", made, total * 2, made + timedelta(days=30)
        )


def _terms(dice: _Dice, on: date) -> Iterator[TermsRow]:
    began = _began(dice, on)
    yield TermsRow(
        dice.number,
        began,
        began + timedelta(days=364),
        discount=Decimal(2 + dice.throw("discount", 9)),
        credit_limit=Decimal(50_000 * (1 + dice.throw("credit", 20))),
        payment_days=(15, 30, 45, 60)[dice.throw("days", 4)],
        quote=f"{began:%Y%m}-01",
    )


def _invoices(dice: _Dice, on: date) -> Iterator[InvoiceRow]:
    days = (15, 30, 45, 60)[dice.throw("days", 4)]
    habit = dice.throw("habit", 24) - 6
    for n in range(12):
        issued = on - timedelta(days=30 * n + dice.throw("day", 20) + 1)
        due = issued + timedelta(days=days)
        amount = Decimal(3000 + 100 * dice.throw(f"amount{n}", 900))
        paid_on = max(issued, due + timedelta(days=habit + dice.throw(f"late{n}", 9) - 4))
        owes = n in (3, 4) and dice.throw("owes", 5) == 0
        yield InvoiceRow(
            dice.number,
            f"{issued:%Y%m}{n:02d}",
            issued,
            due,
            amount,
            paid_on=None if owes or paid_on > on else paid_on,
        )


def _began(dice: _Dice, on: date) -> date:
    """Terms of a year that end from three weeks ago to eleven months ahead."""
    return on - timedelta(days=385 - dice.throw("began", 350))
