"""Pictures that may be posted: what they are is read from their first bytes."""

from __future__ import annotations

LARGEST = 2 << 20
TYPES = {"png": "image/png", "jpg": "image/jpeg"}
BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


def ending_of(content: bytes) -> str:
    """The ending of a picture, or nothing where it is none that is kept."""
    return next((name for name, first in BEGINS.items() if content.startswith(first)), "")
