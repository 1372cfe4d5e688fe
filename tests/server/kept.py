"""A world that is committed once for many tests: scoring it takes seconds.

Tests read it, and what one writes is rolled back as always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection
from tests.sweeping import sweep

from regulars.server.core import scope

World = TypeVar("World")


@contextmanager
def kept(blocker: Any, make: Callable[[], World]) -> Iterator[World]:
    """Make a world as the system itself; empty the database after."""
    with blocker.unblock(), scope.everything():
        world = make()
    yield world
    with blocker.unblock():
        sweep()
        connection.close()
