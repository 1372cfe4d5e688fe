"""Keeps a home alive: PostgreSQL, the web server and the worker, under one parent.

Whatever is killed comes back; a stop asks each part to finish; the death of the parent
ends the parts. It also opens a second, empty home when the demo's user asks for one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from regulars.base.errors import Outside, Refused
from regulars.server.site import boot
from regulars.server.site.home import DEMO, OWN, Home
from regulars.server.site.postgres import Postgres

Say = Callable[[str], None]
PARTS = ("web", "worker")
LOOK_EVERY = 0.25
FIRST_ANSWER = 60.0
GIVE_UP = 4  # ends of the web server before its first answer
SOON, LATER = 0.5, 10.0  # seconds before a part that died is started again


class AlreadyServed(Refused):
    """Another process serves this home."""


class NoAnswer(Outside):
    """The web server did not answer."""


@dataclass
class Part:
    """One child process and how often it had to be started again lately."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    next_start: float = 0.0


@dataclass
class Supervisor:
    """Serves one home until it is told to stop."""

    home: Home
    host: str = "127.0.0.1"
    port: int = 8000
    say: Say = print
    told: Path | None = None  # a file that is told the address
    parts: dict[str, Part] = field(default_factory=lambda: {n: Part(n) for n in PARTS})
    guests: list[subprocess.Popen[bytes]] = field(default_factory=list)
    stopping: bool = False
    _lock: IO[str] | None = None

    @property
    def address(self) -> str:
        shown = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"

    def serve(self) -> None:
        """Run until SIGTERM or SIGINT.

        :raises AlreadyServed: another process serves this home.
        :raises NoAnswer: the pages do not come up within a minute.
        """
        self._take_home()
        for caught in (signal.SIGTERM, signal.SIGINT):
            signal.signal(caught, self._ask_to_stop)
        try:
            if boot.is_embedded():
                Postgres(self.home).start()
            boot.bring_up_to_date(self.home)
            self.port = free_port(self.host, self.port)
            for part in self.parts.values():
                self._start(part)
            self._await_answer()
            self.home.note(address=self.address, pid=str(os.getpid()))
            if self.told:
                tell(self.told, self.address)
            self._greet()
            self._watch()
        finally:
            self._stop_all()

    def _take_home(self) -> None:
        self._lock = open(self.home.root / "serve.lock", "w")  # noqa: SIM115  # held for life
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            where = self.home.read().get("address", "another process")
            if self.told:
                tell(self.told, where)
            raise AlreadyServed(
                f"{self.home.root} is being served already: {where}. "
                "Stop that one first, or choose another --home."
            ) from error

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def _start(self, part: Part) -> None:
        environment = boot.environment(self.home, part=part.name) | {
            "REGULARS_ADDRESS": self.host,
            "REGULARS_PORT": str(self.port),
        }
        log = open(self.home.logs / f"{part.name}.log", "ab")  # noqa: SIM115  # the child's
        part.process = subprocess.Popen(
            [sys.executable, "-m", "regulars.server.site.processes", part.name],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches us alone; we pass it on in order
        )
        log.close()
        part.started = time.monotonic()

    def _await_answer(self) -> None:
        deadline = time.monotonic() + FIRST_ANSWER
        while time.monotonic() < deadline and not self.stopping:
            if answers(f"{self.address}/healthz"):
                return
            self._revive()
            if self.parts["web"].failures >= GIVE_UP:
                break
            time.sleep(0.1)
        if not self.stopping:
            raise NoAnswer(
                f"The web server does not come up at {self.address}. "
                f"Its log, {self.home.logs / 'web.log'}, ends:\n{self._last_words('web')}"
            )

    def _last_words(self, name: str) -> str:
        path = self.home.logs / f"{name}.log"
        return "\n".join(path.read_text("utf-8", "replace").splitlines()[-8:])

    def _greet(self) -> None:
        self.say(f"\n  Regulars is at {self.address}")
        if self.home.kind == OWN and self.home.read().get("set_up") != "done":
            self.say(f"  Set up your company here: {self.address}/set-up/{self._token()}")
        self.say("  Stop it with Ctrl-C.\n")

    def _token(self) -> str:
        return self.home.secret("set-up")

    def _watch(self) -> None:
        looked = 0.0
        while not self.stopping:
            self._revive()
            if self.home.kind == DEMO:
                self._welcome_guest()
            if boot.is_embedded() and time.monotonic() - looked > 2:
                looked = time.monotonic()
                self._revive_database()
            time.sleep(LOOK_EVERY)

    def _revive(self) -> None:
        """Start a part again that ended: soon at first, later if it keeps ending."""
        now = time.monotonic()
        for part in self.parts.values():
            if part.process is None or part.process.poll() is None:
                continue
            if part.next_start == 0.0:
                lived = now - part.started
                part.failures = 0 if lived > 60 else part.failures + 1
                part.next_start = now + min(SOON * 2 ** max(part.failures - 1, 0), LATER)
                self._note(f"{part.name} ended with {part.process.returncode}")
            elif now >= part.next_start:
                part.next_start = 0.0
                self._start(part)

    def _revive_database(self) -> None:
        cluster = Postgres(self.home)
        if cluster.answers():
            return
        with contextlib.suppress(Outside):
            if cluster.start():
                self._note("PostgreSQL had ended and was started again")

    def _welcome_guest(self) -> None:
        """Open an empty home of one's own beside the demo, if somebody asked for it."""
        asked = self.home.root / "requests" / "own-home.json"
        if not asked.exists():
            return
        asked.unlink()
        second = Home(self.home.root.with_name(f"{self.home.root.name}-own"))
        told = self.home.root / "requests" / "own-home.done.json"
        self.say(f"\n  Opening your own home at {second.root} ...")
        log = open(self.home.logs / "own-home.log", "ab")  # noqa: SIM115
        guest = subprocess.Popen(
            [
                *(sys.executable, "-m", "regulars", "serve", "--home", str(second.root)),
                *("--port", str(self.port + 1), "--told", str(told)),
            ],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            stderr=log,
        )
        log.close()
        self.guests.append(guest)

    def _note(self, text: str) -> None:
        with open(self.home.logs / "supervisor.log", "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")

    def _stop_all(self) -> None:
        """Ask every child to finish, wait, then stop the database."""
        living = [
            p.process for p in self.parts.values() if p.process and p.process.poll() is None
        ]
        for child in [*self.guests, *living]:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        deadline = time.monotonic() + 25
        for child in [*living, *self.guests]:
            try:
                child.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                child.kill()
        if boot.is_embedded():
            Postgres(self.home).stop()


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next one that is free.

    :raises NoAnswer: none of the next fifty is.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in range(wanted, wanted + 50):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise NoAnswer(f"No free port from {wanted} to {wanted + 49}. Choose one with --port.")


def answers(url: str) -> bool:
    """Tell whether a page answers at all within a second."""
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False
    except (urllib.error.URLError, OSError):
        return False


def tell(path: Path, address: str) -> None:
    """Write where a home is served, for the page that asked for it."""
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps({"address": address}), "utf-8")
    scratch.replace(path)
