"""Membership numbers: a prefix, a running number, and a digit that checks both."""

from __future__ import annotations

DIGITS = 9


def number(prefix: str, running: int) -> str:
    """Return the number that is printed on the card: "60000000019"."""
    plain = f"{prefix}{running:0{DIGITS}d}"
    return plain + str(check_digit(plain))


def check_digit(plain: str) -> int:
    """The Luhn digit (ISO/IEC 7812-1): finds every wrong digit, most changed places."""
    total = 0
    for place, letter in enumerate(reversed(plain)):
        digit = int(letter) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return -total % 10


def is_number(text: str) -> bool:
    """Tell whether a text may be a membership number: digits, and the last one checks."""
    return (
        text.isascii()
        and text.isdigit()
        and len(text) > 1
        and check_digit(text[:-1]) == int(text[-1])
    )
