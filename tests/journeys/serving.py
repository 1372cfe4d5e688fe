"""The product as its user starts it: one command, a home of its own, a free port."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import psutil

PATIENCE = 120.0  # seconds for a demo of some hundred customers on a busy machine
FOREIGN = ("REGULARS_", "DJANGO_", "DATABASE_URL")


@dataclass
class Served:
    """One `regulars ...` that serves until it is stopped."""

    home: Path
    said: list[str] = field(default_factory=list)
    _lines: queue.Queue[str | None] = field(default_factory=queue.Queue)
    _process: subprocess.Popen[str] | None = None
    _parts: list[psutil.Process] = field(default_factory=list)

    def start(self, *command: str) -> None:
        """Start it; `address` waits until the pages answer."""
        self.said.clear()
        self._lines = queue.Queue()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "regulars", *command),
                *("--home", str(self.home), "--port", str(free_port())),
            ],
            env={k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        Thread(target=self._listen, args=(self._process, self._lines), daemon=True).start()

    @staticmethod
    def _listen(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)
        lines.put(None)

    @property
    def address(self) -> str:
        return self.hear(r"Regulars is at (\S+)")

    def hear(self, pattern: str) -> str:
        """Wait for a line that was or will be printed, and return its first group."""
        deadline = time.monotonic() + PATIENCE
        heard = 0
        while True:
            for line in self.said[heard:]:
                if found := re.search(pattern, line):
                    return found[1]
            heard = len(self.said)
            try:
                line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.01))
            except queue.Empty:
                line = None
            assert line is not None, f"It never printed {pattern!r}:\n{''.join(self.said)}"
            self.said.append(line)

    def ask_to_stop(self) -> None:
        """Ask every part to finish, as Ctrl-C does."""
        assert self._process is not None
        self._parts = psutil.Process(self._process.pid).children(recursive=True)
        self._process.send_signal(signal.SIGTERM)

    def stopped(self) -> Stopped:
        """Wait until it has stopped, and tell what is left of it."""
        assert self._process is not None
        code = self._process.wait(60)
        left = [part.pid for part in psutil.wait_procs(self._parts, timeout=5)[1]]
        return Stopped(code, left, (self.home / "postgres/data/postmaster.pid").exists())

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None


@dataclass(frozen=True)
class Stopped:
    """How a stop ended: exit code, parts that still live, a database that still runs."""

    code: int
    parts_left: list[int]
    database_left: bool


CLEAN = Stopped(0, [], False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
