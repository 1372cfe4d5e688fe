"""Who is in a segment that a trigger of the company's own waits for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.base.errors import RegularsError
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.segments import queries as segments


class Unreachable(RegularsError):
    """A segment cannot be asked now: it is gone, not shared any more, or being counted."""


def members(maker: Person, segment: str, *, at: datetime) -> list[int]:
    """Who is in a segment now, as far as its maker sees them; the wall looks along.

    :raises Unreachable: the segment cannot be asked.
    """
    with transaction.atomic(), scope.restored():
        scope.set_scope(maker.scope)
        found = segments.segment(maker, segment)
        if found is None or found.archived_at is not None:
            raise Unreachable("The segment is gone, or not shared with the maker any more.")
        try:
            return segments.members(maker, found, at=at)
        except RegularsError as error:
            raise Unreachable(str(error)) from error
