"""The small world of the work, and what became of its reasons."""

from __future__ import annotations

from tests.server.care.conftest import World, world

__all__ = ["World", "world"]
