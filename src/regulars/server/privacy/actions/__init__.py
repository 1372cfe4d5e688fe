"""Every answer to what a person asks, and the nightly letting go."""

from regulars.server.privacy.actions.answering import (
    AlreadyAnswered,
    AlreadyAsked,
    NoProof,
    NoReason,
    UnderDuty,
    correct,
    erase,
    give_copy,
    note_download,
    object_to_profiling,
    open_request,
    refuse,
    withdraw,
)
from regulars.server.privacy.actions.keeping import (
    TooShort,
    drop_old_copies,
    set_period,
    sweep,
)

__all__ = [
    "AlreadyAnswered",
    "AlreadyAsked",
    "NoProof",
    "NoReason",
    "TooShort",
    "UnderDuty",
    "correct",
    "drop_old_copies",
    "erase",
    "give_copy",
    "note_download",
    "object_to_profiling",
    "open_request",
    "refuse",
    "set_period",
    "sweep",
    "withdraw",
]
