"""What becomes of messages at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.delivery.actions import custody
from regulars.server.delivery.models import Delivery, Heard

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Delivery,
        title=_("Messages"),
        copied=("laid_at", "begun_at", "state", "reason", "subject", "text", "hint"),
    ),
    Rows(Heard, title=_("News of messages"), copied=("at", "what", "text")),
    Duty("delivery.once", merge=custody.merge, unmerge=custody.part),
)
