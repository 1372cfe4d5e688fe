"""A rule as a whole question: what is counted, from what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from regulars.server.segments.rules.sql.asking import Fetched
from regulars.server.segments.rules.sql.literals import FALSE, SEPARATOR


@dataclass(frozen=True)
class Statement:
    """A rule as SQL: `where` over `source`, whose board is called b.

    `refused` tells who must be left out although they fit, because they refused to be
    profiled. `steps` hold after each part of the outermost group but the last.
    """

    where: str
    source: str
    refused: str = FALSE
    steps: tuple[str, ...] = ()

    @property
    def fits(self) -> str:
        return f"({self.where} and not {self.refused})"


def counting(asked: Statement, *, names: Collection[str] = (), ways: Sequence[str] = ()) -> str:
    """Count a statement: who fits, who is left out; with `names` and `ways` their sums too.

    The condition stands in WHERE and not in the aggregates, so the scan reads the other
    columns of those who fit only.
    """
    kept = f"filter (where not {asked.refused})"
    wanted = [f"count(*) {kept}", f"count(*) filter (where {asked.refused})"]
    if ways:
        wanted += [
            f"sum({name}) {kept}" if name in names else "null"
            for name in ("value", "contribution_12")
        ]
        agreed = [f"contains(reach, '{SEPARATOR}{way}{SEPARATOR}')" for way in ways]
        wanted += [
            f"count(*) filter (where not {asked.refused} and {condition})"
            for condition in ("reach = ''", *agreed)
        ]
    return f"select {', '.join(wanted)} from {asked.source} where {asked.where}"


def stepping(asked: Statement) -> str:
    """Count how many are left after each part but the last, in one scan."""
    counts = ", ".join(f"count(*) filter (where {step})" for step in asked.steps)
    return f"select {counts} from {asked.source}"


def looked_up(one: Fetched, sources: Mapping[str, str]) -> str:
    """The SELECT of the keys that a condition finds among the facts."""
    return one.select.format(key="f.fact_key", **{one.facts: sources[one.facts]})


def joined(board: str, tables: Mapping[str, str]) -> str:
    """Return the FROM clause of a question: the board beside what was found in the facts.

    `tables` gives, by name of a look-up, the table (or SELECT) that holds its keys.
    """
    return board + "".join(
        f" left join {table} {name} on {name}.key = b.fact_key"
        for name, table in tables.items()
    )
