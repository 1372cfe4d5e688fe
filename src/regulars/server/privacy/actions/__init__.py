"""Every answer to what a person asks, and the nightly letting go."""

from regulars.server.privacy.actions.answering import (
    SHRED,
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
    drop_old_requests,
    remind,
    set_period,
    shred_copies,
    sweep,
)
from regulars.server.privacy.actions.shredding import shred

__all__ = [
    "SHRED",
    "AlreadyAnswered",
    "AlreadyAsked",
    "NoProof",
    "NoReason",
    "TooShort",
    "UnderDuty",
    "correct",
    "drop_old_copies",
    "drop_old_requests",
    "erase",
    "give_copy",
    "note_download",
    "object_to_profiling",
    "open_request",
    "refuse",
    "remind",
    "set_period",
    "shred",
    "shred_copies",
    "sweep",
    "withdraw",
]
