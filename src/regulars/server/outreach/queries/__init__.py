"""Reads of what is planned and of what goes out."""

from regulars.server.outreach.queries.planned import add, planned

__all__ = ["add", "planned"]
