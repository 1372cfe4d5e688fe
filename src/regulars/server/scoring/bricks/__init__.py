"""What was learned of a customer, on the customer page: five cards, each with its reasons.

A card has something to say or is not there; before the lessons of a run are done only the
suggestions say that they are coming.
"""

from regulars.server.scoring.bricks.changing import changes
from regulars.server.scoring.bricks.leaving import account, risk
from regulars.server.scoring.bricks.needing import Proof, needs, proof, proofs
from regulars.server.scoring.bricks.offering import offers
from regulars.server.scoring.bricks.potential import worth
from regulars.server.web.bricks import Brick

BRICKS = (
    Brick("customer.main", 15, "scoring/_changes.html", changes),
    Brick("customer.main", 18, "scoring/_needs.html", needs),
    Brick("customer.main", 25, "scoring/_worth.html", worth),
    Brick("customer.side", 20, "scoring/_risk.html", risk),
    Brick("customer.side", 30, "scoring/_offers.html", offers),
)

__all__ = [
    "BRICKS",
    "Proof",
    "account",
    "changes",
    "needs",
    "offers",
    "proof",
    "proofs",
    "risk",
    "worth",
]
