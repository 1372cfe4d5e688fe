"""What becomes of notes from outside at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.evidence.models import Evidence

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Evidence,
        title=_("Noted from outside"),
        copied=("noted_on", "kind", "competitor", "reason", "source", "amount", "note"),
    ),
)
