from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import translation
from tests.server.browser import browsing

from regulars.server.core import scope
from regulars.server.core.models import Person


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browsing() as browser:
        yield browser


@pytest.fixture
def eyes() -> Callable[[Person], Any]:
    """Look as one person for a few lines, then as the system again."""

    @contextmanager
    def looking(viewer: Person) -> Iterator[None]:
        scope.set_scope(viewer.scope)
        yield
        scope.set_scope(scope.EVERYBODY)

    return looking


@pytest.fixture(autouse=True)
def _language_goes_with_its_test() -> Iterator[None]:
    """A request in English leaves its language behind; the next test begins without one."""
    yield
    translation.deactivate()
