"""What becomes of messages that wait for a manager, at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Rows
from regulars.server.outreach.models import Confirmation

KEPT = (
    Rows(
        Confirmation,
        title=_("Messages that a manager decided on"),
        copied=("made_at", "subject", "text", "state", "decided_at"),
    ),
)
