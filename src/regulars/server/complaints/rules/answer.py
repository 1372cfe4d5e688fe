"""What an answer to a complaint must tell: the ways that stay open to the customer (C-63)."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Each way by the words it goes by; one of them in either language is enough.
ROUTES: Mapping[str, re.Pattern[str]] = {
    "review": re.compile(r"复核|复查|\breview", re.IGNORECASE),
    "mediation": re.compile(r"调解|\bmediat", re.IGNORECASE),
    "arbitration": re.compile(r"仲裁|\barbitrat", re.IGNORECASE),
    "court": re.compile(r"诉讼|起诉|法院|\bcourt|\blawsuit", re.IGNORECASE),
}


def lacking(text: str) -> tuple[str, ...]:
    """The ways that an answer does not name."""
    return tuple(way for way, words in ROUTES.items() if not words.search(text))
