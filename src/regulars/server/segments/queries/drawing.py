"""Segments as the lists that an experiment may draw from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from regulars.server.core.models import Person
from regulars.server.segments.queries import saved


class Lists:
    """The segments that a viewer sees, and their customers through the viewer's eyes."""

    def choices(self, viewer: Person) -> Sequence[tuple[str, str]]:
        return [(each.public_id, each.name) for each in saved.segments(viewer)]

    def members(self, viewer: Person, key: str, at: datetime) -> tuple[str, list[int]] | None:
        found = saved.segment(viewer, key)
        if found is None:
            return None
        return found.name, saved.members(viewer, found, at=at)
