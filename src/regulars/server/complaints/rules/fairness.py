"""Who may not handle or close a case, and why: whoever is involved in the matter (C-63)."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Bar(StrEnum):
    """Why somebody may not handle, close or call back."""

    NAMED = "named"  # the complaint names them
    LEADS_THE_BOOK = "book"  # it is about how the book is served, and they serve it
    HANDLED_IT = "handled"  # of calling back: they handled it


def barred(
    person: int,
    *,
    named: int | None,
    about_service: bool,
    keepers: Collection[int | None],
) -> Bar | None:
    """Why a person may not handle or close a case; None where they may.

    :param keepers: owner and backup of the customer's book.
    """
    if person == named:
        return Bar.NAMED
    if about_service and person in keepers:
        return Bar.LEADS_THE_BOOK
    return None
