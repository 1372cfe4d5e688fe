"""Files that were brought are let go: of a person who was erased at once, of all in their time.

Once a file is loaded nothing asks for the file itself any more, so an original in which an
erased person stands goes whole. What mending and taking out need (refused rows, traces)
stays without the person's rows. A file that was not loaded yet must be brought again.
"""

from regulars.server.intake.actions.forgetting.erased import (
    HELD,
    HeldAnErasedPerson,
    shred,
)
from regulars.server.intake.actions.forgetting.originals import (
    BY_ERASURE,
    BY_PERIOD,
    forget_original,
    hide_erased,
    leave_out_erased,
)
from regulars.server.intake.actions.forgetting.periods import (
    counted,
    drop_drafts,
    drop_originals,
    drop_remains,
    drop_taken,
    old_drafts,
    old_originals,
    old_remains,
    old_taken,
)

__all__ = [
    "BY_ERASURE",
    "BY_PERIOD",
    "HELD",
    "HeldAnErasedPerson",
    "counted",
    "drop_drafts",
    "drop_originals",
    "drop_remains",
    "drop_taken",
    "forget_original",
    "hide_erased",
    "leave_out_erased",
    "old_drafts",
    "old_originals",
    "old_remains",
    "old_taken",
    "shred",
]
