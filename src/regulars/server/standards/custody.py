"""What becomes of steerings at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import DELETED, Duty, Rows
from regulars.server.standards.models import Steering

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Steering,
        title=_("Led to self-service"),
        copied=(
            "state",
            "reason",
            "earned",
            "cost",
            "as_of",
            "from_day",
            "review_on",
            "answer",
        ),
        erased=DELETED,
    ),
)
