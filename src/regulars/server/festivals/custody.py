"""What becomes of festival wishes at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.festivals.models import Wish

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Wish, title=_("Wishes for festivals"), copied=("plan__festival__name", "plan__on", "at")
    ),
)
