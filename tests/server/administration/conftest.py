from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from regulars.server.core.models import Company
from regulars.server.site.home import Home
from regulars.testing.cast import Cast


@pytest.fixture(autouse=True)
def own_folder(home: Home, settings: Any) -> None:
    """Notes and secrets of these tests go into the home of the test run."""
    settings.HOME = home


@pytest.fixture
def demo(cast: Cast, settings: Any) -> Cast:
    """The cast as a demo company in a demo home."""
    Company.objects.update(is_demo=True)
    settings.IS_DEMO = True
    return cast


@pytest.fixture
def here() -> Client:
    """A browser on this machine."""
    return Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR="127.0.0.1")


@pytest.fixture
def ada(cast: Cast) -> Client:
    """The administrator, signed in."""
    client = Client()
    client.force_login(cast.ada)
    return client
