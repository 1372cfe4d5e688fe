"""A home: the one folder that holds everything of one company."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from regulars.base.errors import BadInput

DEFAULT = "regulars-home"
DEMO, OWN = "demo", "own"


class NotAHome(BadInput):
    """The folder holds something else."""


@dataclass(frozen=True)
class Home:
    """Paths below one home. Creating the value creates nothing on disk."""

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def facts(self) -> Path:
        return self.root / "facts"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def sums(self) -> Path:
        """What is summed up of the facts; made anew where it is missing, so not backed up."""
        return self.root / "sums"

    @property
    def imports(self) -> Path:
        return self.root / "imports"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def sent(self) -> Path:
        """A number that grows with what goes out; empty after a restore."""
        return self.root / "sent.pulse"

    @property
    def marker(self) -> Path:
        return self.root / "home.json"

    @property
    def exists(self) -> bool:
        return self.marker.exists()

    @property
    def kind(self) -> str:
        """`demo` (one-click entry, no own data) or `own`."""
        kind: str = self.read().get("kind", OWN)
        return kind

    def read(self) -> dict[str, str]:
        if not self.exists:
            return {}
        notes: dict[str, str] = json.loads(self.marker.read_text("utf-8"))
        return notes

    def note(self, **notes: str) -> None:
        """Write facts about this home that must be known before the database runs."""
        kept = self.read() | notes
        scratch = self.marker.with_suffix(".new")
        scratch.write_text(json.dumps(kept, indent=2, ensure_ascii=False), "utf-8")
        scratch.replace(self.marker)

    def create(self, kind: str) -> None:
        """Make the folder and its parts; what a home has already stays as it is.

        :raises NotAHome: the folder exists, is not empty and is no home.
        """
        if not self.exists and self.root.exists() and any(self.root.iterdir()):
            raise NotAHome(
                f"{self.root} exists and is not a Regulars home. "
                "Choose another folder with --home, or empty this one first."
            )
        for folder in (self.facts, self.runs, self.imports, self.exports, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(mode=0o700, exist_ok=True)
        if not self.exists:
            self.note(kind=kind)

    def secret(self, name: str) -> str:
        """Return a stable random secret of this home, made at first use."""
        path = self.keys / f"{name}.key"
        if not path.exists():
            self.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_urlsafe(48))
        return path.read_text().strip()


def find(given: str | None = None) -> Home:
    """Return the home named by the argument, REGULARS_HOME or the default, in that order."""
    named = given or os.environ.get("REGULARS_HOME") or DEFAULT
    return Home(Path(named).expanduser().resolve())
