"""Calls of WeCom to us: signed with SHA-1 over four words, AES-256-CBC inside.

A call is read only when the signature is right and the company inside is ours.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from regulars.server.delivery.kinds.heard import (
    Answer,
    Call,
    Event,
    Forged,
    Happened,
)

BLOCK = 32
FIELD = re.compile(r"<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</\1>", re.DOTALL)
LONGEST = 200_000
# The customer left: nothing reaches them any more, and it was their will.
LEFT = {"del_follow_user"}


def heard(call: Call, settings: Mapping[str, str]) -> Answer:
    """Read a call.

    :raises Forged: WeCom did not sign it, or it was meant for another company.
    """
    opened = key(settings.get("aes_key", ""))
    if opened is None or not settings.get("callback_token"):
        raise Forged("This line has no token and key for calls.")
    sealed = call.query.get("echostr", "") if call.method == "GET" else _sealed(call.body)
    _demand_signature(call, sealed, settings["callback_token"])
    text = unsealed(sealed, opened, settings["corp"])
    if call.method == "GET":  # the provider tries the address out
        return Answer(body=text)
    event = _event(fields(text))
    return Answer((event,) if event else (), body="success")


def key(written: str) -> bytes | None:
    """The key of 32 bytes; None where the text is none."""
    try:
        found = base64.b64decode(written + "=", validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == BLOCK else None


def signature(token: str, timestamp: str, nonce: str, sealed: str) -> str:
    words = "".join(sorted((token, timestamp, nonce, sealed)))
    return hashlib.sha1(words.encode(), usedforsecurity=False).hexdigest()


def unsealed(sealed: str, key: bytes, corp: str) -> str:
    """What a call holds: 16 random bytes, a length, the text, the company.

    :raises Forged: it cannot be read, or is another company's.
    """
    try:
        secret = base64.b64decode(sealed, validate=True)
        reader = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = reader.update(secret) + reader.finalize()
        padding = plain[-1]
        if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise ValueError
        plain = plain[16:-padding]
        end = 4 + int.from_bytes(plain[:4])
        text, receiver = plain[4:end].decode(), plain[end:].decode()
    except (ValueError, IndexError, binascii.Error) as error:
        raise Forged("The call cannot be read with this key.") from error
    if receiver != corp:
        raise Forged("The call is meant for another company.")
    return text


def fields(xml: str) -> dict[str, str]:
    """The flat fields of a message; no parser, so no entity and no other document is read."""
    return {name: cdata or plain for name, cdata, plain in FIELD.findall(xml[:LONGEST])}


def _sealed(body: bytes) -> str:
    return fields(body.decode("utf-8", "replace")).get("Encrypt", "")


def _demand_signature(call: Call, sealed: str, token: str) -> None:
    query = call.query
    expected = signature(token, query.get("timestamp", ""), query.get("nonce", ""), sealed)
    if not sealed or not hmac.compare_digest(
        query.get("msg_signature", "").encode(), expected.encode()
    ):
        raise Forged("WeCom did not sign this call.")


def _event(told: Mapping[str, str]) -> Event | None:
    customer, when = told.get("ExternalUserID", ""), told.get("CreateTime", "")
    if told.get("ChangeType") not in LEFT or not customer:
        return None
    return Event(
        Happened.STOPPED,
        once=f"left:{customer}:{told.get('UserID', '')}:{when}",
        address=customer,
        at=datetime.fromtimestamp(int(when), UTC) if when.isdecimal() else None,
        code=told["ChangeType"],
        said=told.get("UserID", ""),
    )
