"""What a source is called, whose file this is, what is unusual about it. Pure functions."""

from regulars.server.intake.rules.sources import (
    Known,
    code,
    differences,
    is_due,
    recognise,
    remembered,
    unusual,
)

__all__ = [
    "Known",
    "code",
    "differences",
    "is_due",
    "recognise",
    "remembered",
    "unusual",
]
