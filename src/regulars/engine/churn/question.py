"""What leaving means here, and over how many days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from regulars.base.errors import BadInput
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, LedgerError

Outcome = Literal["silence", "assets", "closed", "contract"]
Among = Literal["not_lost", "everybody"]
OUTCOMES: tuple[Outcome, ...] = ("silence", "assets", "closed", "contract")
LONGEST = 730


class BadQuestion(BadInput):
    """The question about churn cannot be asked like this."""


@dataclass(frozen=True)
class Question:
    """What is to be forecast.

    Attributes
    ----------
    outcome
        `silence`: no activity (see `basis.activity`) within the horizon. `assets`: at its
        end assets are down by `fall` or more against their mean over the 90 days before the
        forecast. `closed`: at its end no assets above `basis.resting_balance` and no open
        holding. `contract`: within it the last contract ended and none was open or opened
        within `grace_days` after.
    horizon_days
        1-730.
    fall
        Share of assets, 0-1.
    grace_days
        Only for contracts.
    contracts
        Product ids of holdings that are contracts; None takes all.
    among
        Whose silence is forecast: customers not already lost (silent for more than three of
        their own gaps), or everybody.
    complaints
        Kinds of events that are complaints.
    """

    outcome: Outcome
    horizon_days: int
    fall: float = 0.5
    grace_days: int = 60
    contracts: tuple[str, ...] | None = None
    among: Among = "not_lost"
    complaints: tuple[str, ...] = ("complaint",)

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise BadQuestion(
                f"The outcome {self.outcome} is not known; ask for {', '.join(OUTCOMES)}."
            )
        if not 1 <= self.horizon_days <= LONGEST:
            raise BadQuestion(f"The horizon is {self.horizon_days} days; give 1 to {LONGEST}.")
        if not 0.0 < self.fall <= 1.0 or self.grace_days < 0:
            raise BadQuestion(
                f"A fall of {self.fall} or a grace of {self.grace_days} days makes no sense; "
                "give a share above 0 up to 1 and days from 0 on."
            )

    @property
    def span_days(self) -> int:
        """Days after a date until the outcome is known for certain."""
        return self.horizon_days + (self.grace_days if self.outcome == "contract" else 0)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        contracts = list(self.contracts) if self.contracts is not None else None
        return vars(self) | {"contracts": contracts, "complaints": list(self.complaints)}


def usual_outcome(ledger: Ledger, basis: Basis) -> Outcome:
    """Take asset churn where value means assets, silence elsewhere."""
    return "assets" if basis.value == "aum" and ledger.balances is not None else "silence"


def require(ledger: Ledger, question: Question) -> None:
    """Refuse a question that the ledger's tables cannot answer.

    Raises
    ------
    LedgerError
        naming the table that is missing.
    """
    if question.outcome in ("assets", "closed") and ledger.balances is None:
        raise LedgerError(
            f"The outcome {question.outcome} looks at balances and this ledger has none. "
            "Give Ledger(balances=...) a table, or ask for silence."
        )
    if question.outcome == "contract" and ledger.holdings is None:
        raise LedgerError(
            "The outcome contract looks at holdings and this ledger has none. "
            "Give Ledger(holdings=...) a table, or ask for silence."
        )
