"""Somebody who writes down what a load does, so that it can be undone."""

from __future__ import annotations

from typing import Any, Protocol


class Witness(Protocol):
    """Told in the load's own transaction."""

    def changing(self, db: Any, ids: str) -> None:
        """Hear of files that may change, before they do: a SELECT of their ids."""

    def opened(self, db: Any, numbers: str) -> None:
        """Hear of files that were opened: a SELECT of their numbers."""
