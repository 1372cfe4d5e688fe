"""What binds a customer, and how strongly. Pure.

Three levels of relationship marketing (Berry and Parasuraman, Marketing Services, 1991):
a price holds until somebody is cheaper, a person holds until they leave, a way of working
together is costly to take apart. How many strands make a level is the house's own rule,
which a company may change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Bond(StrEnum):
    """What a strand works by."""

    FINANCIAL = "financial"
    SOCIAL = "social"
    STRUCTURAL = "structural"


class Level(IntEnum):
    """How strongly a customer is bound."""

    NONE = 0
    FINANCIAL = 1
    SOCIAL = 2
    STRUCTURAL = 3

    @property
    def bond(self) -> Bond | None:
        return BONDS[self - 1] if self else None

    @property
    def above(self) -> Level | None:
        """The level to grow to; none above the highest."""
        return None if self is Level.STRUCTURAL else Level(self + 1)


BONDS = (Bond.FINANCIAL, Bond.SOCIAL, Bond.STRUCTURAL)
# How many strands of a kind make its level: one visit is no friendship, one order no tie-in.
NEEDS: Mapping[Level, int] = {Level.FINANCIAL: 1, Level.SOCIAL: 2, Level.STRUCTURAL: 2}
ORGANIZATION = "organization"


@dataclass(frozen=True)
class Strand:
    """One thing that binds. `of`: the kind of customer it is for, "" for both."""

    code: str
    bond: Bond
    of: str = ""


STRANDS: Mapping[str, Strand] = {
    strand.code: strand
    for strand in (
        Strand("better_terms", Bond.FINANCIAL),
        Strand("fees_waived", Bond.FINANCIAL),
        Strand("points", Bond.FINANCIAL),
        Strand("benefits", Bond.FINANCIAL),
        Strand("known_owner", Bond.SOCIAL),
        Strand("met", Bond.SOCIAL),
        Strand("invited", Bond.SOCIAL),
        Strand("greeted", Bond.SOCIAL),
        Strand("complaint_settled", Bond.SOCIAL),
        Strand("tastes_known", Bond.SOCIAL),
        Strand("recommends", Bond.SOCIAL),
        Strand("deciders_known", Bond.SOCIAL, ORGANIZATION),
        Strand("several_products", Bond.STRUCTURAL),
        Strand("payroll", Bond.STRUCTURAL),
        Strand("standing_orders", Bond.STRUCTURAL),
        Strand("household", Bond.STRUCTURAL),
        Strand("framework", Bond.STRUCTURAL, ORGANIZATION),
        Strand("joint_plan", Bond.STRUCTURAL, ORGANIZATION),
        Strand("systems", Bond.STRUCTURAL, ORGANIZATION),
        Strand("council", Bond.STRUCTURAL),
    )
}


def strands_for(kind: str) -> tuple[Strand, ...]:
    """What may bind a person or an organisation, by level."""
    return tuple(strand for strand in STRANDS.values() if strand.of in ("", kind))


def counts(strands: Collection[str]) -> dict[Bond, int]:
    """How many strands of each kind; codes that nobody knows any more do not count."""
    known = [STRANDS[code].bond for code in strands if code in STRANDS]
    return {bond: known.count(bond) for bond in BONDS}


def level(strands: Collection[str], needs: Mapping[Level, int] = NEEDS) -> Level:
    """The highest level whose strands are enough; a lower one need not be complete."""
    found = counts(strands)
    for step in (Level.STRUCTURAL, Level.SOCIAL, Level.FINANCIAL):
        assert step.bond is not None
        if found[step.bond] >= max(1, needs[step]):
            return step
    return Level.NONE


def missing(strands: Collection[str], needs: Mapping[Level, int] = NEEDS) -> int:
    """How many strands the next level lacks; 0 on the highest."""
    above = level(strands, needs).above
    if above is None or above.bond is None:
        return 0
    return max(0, max(1, needs[above]) - counts(strands)[above.bond])
