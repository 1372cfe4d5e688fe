"""Values that nobody reads without the keys of this home: hashed to be found, or sealed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from regulars.base.errors import BadInput


def keyed_hash(value: str, *, purpose: str) -> str:
    """Hash a value with this home's secret; 64 hexadecimal digits.

    The same value under two purposes gives two hashes, so that lists made for different
    ends cannot be laid over each other. Full width, case and blanks do not matter.
    """
    folded = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    key = settings.HOME.secret("hashes").encode()
    return hmac.new(key, f"{purpose}:{folded}".encode(), hashlib.sha256).hexdigest()


def seal(value: str, *, purpose: str) -> str:
    """Encrypt a secret that must be read back, with a key of this home (AES-GCM)."""
    salt = os.urandom(12)
    hidden = _cipher(purpose).encrypt(salt, value.encode(), purpose.encode())
    return base64.b64encode(salt + hidden).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Read back what `seal` gave.

    :raises Unreadable: it was sealed with another key, or somebody changed it.
    """
    try:
        raw = base64.b64decode(sealed, validate=True)
        return _cipher(purpose).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise Unreadable(
            "A secret cannot be read with the key of this home. Enter it anew."
        ) from error


class Unreadable(BadInput):
    """What was sealed cannot be opened here."""


def _cipher(purpose: str) -> AESGCM:
    key = settings.HOME.secret("sealing").encode()
    return AESGCM(hmac.new(key, purpose.encode(), hashlib.sha256).digest())
