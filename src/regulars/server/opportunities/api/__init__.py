"""Opportunities, proposals, account plans and their figures for other systems."""

from regulars.server.opportunities.api.accounts import router as accounts_router
from regulars.server.opportunities.api.deals import router
from regulars.server.opportunities.api.figures import router as figures_router
from regulars.server.opportunities.api.proposals import router as proposals_router

__all__ = ["accounts_router", "figures_router", "proposals_router", "router"]
