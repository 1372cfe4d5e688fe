"""What `board.json` says of a board, and the boards of a run's folder."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from regulars.server.facts import lake
from regulars.server.facts.lake import quote
from regulars.server.segments.bridge.records import ATTRIBUTES

POINTER, FOLDER, TALLY = "board.json", "board", "tally.parquet"
# Where "the top 20 %" begins, kept for every figure so that no page has to sort everybody.
SHARES = (1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 98, 99)


@dataclass(frozen=True)
class Board:
    """What `board.json` says. `mark` and `touch` tell which records it may not know yet."""

    run: str
    scores: str  # the FROM clause that it was made of
    folder: str
    made_at: str
    mark: str
    touch: int
    last_id: int
    people: int
    sampled: int
    on: str
    facts: dict[str, list[str]]
    columns: list[list[str]]
    attributes: list[str]  # of the records: another version may know others
    cuts: dict[str, list[float | None]]

    @property
    def known_to(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def last_day(self) -> date:
        return date.fromisoformat(self.on)

    def rows(self, root: Path) -> str:
        """The FROM clause of everybody."""
        return f"read_parquet({quote(str(root / self.folder / 'part-*.parquet'))})"

    def sample(self, root: Path) -> str:
        return f"read_parquet({quote(str(root / self.folder / 'sample.parquet'))})"

    def sampled_facts(self, root: Path, kind: str) -> str:
        path = root / self.folder / f"sample-{kind}.parquet"
        return lake.source([path] if path.exists() else [], kind)

    def cut(self, column: str, percent: float) -> float | None:
        """Where the top `percent` of a figure begins, if that share is kept."""
        if percent not in SHARES or column not in self.cuts:
            return None
        return self.cuts[column][SHARES.index(int(percent))]


def read_board(root: Path) -> Board | None:
    """The board of a run's folder that counts now."""
    path = root / POINTER
    if not path.exists():
        return None
    try:
        found = Board(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError):  # of another version: it is made anew
        return None
    return found if found.attributes == list(ATTRIBUTES) else None


def point(root: Path, board: Board) -> None:
    scratch = root / f".{POINTER}.part"
    scratch.write_text(json.dumps(asdict(board), ensure_ascii=False), "utf-8")
    scratch.replace(root / POINTER)


def new_folder(root: Path) -> Path:
    return root / FOLDER / uuid.uuid4().hex[:12]


def sweep(root: Path, *, keep: Iterable[str]) -> None:
    """Delete boards of a run's folder that nobody reads any more."""
    kept = {Path(name).name for name in keep}
    for old in (root / FOLDER).glob("*"):
        if old.is_dir() and old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
