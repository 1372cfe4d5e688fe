"""Files come in, are checked without changing anything, and are loaded whole or not at all."""

from regulars.server.intake.actions.arrived import errors_file, keep_errors
from regulars.server.intake.actions.asking import (
    CHECK,
    LOAD,
    allow_in_demo,
    ask_check,
    ask_load,
    read_as,
)
from regulars.server.intake.actions.files import (
    AlreadyLoaded,
    DemoKeepsItsData,
    InUse,
    begin,
    discard,
    ensure_company,
    settle_interrupted,
)
from regulars.server.intake.actions.undo import NotWithdrawable, withdraw
from regulars.server.intake.actions.work import NotLoadable, Progress, check, load

__all__ = [
    "CHECK",
    "LOAD",
    "AlreadyLoaded",
    "DemoKeepsItsData",
    "InUse",
    "NotLoadable",
    "NotWithdrawable",
    "Progress",
    "allow_in_demo",
    "ask_check",
    "ask_load",
    "begin",
    "check",
    "discard",
    "ensure_company",
    "errors_file",
    "keep_errors",
    "load",
    "read_as",
    "settle_interrupted",
    "withdraw",
]
