"""Who asks for sensitive fields is written down, kept rule or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from django.core.cache import cache

from regulars.server.core import audit
from regulars.server.core.models import Person

SECONDS = 600  # one look, however often its page asks again


def note_look(fields: Sequence[str], *, by: Person, at: datetime, reason: str = "") -> bool:
    """Write down that somebody looked at customers by sensitive fields.

    The same look within ten minutes is one line; one that now has a reason is another.
    Returns whether a line was written.
    """
    if not fields:
        return False
    named = repr((by.pk, sorted(fields), reason.strip()))
    key = f"segments:looked:{blake2b(named.encode(), digest_size=16).hexdigest()}"
    if not cache.add(key, True, SECONDS):
        return False
    audit.record(
        "segments.sensitive.asked", by, by=by, at=at,
        fields=sorted(fields), reason=reason.strip()[:300],
    )  # fmt: skip
    return True
