"""What becomes of files that were brought: at an erasure, and when their time is over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Rows
from regulars.server.core.retention import DataClass
from regulars.server.intake.actions import forgetting

KEPT: tuple[Rows | Duty, ...] = (Duty("intake.files", shred=forgetting.shred),)
PERIODS = (
    DataClass(
        "intake.originals",
        title=_("Files that were loaded"),
        about=_("The files as they came, and batches by the API: to compare a load with."),
        reason=_("A quarter: so long somebody may still ask what the file said."),
        days=90,
        older=forgetting.counted(forgetting.old_originals),
        drop=forgetting.drop_originals,
    ),
    DataClass(
        "intake.remains",
        title=_("What loads left"),
        about=_("Refused rows to be mended, and what taking a file out again needs."),
        reason=_("Half a year: after that nobody takes a file out again."),
        days=180,
        older=forgetting.counted(forgetting.old_remains),
        drop=forgetting.drop_remains,
    ),
    DataClass(
        "intake.drafts",
        title=_("Files that were never loaded"),
        about=_("Files somebody brought and left, with their check."),
        reason=_("A month: who wants them still brings a newer file by then."),
        days=30,
        older=forgetting.counted(forgetting.old_drafts),
        drop=forgetting.drop_drafts,
    ),
    DataClass(
        "intake.taken",
        title=_("Files of watched folders"),
        about=_("Copies of files that were taken out of a folder, loaded or refused."),
        reason=_("A month: the system that dropped them has its own."),
        days=30,
        older=forgetting.counted(forgetting.old_taken),
        drop=forgetting.drop_taken,
    ),
)
