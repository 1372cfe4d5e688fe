"""What reading one file may take."""

from __future__ import annotations

import contextlib
import resource
from dataclasses import dataclass
from pathlib import Path

GB = 1024**3
MB = 1024**2


@dataclass(frozen=True)
class Limits:
    """Memory and disk in bytes, time in seconds.

    `memory` is address space: a sheet of 1,000,000 rows and 8 columns takes 0.8 GB of it, a
    CSV file 0.6 GB whatever its length. `silence` is how long the child may say nothing, and
    `patience` how long it may work at all; both grow with the size of the file.
    """

    memory: int = 3 * GB
    disk: int = 64 * GB
    silence: float = 60.0
    silence_per_mb: float = 3.0
    patience: float = 300.0
    patience_per_mb: float = 20.0

    def silence_for(self, size: int) -> float:
        return self.silence + self.silence_per_mb * size / MB

    def patience_for(self, size: int) -> float:
        return self.patience + self.patience_per_mb * size / MB

    def said_memory(self) -> str:
        return f"{self.memory / GB:.1f} GB"


LIMITS = Limits()


def obey(limits: Limits) -> None:
    """Bind this process, for good."""
    _lower(resource.RLIMIT_AS, limits.memory)
    _lower(resource.RLIMIT_FSIZE, limits.disk)
    # A picture of the memory on disk would be a copy of the customers.
    _lower(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(OSError):  # Linux: when memory is short, the child goes first
        Path("/proc/self/oom_score_adj").write_text("1000")


def _lower(what: int, wanted: int) -> None:
    _soft, hard = resource.getrlimit(what)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit but not the setting
        resource.setrlimit(what, (most, most))
