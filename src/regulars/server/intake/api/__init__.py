"""Rows by the API: facts and customers in batches, and what became of long work."""

from regulars.server.intake.api.routes import facts_router, jobs_router

__all__ = ["facts_router", "jobs_router"]
