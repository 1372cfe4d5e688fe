"""Versions with their lines, plans and treatments; and customers led by self-service."""

from regulars.server.standards.models.steering import Steering, SteeringQuerySet
from regulars.server.standards.models.versions import (
    CHANNEL_CHOICES,
    DOERS,
    MANNERS,
    PURPOSES,
    RHYTHMS,
    Editor,
    Line,
    Plan,
    Treatment,
    Version,
)

__all__ = [
    "CHANNEL_CHOICES",
    "DOERS",
    "MANNERS",
    "PURPOSES",
    "RHYTHMS",
    "Editor",
    "Line",
    "Plan",
    "Steering",
    "SteeringQuerySet",
    "Treatment",
    "Version",
]
