"""Records of opportunities. Row security guards each table that names a customer."""

from regulars.server.opportunities.models.accounts import Obstacle, Phase, Stance, Strategy
from regulars.server.opportunities.models.bundles import Bundle, BundlePart
from regulars.server.opportunities.models.deals import Move, Opportunity, Passed
from regulars.server.opportunities.models.forecasts import ForecastMark
from regulars.server.opportunities.models.proposals import Part, Proposal
from regulars.server.opportunities.models.stages import SignalRule, Stage

__all__ = [
    "Bundle",
    "BundlePart",
    "ForecastMark",
    "Move",
    "Obstacle",
    "Opportunity",
    "Part",
    "Passed",
    "Phase",
    "Proposal",
    "SignalRule",
    "Stage",
    "Stance",
    "Strategy",
]
