"""What becomes of contacts at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Touch
from regulars.server.core.custody import Duty, Rows

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Touch,
        title=_("Contacts"),
        copied=("at", "channel", "inbound", "outcome", "purpose", "note", "need", "next_step"),
    ),
)
