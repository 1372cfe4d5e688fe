"""Keyed hashes: equal values are found equal, and nobody reads them back without the key."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from django.conf import settings


def keyed_hash(value: str, *, purpose: str) -> str:
    """Hash a value with this home's secret; 64 hexadecimal digits.

    The same value under two purposes gives two hashes, so that lists made for different
    ends cannot be laid over each other. Full width, case and blanks do not matter.
    """
    folded = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    key = settings.HOME.secret("hashes").encode()
    return hmac.new(key, f"{purpose}:{folded}".encode(), hashlib.sha256).hexdigest()
