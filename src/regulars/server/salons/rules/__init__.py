"""Who is proposed, how many, and what a salon is short of. Pure."""

from regulars.server.salons.rules.inviting import (
    FEWEST_KNOWN,
    USUAL_RATE,
    Candidate,
    Rate,
    in_order,
    needed,
    rate_of,
)
from regulars.server.salons.rules.kinds import KINDS, Shipped
from regulars.server.salons.rules.sheet import Lack, lacks

__all__ = [
    "FEWEST_KNOWN",
    "KINDS",
    "USUAL_RATE",
    "Candidate",
    "Lack",
    "Rate",
    "Shipped",
    "in_order",
    "lacks",
    "needed",
    "rate_of",
]
