from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import translation
from tests.server.browser import browsing
from tests.server.kept import drop_what_flush_forgets

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


@pytest.fixture(autouse=True)
def _what_was_committed_goes_with_its_test(
    request: pytest.FixtureRequest, django_db_blocker: Any
) -> Iterator[None]:
    """A test that commits is swept by a flush which knows nothing of versions and tasks."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        with django_db_blocker.unblock():
            drop_what_flush_forgets()
