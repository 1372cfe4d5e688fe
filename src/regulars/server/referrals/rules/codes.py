"""Short codes that people read to each other, and what tells devices apart."""

from __future__ import annotations

import unicodedata

# Without what is mistaken for something else on paper or by ear: 0 O, 1 I L, 8 B, 5 S, 2 Z.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 8  # 25^8: at 20 tries an hour from an address nobody finds one
MISREAD = str.maketrans({"ß": "SS"})


def tidy(text: str) -> str:
    """A code as it was meant: capitals, without blanks and dashes."""
    plain = unicodedata.normalize("NFKC", text).upper().translate(MISREAD)
    return "".join(c for c in plain if c.isalnum())[: CODE_LENGTH + 1]


def device(address: str, agent: str) -> str:
    """What tells one device from another as far as a page sees it; to be hashed, never kept."""
    return f"{address}|{' '.join(agent.split())[:300]}"
