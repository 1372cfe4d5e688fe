from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.journeys.serving import CLEAN, Served
from tests.journeys.window import FLAGS, Window, open_window

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CUSTOMERS = 600

Open = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("There is no Chromium on this machine, so nobody can walk the pages.")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def homes(chromium: Any) -> Iterator[tuple[Served, Served]]:
    """A demo and an empty home, started together: one is used while the other is made."""
    root = Path(tempfile.mkdtemp(prefix="regulars-journeys-"))
    root.chmod(0o755)  # PostgreSQL runs as somebody else where the tests run as root
    demo, own = Served(root / "demo"), Served(root / "own")
    own.start("serve")
    demo.start("demo", "--customers", str(CUSTOMERS), "--seed", "3")
    yield demo, own
    serving = [served for served in (demo, own) if served.runs]
    for served in serving:
        served.ask_to_stop()
    ends = [served.stopped() for served in serving]
    shutil.rmtree(root, ignore_errors=True)
    assert ends == [CLEAN] * len(ends)


@pytest.fixture(scope="session")
def demo(homes: tuple[Served, Served]) -> str:
    """The address of the demo."""
    return homes[0].address


@pytest.fixture(scope="session")
def own(homes: tuple[Served, Served]) -> Served:
    """The empty home."""
    return homes[1]


@pytest.fixture
def window(chromium: Any) -> Iterator[Open]:
    """Open windows; whatever a browser complained of fails the test at its end."""
    opened: list[Window] = []

    def open_one(address: str, **wishes: Any) -> Window:
        opened.append(open_window(chromium, address, **wishes))
        return opened[-1]

    yield open_one
    for one in opened:
        one.context.close()
    assert [said for one in opened for said in one.complaints] == []


@pytest.fixture(scope="session")
def passes(chromium: Any, demo: str) -> dict[str, Any]:
    """The cookies of one person of each role, so that not every test enters anew."""
    kept = {}
    for role in ("rm", "manager", "analyst", "administrator"):
        entered = open_window(chromium, demo)
        entered.enter(role)
        kept[role] = entered.context.storage_state()
        entered.context.close()
    return kept
