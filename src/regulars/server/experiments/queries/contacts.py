"""Who was contacted: told by the feature that writes contacts down, which stands above."""

from __future__ import annotations

_contacts: list[str] = []


def contacts_from(select: str) -> None:
    """Say where contacts are: a SELECT of customer_id and day, of what went out to them."""
    _contacts[:] = [select]


def contacts_sql() -> str:
    """That SELECT; empty where nobody tells."""
    return _contacts[0] if _contacts else ""
