"""What the company set about its daily posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEY = "posts"
MESSAGE = "daily-read"  # the message that comes with Regulars


@dataclass(frozen=True)
class Policy:
    """Which approved message carries an item to customers."""

    message: str = MESSAGE

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        given: Mapping[str, Any] = settings.get(KEY) or {}
        return cls(message=str(given.get("message") or MESSAGE))
