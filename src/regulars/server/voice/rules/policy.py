"""What a company sets: the rest between two surveys, the panel, and the days of the loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

# An older answer of a file calls nobody to work, so nobody looks for its cause.
NEWS = timedelta(days=14)
KEY = "voice"


@dataclass(frozen=True)
class Policy:
    """The company's settings.

    Attributes
    ----------
    rest_days
        Nobody is asked twice within so many days, whichever survey.
    panel_level
        Customers of this tier level and above are the panel (5 the best).
    open_days
        For how many days an invitation may be answered.
    compare_days
        So many days before and after "we did" are held against each other.
    """

    rest_days: int = 90
    panel_level: int = 4
    open_days: int = 21
    compare_days: int = 90

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        """Read what is set; what is not keeps its default."""
        given = settings.get(KEY, {})
        usual = asdict(cls())
        return cls(**{name: int(given.get(name, value)) for name, value in usual.items()})
