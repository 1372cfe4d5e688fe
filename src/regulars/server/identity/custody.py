"""What becomes of pairs and merges at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.identity.models import Merge, Pair

_STAYS = _("It says which files looked alike or were one, and goes with either of them.")

KEPT: tuple[Rows | Duty, ...] = (
    Rows(Pair, name="first", title=_("Files that look alike"), stays=True, because=_STAYS),
    Rows(Pair, name="second", title=_("Files that look alike"), stays=True, because=_STAYS),
    Rows(
        Merge,
        name="survivor",
        title=_("Merged files"),
        copied=("merged_at", "undone_at", "before", "after"),
        stays=True,
        because=_STAYS,
    ),
    Rows(
        Merge,
        name="loser",
        title=_("Merged files"),
        copied=("merged_at", "undone_at"),
        stays=True,
        because=_STAYS,
    ),
)
