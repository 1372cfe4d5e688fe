"""No more than so many messages a second, over all threads of a run."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Pace:
    """Gives each caller its moment; without a limit at once."""

    def __init__(
        self,
        per_second: float | None,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self.gap = 1 / per_second if per_second else 0.0
        self.clock, self.sleep = clock, sleep
        self.next = 0.0
        self.lock = threading.Lock()

    def wait(self) -> None:
        """Wait until it is the caller's turn."""
        if not self.gap:
            return
        with self.lock:
            now = self.clock()
            turn = max(now, self.next)
            self.next = turn + self.gap
        if turn > now:
            self.sleep(turn - now)
