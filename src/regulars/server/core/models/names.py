"""Ids for addresses, and the name that a reader wants."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.utils.translation import get_language

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def public_id() -> str:
    """Return a random id for addresses: 12 letters without look-alikes (59 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def public_ids() -> Iterator[str]:
    """Yield such ids without end, many per call of the random source, for whole files."""
    while True:
        noise = secrets.token_bytes(2 * 12 * 1000)
        # Bytes beyond the largest multiple of 31 would favour some letters.
        letters = "".join(ALPHABET[byte % 31] for byte in noise if byte < 248)
        yield from (letters[at : at + 12] for at in range(0, len(letters) - 11, 12))


def local_name(zh: str, en: str) -> str:
    """Pick the name that the current reader's language wants, if there is one."""
    reads_zh = (get_language() or "zh").startswith("zh")
    return zh if zh and (reads_zh or not en) else en
