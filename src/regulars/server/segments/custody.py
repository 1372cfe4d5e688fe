"""What becomes of places in groups at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.segments.models import Member

KEPT: tuple[Rows | Duty, ...] = (
    Rows(Member, title=_("Groups"), copied=("segment__name", "added_at")),
)
