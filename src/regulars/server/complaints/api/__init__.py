"""Complaints for other systems: taken in, noted on, answered, closed, called back."""

from regulars.server.complaints.api import dealing, taking
from regulars.server.complaints.api.routing import router

__all__ = ["dealing", "router", "taking"]
