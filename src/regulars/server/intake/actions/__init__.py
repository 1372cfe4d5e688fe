"""Files come in, are checked without changing anything, and are loaded whole or not at all."""

from regulars.server.intake.actions.arrived import errors_file, keep_errors
from regulars.server.intake.actions.asking import (
    CHECK,
    LOAD,
    UNDO,
    allow_in_demo,
    ask_check,
    ask_load,
    ask_undo,
    read_as,
)
from regulars.server.intake.actions.batches import NoRows, bring_rows
from regulars.server.intake.actions.files import (
    AlreadyLoaded,
    DemoKeepsItsData,
    InUse,
    begin,
    discard,
    ensure_company,
    settle_interrupted,
)
from regulars.server.intake.actions.sources import (
    NameTaken,
    SourceInUse,
    add_source,
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
    withdraw,
)
from regulars.server.intake.actions.work import NotLoadable, Progress, check, load

__all__ = [
    "CHECK",
    "LOAD",
    "UNDO",
    "AlreadyLoaded",
    "DemoKeepsItsData",
    "InUse",
    "NameTaken",
    "NoRows",
    "NotLoadable",
    "NotWithdrawable",
    "Progress",
    "SourceInUse",
    "Undone",
    "add_source",
    "allow_in_demo",
    "ask_check",
    "ask_load",
    "ask_undo",
    "begin",
    "bring_rows",
    "change_source",
    "check",
    "discard",
    "ensure_company",
    "ensure_source",
    "errors_file",
    "foresee_undo",
    "forget_source",
    "keep_errors",
    "load",
    "read_as",
    "settle_interrupted",
    "stand_as_loaded",
    "undo",
    "withdraw",
]
