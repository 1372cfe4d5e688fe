"""A process that has the reader loaded and forks a child for each file.

It is started afresh, so it has no threads and nothing of the caller's memory, and it never
touches a file itself. Its standard input is a socket to the process that started it; each
byte on it brings two more sockets, one for the child's answers and one on which the nursery
says how the child ended. When the caller closes the first, the child is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NoReturn

from regulars.server.intake.reader.sandbox import child

IDLE = 300  # seconds without work after which it ends
# What Arrow and DuckDB load when they first work; here once, not in every child.
AT_FIRST_USE = ("pyarrow.dataset", "numpy.ma", "concurrent.futures", "zoneinfo")
TAIL = 2000  # bytes of a dying child's last words
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Job:
    """A child at work."""

    pid: int
    answers: socket.socket
    ending: socket.socket
    said: IO[bytes]  # its standard error


class Nursery:
    """Forks, watches, buries."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.jobs: dict[int, Job] = {}  # by the number of the answers' socket
        self.poll = select.poll()
        self.poll.register(control, select.POLLIN)
        self.woken, wakes = os.pipe()
        for end in (self.woken, wakes):
            os.set_blocking(end, False)
        self.poll.register(self.woken, select.POLLIN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)

    def run(self) -> None:
        """Work until the caller is gone, or has had nothing to do for long."""
        while True:
            events = self.poll.poll(IDLE * 1000)
            if not events and not self.jobs:
                return
            for number, _event in events:
                if number == self.control.fileno():
                    if not self._take():
                        return self._end()
                elif number == self.woken:
                    with contextlib.suppress(BlockingIOError):
                        os.read(self.woken, 4096)
                elif job := self.jobs.get(number):
                    self._kill(job)
            self._bury()

    def _take(self) -> bool:
        """Take in one piece of work; False when the caller is gone."""
        try:
            _byte, numbers, _flags, _address = socket.recv_fds(self.control, 1, 2)
        except OSError:
            return False
        if len(numbers) != 2:
            return False
        answers, ending = (socket.socket(fileno=number) for number in numbers)
        said = tempfile.TemporaryFile()  # noqa: SIM115 (closed when the child is buried)
        pid = os.fork()
        if pid == 0:
            self._be_child(answers, said)
        self.jobs[answers.fileno()] = Job(pid, answers, ending, said)
        self.poll.register(answers, 0)  # tells when the caller closes it
        return True

    def _be_child(self, answers: socket.socket, said: IO[bytes]) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _die_with(os.getppid())
            os.dup2(said.fileno(), 2)
            null = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1):  # 0 is the way to the caller, which is not the child's
                os.dup2(null, number)
            for job in self.jobs.values():
                job.answers.close()
                job.ending.close()
            child.serve(answers)
            code = 0
        finally:
            os._exit(code)

    def _kill(self, job: Job) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(job.pid, signal.SIGKILL)
        with contextlib.suppress(KeyError):
            self.poll.unregister(job.answers)  # it would go on telling

    def _bury(self) -> None:
        for job in self._ended():
            with contextlib.suppress(KeyError):
                self.poll.unregister(job.answers)
            for one in (job.answers, job.ending, job.said):
                one.close()

    def _ended(self) -> Iterator[Job]:
        for number, job in list(self.jobs.items()):
            pid, status, used = os.wait4(job.pid, os.WNOHANG)
            if pid:
                del self.jobs[number]
                words = _last_words(status, job.said, peak=used.ru_maxrss)
                with contextlib.suppress(OSError):
                    job.ending.send(words, socket.MSG_DONTWAIT)
                yield job

    def _end(self) -> None:
        for job in self.jobs.values():
            self._kill(job)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(job.pid, 0)


def _last_words(status: int, said: IO[bytes], *, peak: int) -> bytes:
    """How the child ended, what it said last, and the most memory it held."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - TAIL))
    words = said.read(TAIL).decode("utf-8", "replace")
    code = os.waitstatus_to_exitcode(status)
    return json.dumps({"code": code, "said": words, "peak": peak}).encode()


def _die_with(parent: int) -> None:
    """Let the kernel kill this process when the nursery is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class _NoPandas:
    """Says that pandas is not installed.

    Arrow and DuckDB look for it at their first piece of work, in every child anew: ten times
    the time that a small file takes, and nothing here uses it.
    """

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name=name)


def main() -> None:
    sys.meta_path.insert(0, _NoPandas)
    for name in AT_FIRST_USE:
        importlib.import_module(name)
    control = socket.socket(fileno=os.dup(0))
    gc.collect()
    gc.freeze()  # so that children share the memory for longer
    Nursery(control).run()


if __name__ == "__main__":
    main()
