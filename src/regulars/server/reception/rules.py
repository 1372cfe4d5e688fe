"""Who arrives is known already or new; pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# What a form may ask, in the order in which it asks.
ASKED = (
    *("name", "phone", "email", "gender", "birth_date", "address", "district"),
    *("occupation", "note"),
)
KNOCKS_AN_HOUR = 20  # from one address on one form
KNOCKS_OF_A_FORM = 600  # from everywhere: a fair is busy, a machine is busier


@dataclass(frozen=True)
class Known:
    """Somebody on file who could be the one that arrives."""

    pk: int
    number: str
    name: str
    phone: str
    email: str


def fold(text: str) -> str:
    """Write a name or an address so that blanks, width and case do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def digits(phone: str) -> str:
    """A phone number in bare digits, without China's country code."""
    found = "".join(c for c in unicodedata.normalize("NFKC", phone) if c.isdigit())
    return found[2:] if len(found) == 13 and found.startswith("86") else found


def match(name: str, phone: str, email: str, known: Iterable[Known]) -> Known | None:
    """Find who it is: the same phone or e-mail and the same name.

    One phone with another name is somebody else: a wife, a secretary, a shop. They get a
    file of their own; whether two files are one is decided by a person (see `identity`).
    """
    wanted, number, mail = fold(name), digits(phone), fold(email)
    found = [
        each
        for each in known
        if fold(each.name) == wanted
        and ((number and digits(each.phone) == number) or (mail and fold(each.email) == mail))
    ]
    return found[0] if len(found) == 1 else None
