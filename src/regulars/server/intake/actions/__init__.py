"""Files come in, are checked without changing anything, and are loaded whole or not at all."""

from regulars.server.intake.actions.arrived import errors_file
from regulars.server.intake.actions.files import (
    DemoKeepsItsData,
    InUse,
    begin,
    discard,
    ensure_company,
    settle_interrupted,
)
from regulars.server.intake.actions.work import NotLoadable, Progress, check, load

__all__ = [
    "DemoKeepsItsData",
    "InUse",
    "NotLoadable",
    "Progress",
    "begin",
    "check",
    "discard",
    "ensure_company",
    "errors_file",
    "load",
    "settle_interrupted",
]
