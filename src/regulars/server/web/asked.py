"""What an address asks for, which anybody may have typed."""

from __future__ import annotations

from django.http import HttpRequest

LONGEST = 7  # digits; no list is longer, and no database counts further than it must


def number(request: HttpRequest, name: str) -> int:
    """A number out of an address; 0 for what is none, or beyond all bounds."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) <= LONGEST else 0
