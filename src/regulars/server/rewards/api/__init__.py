"""Coupons, gifts and privileges for other systems: tills, the app, the lobby's desk."""

from regulars.server.rewards.api import coupons, gifts, privileges
from regulars.server.rewards.api.shared import router

__all__ = ["coupons", "gifts", "privileges", "router"]
