"""Whom a wave asks: the same people whenever it is asked again, and nobody twice too soon."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

RESTS = "rests"  # asked not long ago; the other reasons are those of the policy


def is_drawn(customer: int, salt: str, share: float) -> bool:
    """Whether a random share of customers holds this one; by hash, so it repeats exactly."""
    drawn = int.from_bytes(sha256(f"{salt}:{customer}".encode()).digest()[:8], "big")
    return drawn < share * 2**64


def panel_quarter(customer: int, day: date, rest_days: int) -> bool:
    """Whether a member of the panel is asked in the quarter of a day.

    Each member has quarters of their own, so that every quarter asks an even part of the
    panel: with a rest of 180 days each second quarter, with one of 365 each fifth.
    """
    every = _quarters(rest_days)
    return _of_panel(customer) % every == _quarter(day) % every


def panel_rests_since(day: date, rest_days: int) -> date:
    """From which day on whoever was asked as one of the panel rests in the quarter of a day.

    The panel's rest counts in quarters: a link that was handed over late in one of them, or a
    rest of 90 days in a quarter of 92, takes nobody's next turn away.
    """
    begins = quarter_of(day)
    for _ in range(_quarters(rest_days) - 1):
        begins = quarter_of(begins - timedelta(days=1))
    return begins


def panel_share(customer: int, day: date, rest_days: int, *, place: int, of: int) -> bool:
    """Whether one of several surveys asks a member whose turn it is.

    At each turn one survey asks a member, at the next turn the next one does.
    """
    every = _quarters(rest_days)
    return (_of_panel(customer) // every + _quarter(day) // every) % of == place


def _quarters(rest_days: int) -> int:
    return max(1, -(-rest_days // 91))


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _of_panel(customer: int) -> int:
    return int.from_bytes(sha256(f"panel:{customer}".encode()).digest()[:8], "big")


def quarter_of(day: date) -> date:
    """The first day of the quarter of a day."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def next_quarter(day: date) -> date:
    """The first day of the quarter after a day's."""
    begins = quarter_of(day)
    return begins.replace(
        year=begins.year + (begins.month == 10), month=(begins.month + 3) % 12
    )


def next_turn(customer: int, day: date, rest_days: int) -> date:
    """The first day of the quarter in which a member is asked: this one's, or one to come."""
    quarter = quarter_of(day)
    while not panel_quarter(customer, quarter, rest_days):
        quarter = next_quarter(quarter)
    return quarter


def rests(last: date | None, day: date, rest_days: int) -> bool:
    """Whether somebody who was asked on a day is still left alone."""
    return last is not None and day < last + timedelta(days=rest_days)
