from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from xdist.scheduler import LoadFileScheduling

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.site import database
from regulars.server.site.home import Home
from regulars.server.site.postgres import APPLICATION, OWNER
from regulars.testing.cast import Cast
from tests.postgres import current_home, login, started_cluster
from tests.replay import remembered_cast
from tests.sweeping import remember_the_start, sweep

# Files that take longest go to the workers first, so that none of them is left over for one
# worker at the end (`--dist loadfile --no-loadscope-reorder`).
LONGEST = (
    "server/site/test_routes.py",
    "server/site/test_route_walls.py",
    "server/site/test_typed.py",
    "engine/test_tutorials.py",
    "server/intake/reader/test_public_data.py",
    "server/standards/test_roles.py",
    "server/scoring/test_learning.py",
    "server/insight/bank/",
    "engine/ranking/test_public_sets.py",
    "server/identity/test_drill.py",
    "server/intake/drills/",
    "cli/test_import.py",
    "server/scoring/test_runs.py",
    "server/site/test_openapi.py",
)

# Folders that make one world for all their files: one worker has them all.
TOGETHER = ("tests/server/insight/bank/", "tests/journeys/")


class ByWorld(LoadFileScheduling):
    """A worker gets a whole file at a time, or a whole folder that shares a world."""

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in TOGETHER if nodeid.startswith(each)), None) or str(
            super()._split_scope(nodeid)
        )


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWorld:
    return ByWorld(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the longest files to the front; the rest keeps its order."""
    here = Path(__file__).parent

    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(here).as_posix()
        found = (n for n, longest in enumerate(LONGEST) if name.startswith(longest))
        return next(found, len(LONGEST))

    items.sort(key=place)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Start the cluster, migrate as owner, then hand over to the application role."""
    TransactionTestCase._fixture_teardown = _sweep  # type: ignore[method-assign]
    settings = connection.settings_dict
    with started_cluster() as cluster, django_db_blocker.unblock():
        settings.update(login(cluster, OWNER))
        database.migrate()
        connection.close()
        settings.update(login(cluster, APPLICATION))
    remember_the_start()
    yield
    with django_db_blocker.unblock():
        connection.close()


def _sweep(_case: TransactionTestCase) -> None:
    """What Django does after a test that commits, in a tenth of its time."""
    sweep()


@pytest.fixture(scope="session")
def home() -> Home:
    """The home of this test run."""
    return current_home()


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of the public data sets; tests that ask for it skip without it."""
    named = os.environ.get("REGULARS_DATA", "")
    if not named or not Path(named).is_dir():
        pytest.skip("REGULARS_DATA is not set: the public data sets are not on this machine.")
    return Path(named)


@pytest.fixture
def cast(db: None) -> Cast:
    """The small company, assembled by the system; the wall stands as for a stranger after."""
    with scope.everything():
        made = remembered_cast()
    scope.set_scope(scope.NOBODY)
    return made


@pytest.fixture
def look() -> Callable[[Person], None]:
    """Open the wall for one person, for the rest of the test."""
    return lambda viewer: scope.set_scope(viewer.scope)


@pytest.fixture
def as_system(cast: Cast) -> Cast:
    """The rest of the test runs as the system itself, which sees everybody."""
    scope.set_scope(scope.EVERYBODY)
    return cast
