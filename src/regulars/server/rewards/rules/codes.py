"""Codes of coupons: nobody guesses one, and a slip of the pen is noticed before any search."""

from __future__ import annotations

from collections.abc import Iterator

# Digits and letters without look-alikes; 31 of them, a prime, so that the check below works.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12  # the last one checks: 11 at random are 54 bits
_PLACE = {letter: place for place, letter in enumerate(ALPHABET)}


def code(noise: bytes) -> str:
    """Make a code of random bytes, at least LENGTH - 1 of them below 248."""
    plain = "".join(ALPHABET[byte % 31] for byte in noise if byte < 248)[: LENGTH - 1]
    if len(plain) < LENGTH - 1:
        raise ValueError("A code needs more noise.")
    return plain + check_letter(plain)


def codes(noise: Iterator[bytes]) -> Iterator[str]:
    """Yield codes without end; `noise` yields at least 24 bytes each time."""
    for some in noise:
        yield code(some)


def check_letter(plain: str) -> str:
    """The letter that makes the weighted sum 0 modulo 31.

    Weights are all different and none is 0 modulo the prime, so that every wrong letter and
    every two neighbours changed about are found (the way of ISBN-10).
    """
    total = sum((weight + 2) * _PLACE[letter] for weight, letter in enumerate(reversed(plain)))
    return ALPHABET[-total % 31]


def plain(text: str) -> str:
    """What somebody typed, as codes are kept: capitals, without dashes and blanks."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def is_code(text: str) -> bool:
    """Tell whether a text may be a code at all."""
    return (
        len(text) == LENGTH
        and all(letter in _PLACE for letter in text)
        and check_letter(text[:-1]) == text[-1]
    )


def shown(text: str) -> str:
    """As it is printed: "7HQ2-K9XW-4MZT"."""
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))
