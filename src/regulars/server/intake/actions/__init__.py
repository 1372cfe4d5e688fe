"""Files come in, are checked without changing anything, and are loaded whole or not at all."""

from regulars.server.intake.actions.arrived import keep_errors
from regulars.server.intake.actions.asking import (
    allow_in_demo,
    ask_check,
    ask_load,
    ask_undo,
    read_as,
)
from regulars.server.intake.actions.batches import NoRows, bring_rows
from regulars.server.intake.actions.database import (
    NoQuery,
    NotYours,
    Unreachable,
    connect_source,
    read_source,
)
from regulars.server.intake.actions.failing import Destroyed
from regulars.server.intake.actions.files import (
    AlreadyLoaded,
    DemoKeepsItsData,
    InUse,
    begin,
    discard,
    ensure_company,
    look_at_last,
    settle_interrupted,
)
from regulars.server.intake.actions.forgetting import HELD, HeldAnErasedPerson
from regulars.server.intake.actions.inbox import ColumnsChanged, take_folder
from regulars.server.intake.actions.mending import mended_so_far, write_refused
from regulars.server.intake.actions.queueing import BUSY, CHECK, LOAD, LOOK, UNDO
from regulars.server.intake.actions.sources import (
    READ,
    NameTaken,
    NotReadable,
    SourceInUse,
    add_source,
    ask_read,
    change_source,
    ensure_source,
    forget_source,
)
from regulars.server.intake.actions.undo import (
    NotWithdrawable,
    Undone,
    foresee_undo,
    stand_as_loaded,
    undo,
)
from regulars.server.intake.actions.uploads import (
    NotWhole,
    OutOfStep,
    TooLarge,
    begin_upload,
    drop_upload,
    end_upload,
    sweep_uploads,
    take_part,
)
from regulars.server.intake.actions.work import NotLoadable, Progress, check, load

__all__ = [
    "BUSY",
    "CHECK",
    "HELD",
    "LOAD",
    "LOOK",
    "READ",
    "UNDO",
    "AlreadyLoaded",
    "ColumnsChanged",
    "DemoKeepsItsData",
    "Destroyed",
    "HeldAnErasedPerson",
    "InUse",
    "NameTaken",
    "NoQuery",
    "NoRows",
    "NotLoadable",
    "NotReadable",
    "NotWhole",
    "NotWithdrawable",
    "NotYours",
    "OutOfStep",
    "Progress",
    "SourceInUse",
    "TooLarge",
    "Undone",
    "Unreachable",
    "add_source",
    "allow_in_demo",
    "ask_check",
    "ask_load",
    "ask_read",
    "ask_undo",
    "begin",
    "begin_upload",
    "bring_rows",
    "change_source",
    "check",
    "connect_source",
    "discard",
    "drop_upload",
    "end_upload",
    "ensure_company",
    "ensure_source",
    "foresee_undo",
    "forget_source",
    "keep_errors",
    "load",
    "look_at_last",
    "mended_so_far",
    "read_as",
    "read_source",
    "settle_interrupted",
    "stand_as_loaded",
    "sweep_uploads",
    "take_folder",
    "take_part",
    "undo",
    "write_refused",
]
