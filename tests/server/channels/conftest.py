from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def addresses(settings: Any) -> None:
    """The site's addresses, with those of this feature."""
    settings.ROOT_URLCONF = "tests.server.channels.addresses"
