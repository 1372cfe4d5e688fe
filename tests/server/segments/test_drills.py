"""Promise 25: a segment is seen whole or not at all, and rebuilding blocks nobody at work."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.alike import home, said, start

from regulars.server.site import boot
from regulars.server.site.home import Home

RUN = "from pathlib import Path\nfrom tests.server.segments import rebuilding\n"
ASK = RUN + "import json\nprint(json.dumps({}))"
pytestmark = pytest.mark.drill
IDLE = 4.0  # seconds of peace before each rebuild, under the same load
WRITERS, AT_MOST = 2, 5.0  # how much slower a save may be while everything is rebuilt


@dataclass
class Told:
    """What everybody saw and how long it took, idle and during the rebuilds."""

    rebuilds: list[dict[str, float]]
    looks: list[dict[str, Any]]
    saves: list[dict[str, Any]]

    def spans(self, rows: Sequence[dict[str, Any]], *, busy: bool) -> list[float]:
        """Milliseconds of those that met a rebuild, or of those that met none."""
        return sorted(
            1_000 * row["spent"] for row in rows if "error" not in row and self.met(row) == busy
        )

    def met(self, row: dict[str, Any]) -> bool:
        ended = row["begun"] + row["spent"]
        return any(r["begun"] < ended and row["begun"] < r["ended"] for r in self.rebuilds)


@contextmanager
def at_work(shop: Home, place: Path) -> Iterator[None]:
    """People read and save in processes of their own until the block ends."""
    stop, looks = place / "stop", place / "looks"
    saves = [place / f"saves-{n}" for n in range(WRITERS)]
    calls = [f"read(Path({str(stop)!r}), Path({str(looks)!r}))"] + [
        f"save(Path({str(stop)!r}), Path({str(log)!r}), {n}, {WRITERS})"
        for n, log in enumerate(saves)
    ]
    people = [start(shop, f"{RUN}rebuilding.{call}") for call in calls]
    try:
        while not all(log.exists() for log in (looks, *saves)):
            assert all(one.poll() is None for one in people)
            time.sleep(0.05)
        yield
        stop.touch()
        for one in people:
            assert one.wait(timeout=120) == 0
    finally:
        for one in people:
            one.kill()
            one.wait()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def p99(spans: Sequence[float]) -> float:
    return statistics.quantiles(spans, n=100)[98] if len(spans) > 1 else float("nan")


def state_of(look: dict[str, Any], true: dict[str, Any]) -> str:
    """Which of the two states somebody saw, wholly; nothing where it was neither."""
    for state, pages in true.items():
        page = pages[look["page"]]
        if (look["size"], look["strangers"]) == (page["size"], 0):
            return state if look["rows"] in (None, page["rows"]) else ""
    return ""


def told_in_one_line(told: Told, true: dict[str, Any], deadlocks: int, head: str) -> float:
    """Print the figures; gives how much slower a save was while everything was rebuilt."""
    idle, busy = (told.spans(told.saves, busy=busy) for busy in (False, True))
    ratio = p99(busy) / p99(idle)
    pages = [told.spans(told.looks, busy=busy)[-1] for busy in (False, True)]
    states = Counter(state_of(look, true) or "neither" for look in told.looks)
    took = {
        step: statistics.median(each[step] for each in told.rebuilds)
        for step in ("scores", "tiers", "board")
    }
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in took.items())
    sys.stdout.write(
        f"\npromise 25: {head}: median {steps}; {len(told.looks):,} looks: "
        f"{dict(states)}, slowest {pages[0]:.0f} ms idle, {pages[1]:.0f} ms meanwhile; "
        f"saves p50/p99/most idle {said_of(idle)}, meanwhile {said_of(busy)}: p99 x "
        f"{ratio:.1f}; {deadlocks} deadlocks, "
        f"{sum('error' in one for one in told.saves)} failed saves; "
        f"load {os.getloadavg()[0]:.1f}\n"
    )
    return ratio


def said_of(spans: list[float]) -> str:
    return (
        f"{statistics.median(spans):.0f}/{p99(spans):.0f}/{spans[-1]:.0f} ms of {len(spans):,}"
    )


def test_a_segment_is_seen_whole_and_its_rebuilding_blocks_nobody(
    tmp_path: Path,
) -> None:
    people = int(os.environ.get("DRILL_PEOPLE", "1000000"))
    rebuilds = int(os.environ.get("DRILL_REBUILDS", "30"))
    whole = int(os.environ.get("DRILL_WHOLE", "2"))  # of them; the engine takes a minute
    true = {}
    with home(tmp_path / "shop") as shop:
        said(shop, f"{RUN}rebuilding.fill({people})", role=boot.OWNER)
        for state in "AB":
            said(shop, f"{RUN}rebuilding.rebuild({state!r})")
            if state == "A":
                said(shop, f"{RUN}rebuilding.keep()")
            true[state] = json.loads(said(shop, ASK.format("rebuilding.truth()")))
        before = int(said(shop, ASK.format("rebuilding.deadlocks()")))
        with at_work(shop, tmp_path):
            publishing = start(shop, f"{RUN}rebuilding.publish({rebuilds}, {whole}, {IDLE})")
            out, _ = publishing.communicate()
            assert publishing.returncode == 0
        deadlocks = int(said(shop, ASK.format("rebuilding.deadlocks()"))) - before
    told = Told(
        [json.loads(line) for line in out.splitlines() if line.startswith("{")],
        lines(tmp_path / "looks"),
        [row for n in range(WRITERS) for row in lines(tmp_path / f"saves-{n}")],
    )
    head = f"{people:,} customers, {rebuilds} rebuilds, {whole} of them scored anew"
    for pages in true.values():
        assert all(page["said"] == page["size"] > 0 for page in pages.values())
    assert [one for one in (*told.looks, *told.saves) if "error" in one] == []
    ratio = told_in_one_line(told, true, deadlocks, head)
    assert [look for look in told.looks if not state_of(look, true)] == []
    assert len(told.rebuilds) == rebuilds
    assert deadlocks == 0
    assert ratio <= AT_MOST
