"""Records of the programme, and the ledger."""

from regulars.server.loyalty.models.ledger import (
    Account,
    AccountQuerySet,
    Currency,
    Entry,
    Lot,
    Movement,
)
from regulars.server.loyalty.models.members import Membership, MembershipQuerySet, Wish
from regulars.server.loyalty.models.notices import Notice
from regulars.server.loyalty.models.openings import Opening
from regulars.server.loyalty.models.programme import EarningRule, LevelScheme, Programme

__all__ = [
    "Account",
    "AccountQuerySet",
    "Currency",
    "EarningRule",
    "Entry",
    "LevelScheme",
    "Lot",
    "Membership",
    "MembershipQuerySet",
    "Movement",
    "Notice",
    "Opening",
    "Programme",
    "Wish",
]
