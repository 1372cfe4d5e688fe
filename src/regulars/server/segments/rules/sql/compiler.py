"""Conditions become one boolean; equal look-ups are made once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.sql.asking import Fetched, Lookup, Times
from regulars.server.segments.rules.sql.board import on_board
from regulars.server.segments.rules.sql.facts import select_keys
from regulars.server.segments.rules.sql.literals import FALSE, TRUE
from regulars.server.segments.rules.tree import Condition, Node

# Of these the database finds those for whom they fail.
OTHERS = ("not_in", "unknown", "none")


@dataclass
class Compiler:
    """Turns the conditions of one question into SQL; equal look-ups are made once."""

    fields: Mapping[str, Field]
    times: Times
    lookup: Lookup
    fetched: dict[str, Fetched] = field(default_factory=dict)

    def where(self, node: Node) -> str:
        """One boolean for a rule; the rule must be settled."""
        if isinstance(node, Condition):
            return self._condition(node)
        parts = [self.where(part) for part in node.parts]
        if node.mode == "all":
            return f"({' and '.join(parts)})" if parts else TRUE
        either = f"({' or '.join(parts)})" if parts else FALSE
        # An empty "any" would hold nobody: somebody who has just opened it means no limit.
        if not parts:
            return TRUE
        return either if node.mode == "any" else f"(not {either})"

    def _condition(self, asked: Condition) -> str:
        of = self.fields[asked.field]
        if of.origin == "facts":
            select, fails = select_keys(asked, of, self.times, self.lookup)
            found = self._found(of.facts, select)
            return f"(not {found})" if fails else found
        if of.origin == "group":
            return self._in_groups(asked)
        if of.origin == "beside":
            found = f"(customer_id in (select customer_id from {self.lookup.beside[asked]}))"
            return f"(not {found})" if asked.op in OTHERS else found
        # Not a coalesce: that hides a comparison from the reader of the file.
        return f"(({on_board(asked, of, self.times, self.lookup)}) is true)"

    def _in_groups(self, asked: Condition) -> str:
        tables = [self.lookup.groups[v] for v in asked.values if v in self.lookup.groups]
        inside = " or ".join(
            f"customer_id in (select customer_id from {table})" for table in tables
        )
        inside = f"({inside})" if tables else FALSE
        return inside if asked.op == "in" else f"(not {inside})"

    def _found(self, facts: str, select: str) -> str:
        if select not in self.fetched:
            self.fetched[select] = Fetched(f"found_{len(self.fetched)}", facts, select)
        return f"({self.fetched[select].name}.key is not null)"
