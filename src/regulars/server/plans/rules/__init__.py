"""What binds customers, who needs a plan, and how far its goals are. Pure."""

from regulars.server.plans.rules.bonds import (
    BONDS,
    NEEDS,
    STRANDS,
    Bond,
    Level,
    Strand,
    counts,
    level,
    missing,
    strands_for,
)
from regulars.server.plans.rules.policy import KEY, NOBODY, Policy
from regulars.server.plans.rules.progress import Lack, lacks, reached, share

__all__ = [
    "BONDS",
    "KEY",
    "NEEDS",
    "NOBODY",
    "STRANDS",
    "Bond",
    "Lack",
    "Level",
    "Policy",
    "Strand",
    "counts",
    "lacks",
    "level",
    "missing",
    "reached",
    "share",
    "strands_for",
]
