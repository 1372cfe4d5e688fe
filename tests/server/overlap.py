"""Two transactions that meet: the second begins while the first has done its work and waits."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection, connections

from regulars.server.core import scope

PATIENCE = 20.0  # seconds until a test gives up


def overlapping(
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    then: Callable[[], object] = lambda: None,
) -> list[str]:
    """Run `second` between the last statement of `first` and its commit.

    Both see everybody, each through a connection of its own. `first` does `then` and commits
    as soon as `second` waits for it, or is through. Returns what each was refused with, or "".
    """
    told, done, go, over = ["", ""], threading.Event(), threading.Event(), threading.Event()

    def run_first() -> None:
        with scope.everything():
            first()
            done.set()
            go.wait(PATIENCE)
            then()

    def run_second() -> None:
        done.wait(PATIENCE)
        with scope.everything():
            second()

    def told_of(place: int, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # the test says which one it expects
            told[place] = type(error).__name__
        finally:
            (done, over)[place].set()
            connections.close_all()

    threads = [
        threading.Thread(target=told_of, args=(place, work))
        for place, work in enumerate((run_first, run_second))
    ]
    for thread in threads:
        thread.start()
    while not over.wait(0.02) and not _somebody_waits():
        pass
    go.set()
    for thread in threads:
        thread.join(PATIENCE)
    return told


def _somebody_waits() -> bool:
    with connection.cursor() as db:
        db.execute(
            "select exists (select 1 from pg_stat_activity where wait_event_type = 'Lock' "
            "and datname = current_database())"
        )
        return bool(db.fetchone()[0])
