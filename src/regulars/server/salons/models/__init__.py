"""Salons with their sheets and costs, and the guests."""

from regulars.server.salons.models.guests import Guest, GuestQuerySet
from regulars.server.salons.models.salons import Cost, Kind, Part, Salon, SalonQuerySet

__all__ = ["Cost", "Guest", "GuestQuerySet", "Kind", "Part", "Salon", "SalonQuerySet"]
