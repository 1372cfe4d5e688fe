"""What follows from quotes, terms and payments. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ENDING_DAYS = 30  # how long before their end terms are shown as ending
BEHAVIOUR_DAYS = 365  # payments older than a year say little of today
DECIDE = ("decides", "buys", "influences")  # who is named first
MOST_DAYS = 60  # the picture of delays ends here on either side


@dataclass(frozen=True)
class Line:
    """One thing of a quote as somebody typed it."""

    words: str
    quantity: Decimal
    price: Decimal
    product_id: int | None = None

    @property
    def total(self) -> Decimal:
        return rounded(self.quantity * self.price)


@dataclass(frozen=True)
class Bill:
    """An invoice as the rules see it; `amount` and `balance` in the company's currency."""

    due_on: date
    paid_on: date | None
    amount: Decimal | None
    balance: Decimal | None
    is_open: bool


@dataclass(frozen=True)
class Behaviour:
    """How an organisation pays.

    Attributes
    ----------
    settled
        Invoices paid in full in the year before the day.
    mean_delay
        Their days between due and paid, weighted by amount; negative is early.
    punctual
        Share of them paid by their day.
    open_amount, overdue_amount, overdue
        What is not paid yet, what of it should have been, and how many invoices those are.
    oldest
        Days since the oldest overdue one was due.
    unknown
        Open invoices in another currency without a rate: in no sum.
    """

    settled: int = 0
    mean_delay: Decimal | None = None
    punctual: float | None = None
    open_amount: Decimal = Decimal(0)
    overdue_amount: Decimal = Decimal(0)
    overdue: int = 0
    oldest: int = 0
    unknown: int = 0

    @property
    def early(self) -> Decimal:
        return -(self.mean_delay or Decimal(0))


def rounded(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.total for line in lines), Decimal(0))


def state_on(state: str, valid_until: date | None, on: date) -> str:
    """A quote nobody answered until its last day has expired, without anybody saying so."""
    if state in ("draft", "sent") and valid_until is not None and valid_until < on:
        return "expired"
    return state


def days_late(due_on: date, paid_on: date | None, *, on: date) -> int:
    """Days from due to paid, or to today where nothing was paid; negative is early."""
    return ((paid_on or on) - due_on).days


def last_day_before(starts_on: date, ends_on: date | None) -> date:
    """The last day of terms that newer ones follow."""
    cut = starts_on - timedelta(days=1)
    return cut if ends_on is None or ends_on > cut else ends_on


def behaviour(bills: Sequence[Bill], *, on: date) -> Behaviour:
    """Sum up how somebody pays, as of a day."""
    since = on - timedelta(days=BEHAVIOUR_DAYS)
    settled = [b for b in bills if not b.is_open and b.paid_on and since < b.paid_on <= on]
    weighed = [(b.amount, _late(b)) for b in settled if b.amount is not None]
    weight = sum((amount for amount, _days in weighed), Decimal(0))
    owed = [b for b in bills if b.is_open]
    late = [b for b in owed if b.due_on < on]
    mean = (
        sum((amount * days for amount, days in weighed), Decimal(0)) / weight
        if weight
        else None
    )
    return Behaviour(
        settled=len(settled),
        mean_delay=mean.quantize(Decimal("0.1")) if mean is not None else None,
        punctual=sum(_late(b) <= 0 for b in settled) / len(settled) if settled else None,
        open_amount=_balance(owed),
        overdue_amount=_balance(late),
        overdue=len(late),
        oldest=max((days_late(b.due_on, None, on=on) for b in late), default=0),
        unknown=sum(b.balance is None for b in owed),
    )


@dataclass(frozen=True)
class Stick:
    """One invoice in the picture of delays: up is late, down is early."""

    x: float
    y: float
    height: float
    kind: str  # the class of the mark
    days: int


def sticks(bills: Sequence[Bill], *, on: date, width: int = 240, most: int = 24) -> list[Stick]:
    """The last invoices by the day they were due, as marks on a line 25 high either side."""
    known = sorted(bills, key=lambda b: b.due_on)
    told = [b for b in known if not b.is_open or b.due_on < on][-most:]
    if not told:
        return []
    days = [days_late(b.due_on, None if b.is_open else b.paid_on, on=on) for b in told]
    largest = min(MOST_DAYS, max(10, *(abs(n) for n in days)))
    step = width / max(len(told), 8)
    return [
        _stick(round(n * step + step / 2, 1), each, largest, bill.is_open)
        for n, (bill, each) in enumerate(zip(told, days, strict=True))
    ]


def _stick(x: float, days: int, largest: int, is_open: bool) -> Stick:
    height = round(max(1.5, 24 * min(abs(days), largest) / largest), 1)
    kind = "x" if is_open else ("d" if days > 0 else "p")
    return Stick(x, 27 - height if days > 0 else 27, height, kind, days)


def _late(bill: Bill) -> int:
    assert bill.paid_on is not None
    return (bill.paid_on - bill.due_on).days


def _balance(bills: Iterable[Bill]) -> Decimal:
    return sum((b.balance for b in bills if b.balance is not None), Decimal(0))
