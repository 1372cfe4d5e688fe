"""What becomes of places in groups at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.core.retention import DataClass
from regulars.server.segments.actions import files
from regulars.server.segments.models import Member

KEPT: tuple[Rows | Duty, ...] = (
    Rows(Member, title=_("Groups"), copied=("segment__name", "added_at")),
    Duty("segments.exports", shred=files.shred),
)
PERIODS = (
    DataClass(
        "segments.exports",
        title=_("Exported files"),
        about=_("Lists that somebody exported and may take again."),
        reason=_("A week: who needs it later exports it again, as it is then."),
        days=7,
        older=files.old,
        drop=files.drop,
    ),
)
