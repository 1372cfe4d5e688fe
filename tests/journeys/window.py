"""A browser window on a served home, which writes down what the browser complains of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
LOCALES = {"zh-hans": "zh-CN", "en": "en-GB"}
# Scripts run, and no part of the page that comes by itself is still on its way.
THERE = """() => window.htmx && window.RG && !document.querySelector(
    '.htmx-request, .htmx-swapping, .htmx-settling, [hx-trigger="load"]')"""


@dataclass
class Window:
    """One person's window. `complaints` stays empty on every page that is in order."""

    address: str
    context: Any
    page: Any
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Any:
        """Open a path and wait until all of it is there; return the answer."""
        answer = self.page.goto(self.address + path)
        self.settle()
        return answer

    def settle(self) -> None:
        """Wait until scripts run and every part that loads by itself has come."""
        self.page.wait_for_load_state("load")
        self.page.wait_for_function(THERE)

    def enter(self, role: str) -> None:
        """Enter the demo with one click, from its first page."""
        self.go("/enter")
        self.page.locator(f'button[name="role"][value="{role}"]').click()
        self.page.locator("#side .me").wait_for(state="attached")
        self.settle()

    def forget(self, words: str) -> None:
        """Drop complaints that are wanted: the browser logs every 404 it was told."""
        self.complaints[:] = [said for said in self.complaints if words not in said]


def open_window(
    browser: Any,
    address: str,
    *,
    language: str = "zh-hans",
    phone: bool = False,
    dark: bool = False,
    state: Any = None,
) -> Window:
    """Open a window of its own: own cookies, own size, own language."""
    context = browser.new_context(
        viewport=PHONE if phone else DESK,
        locale=LOCALES[language],
        is_mobile=phone,
        has_touch=phone,
        storage_state=state,
    )
    if dark or state:
        theme = "dark" if dark else "light"
        for name, chosen in (("regulars_theme", theme), ("regulars_language", language)):
            context.add_cookies([{"name": name, "value": chosen, "url": address}])
    context.set_default_timeout(15_000)
    window = Window(address, context, context.new_page())
    window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
    window.page.on(
        "console",
        lambda said: (
            window.complaints.append(said.text) if said.type in {"error", "warning"} else None
        ),
    )
    return window
