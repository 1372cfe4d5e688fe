"""Referrals for other systems."""

from regulars.server.referrals.api.routes import router

__all__ = ["router"]
