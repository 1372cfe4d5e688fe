"""Rules of the house that no ready-made linter knows. Exits 1 when one is broken.

clock         engine, rules, models, actions and queries are told the time; they never ask.
owner-writes  records are created, saved and deleted in their owner's actions (or models).
scope         edges (views, api, jobs, bricks) reach records through `queries`.
names         no file is called utils, helpers, service, manager or common.

An exception is written where it is made: `# house: <rule> because <reason>`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

CLOCK = {"now", "today", "utcnow", "localdate"}
WRITES = {
    "save",
    "delete",
    "create",
    "bulk_create",
    "bulk_update",
    "update_or_create",
    "get_or_create",
}
INNER = {"rules", "models", "actions", "queries", "loading", "bridge", "lake"}
WRITERS = {"actions", "models", "loading", "audit", "custody"}
EDGES = {"views", "api", "jobs", "admin", "bricks", "handlers"}
NAMELESS = {"utils", "helpers", "service", "services", "manager", "common"}
# Engine objects whose methods merely share a name with a write.
NOT_RECORDS = {"connection", "bench", "home", "os", "shutil"}


def broken(path: Path, tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield (line, rule, advice) for every place in one module that breaks a rule."""
    places = {*path.parts[:-1], path.stem}
    server = "server" in path.parts and "site" not in path.parts
    inner = "engine" in path.parts or (server and bool(places & INNER))
    edge = server and bool(places & EDGES) and not places & WRITERS
    if path.stem in NAMELESS:
        yield 1, "names", "name the file after what it holds"
    for node in ast.walk(tree):
        name = _method(node)
        if inner and (name in CLOCK or _calls(node, CLOCK)):
            yield node.lineno, "clock", "take `at` or `as_of` as a keyword argument"
        if server and not places & WRITERS and name in WRITES and not _foreign(node):
            yield node.lineno, "owner-writes", "call a function of the owner's actions"
        if edge and isinstance(node, ast.Attribute) and node.attr == "objects":
            yield node.lineno, "scope", "add a function to queries that takes the viewer"


def _method(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr
    return None


def _calls(node: ast.AST, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", None) in names


def _foreign(node: ast.AST) -> bool:
    call = node.func if isinstance(node, ast.Call) else None
    owner = getattr(call, "value", None)
    return isinstance(owner, ast.Name) and owner.id in NOT_RECORDS


def main(root: Path) -> int:
    found = 0
    for path in sorted(root.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        source = path.read_text("utf-8")
        lines = source.splitlines()
        for line, rule, advice in broken(path, ast.parse(source)):
            if f"house: {rule} because" not in lines[line - 1]:
                found += 1
                print(f"{path}:{line}: {rule}: {advice}")
    return int(found > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
