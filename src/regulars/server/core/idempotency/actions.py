"""The memory of writes. The claim, the effect and the answer are one transaction.

So there is no half-kept state: a server that dies in the middle leaves neither effect nor
answer nor claim, and the same request may simply come again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core.models import ApiKey, IdempotentReply
from regulars.server.core.words import Words

KEPT = timedelta(days=7)
BATCH = 1_000  # answers looked through at once
REPLAYED = ("Content-Type", "Content-Language", "Location")


class UnderWay(Refused):
    """The first request of that key is being worked on."""


class AnotherRequest(BadInput):
    """The key was used for another request."""


@dataclass(frozen=True)
class Reply:
    """An answer as it went out."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fingerprint(method: str, address: str, body: bytes) -> str:
    """What makes two requests the same one."""
    head = f"{method} {address}\n".encode()
    return hashlib.sha256(head + hashlib.sha256(body).digest()).hexdigest()


def claim(key: ApiKey, name: str, *, of: str, at: datetime) -> Reply | None:
    """Take a key for this transaction; return the answer if the request had one already.

    :raises UnderWay: another transaction holds it now.
    :raises AnotherRequest: it belongs to a request with another fingerprint.
    """
    if not _lock(key, name):
        raise UnderWay(
            _("A request with this Idempotency-Key is being worked on. Ask again in a second.")
        )
    kept = IdempotentReply.objects.filter(key=key, name=name).first()
    if kept is not None and kept.kept_at < at - KEPT:
        kept.delete()
        return None
    if kept is None:
        return None
    if kept.fingerprint != of:
        raise AnotherRequest(
            _(
                "This Idempotency-Key was used for another request. Repeat that request as it "
                "was, or choose a new key."
            )
        )
    return Reply(kept.status, kept.headers, bytes(kept.body))


def keep(key: ApiKey, name: str, reply: Reply, *, of: str, at: datetime) -> None:
    """Remember an answer, in the transaction of what it answers."""
    IdempotentReply.objects.create(
        key=key,
        name=name,
        fingerprint=of,
        status=reply.status,
        headers={name: reply.headers[name] for name in REPLAYED if name in reply.headers},
        body=reply.body,
        kept_at=at,
    )


def older(before: datetime) -> int:
    """How many answers were kept before a moment."""
    return IdempotentReply.objects.filter(kept_at__lt=before).count()


def drop(before: datetime) -> int:
    """Drop the answers that were kept before a moment."""
    return IdempotentReply.objects.filter(kept_at__lt=before).delete()[0]


def shred(words: Words) -> int:
    """Drop answers in which one of some words stands; the request may be made anew."""
    sought = Words([*words.words, *(json.dumps(word)[1:-1] for word in words.words)])
    replies = IdempotentReply.objects.order_by("pk").values_list("pk", "body", "headers")
    held: list[int] = []
    coming = replies.iterator(chunk_size=BATCH)
    while some := list(islice(coming, BATCH)):
        texts = [bytes(b).decode(errors="replace") + str(h) for _pk, b, h in some]
        found = zip(some, sought.holding(texts), strict=True)
        held += [pk for (pk, _body, _headers), holds in found if holds]
    return IdempotentReply.objects.filter(pk__in=held).delete()[0]


def _lock(key: ApiKey, name: str) -> bool:
    """Ask for the key's lock without waiting; it ends with the transaction, or the process."""
    digest = hashlib.sha256(f"idempotency:{key.pk}:{name}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as db:
        db.execute("select pg_try_advisory_xact_lock(%s)", [number])
        return bool(db.fetchone()[0])
