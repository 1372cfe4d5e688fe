"""What an address asks for, which anybody may have typed."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

LIFE = timedelta(days=14)  # as long as a letter is kept: locker.js
LONGEST = 7  # digits; no list is longer, and no database counts further than it must


def number(request: HttpRequest, name: str) -> int:
    """A number out of an address; 0 for what is none, or beyond all bounds."""
    given = request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) <= LONGEST else 0


def waited(request: HttpRequest) -> timedelta:
    """How long what was clicked waited for the network: drafts.js says so of each letter.

    A span, not a moment: the clock of a phone may be wrong, but it is wrong evenly.
    """
    given = request.POST.get("waited", "")
    seconds = int(given) if given.isdecimal() and len(given) <= LONGEST else 0
    return min(timedelta(seconds=seconds), LIFE)
