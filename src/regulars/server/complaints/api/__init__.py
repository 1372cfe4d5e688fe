"""Complaints for other systems: taken in, noted on, answered, closed, called back."""

from regulars.server.complaints.api import taking, working
from regulars.server.complaints.api.routing import router

__all__ = ["router", "taking", "working"]
