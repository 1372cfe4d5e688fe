"""What becomes of guests at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.salons.models import Guest

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Guest,
        title=_("Salons and courses"),
        copied=(
            "salon__theme", "salon__begins_at", "state", "source", "invited_at", "answered_at",
            "seats", "wish", "came_at", "rating", "again", "words", "interests", "said_at",
        ),
    ),
)  # fmt: skip
