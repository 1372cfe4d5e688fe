"""Addresses of the customers behind a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from regulars.server.insight import rules
from regulars.server.scoring.models import Run
from regulars.server.segments.rules import rows_url

Pairs = Iterable[tuple[str, str]]
HERE = tuple(("stage", stage) for stage in rules.HERE)
WAS_HERE = tuple(("was_stage", stage) for stage in rules.HERE)
ANY = (*HERE, ("stage", rules.LOST))
KNOWN = (*WAS_HERE, ("was_stage", rules.LOST))


@dataclass(frozen=True)
class Drill:
    """Builds the addresses of one page: its run, the run before and the branch."""

    run: Run
    before: Run | None = None
    branch: str = ""

    def rows(self, where: Pairs, title: object = "", order: str = "") -> str:
        pairs = [*where, *([("branch", self.branch)] if self.branch else [])]
        asks_before = any(name.startswith("was_") for name, _ in pairs)
        before = self.before.public_id if self.before and asks_before else ""
        return rows_url(
            self.run.public_id, pairs, title=str(title)[:120], before=before, order=order
        )

    def here(self, where: Pairs = (), title: object = "") -> str:
        """Of the base now: those who have not stopped coming."""
        return self.rows([*HERE, *where], title)

    def move(self, scheme: str, was: str | None, now: str | None, way: str, title: str) -> str:
        """Those who went from one tier to another, came, came back or left."""
        where: list[tuple[str, str]] = []
        if now is not None:
            where += [*HERE, (f"tier_{scheme}", now)]
        else:
            where += [("stage", rules.LOST)]
        if was is not None:
            where += [*WAS_HERE, (f"was_tier_{scheme}", was)]
        elif way == rules.BACK:
            where += [("was_stage", rules.LOST)]
        else:
            where += [("was_stage", "")]
        return self.rows(where, title)
