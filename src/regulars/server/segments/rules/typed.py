"""A rule as it stands in a form: plain fields that a browser sends without any script.

Each part has a path, "0" for the outermost group and "0.2" for its third part. What is
typed stays as it was typed until the rule is settled, so nothing is lost on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from regulars.server.segments.rules.fields import (
    MANY_VALUES,
    Field,
    amount,
    plain,
    settled,
)
from regulars.server.segments.rules.tree import (
    DEEPEST_GROUP,
    LONGEST_VALUE,
    LONGEST_WINDOW,
    MODES,
    MOST_CONDITIONS,
    MOST_VALUES,
    ONLY,
    BadRule,
    Condition,
    Group,
    Node,
    Window,
    leaves,
)

Given = Mapping[str, Sequence[str]]
ROOT = "0"


def read(given: Given, fields: Mapping[str, Field]) -> Group:
    """Read a form and do what its pressed button says.

    Parts whose field is unknown, or that lie too deep, are left out.
    """
    paths = [path for path in given.get("node", ()) if is_path(path)]
    root = _part(ROOT, paths, given, fields, depth=0)
    found = root if isinstance(root, Group) else Group()
    for path in paths:
        key = _one(given, f"pick:{path}")
        found = _done(found, f"add:{path}:{key}", fields) if key else found
    return _done(found, (given.get("do") or ("",))[-1], fields)


def complete(node: Group, fields: Mapping[str, Field]) -> tuple[Group, dict[str, str]]:
    """Return the settled rule of what is filled in, and by path what was left out and why."""
    problems: dict[str, str] = {}
    kept = _complete(node, ROOT, fields, problems)
    assert isinstance(kept, Group)
    return kept, problems


def all_paths(node: Group) -> list[tuple[str, Node]]:
    """Every part with its path, from the outermost group on."""
    found: list[tuple[str, Node]] = []

    def walk(part: Node, path: str) -> None:
        found.append((path, part))
        if isinstance(part, Group):
            for place, inner in enumerate(part.parts):
                walk(inner, f"{path}.{place}")

    walk(node, ROOT)
    return found


def fresh(field: Field) -> Condition:
    """A new line: the usual operator, with nothing filled in."""
    window = Window(days=field.days) if field.origin == "facts" else None
    return Condition(field.key, field.ops[0], (), window)


def _part(
    path: str, known: Sequence[str], given: Given, fields: Mapping[str, Field], *, depth: int
) -> Node | None:
    mode = _one(given, f"mode:{path}")
    if mode in MODES:
        if depth > DEEPEST_GROUP:
            return None
        inner = [p for p in known if p.rpartition(".")[0] == path]
        parts = [_part(p, known, given, fields, depth=depth + 1) for p in inner]
        return Group(mode, tuple(part for part in parts if part is not None))
    field = fields.get(_one(given, f"field:{path}"))
    return _line(path, given, field) if field else None


def _line(path: str, given: Given, field: Field) -> Condition:
    op = _one(given, f"op:{path}")
    op = op if op in field.ops else field.ops[0]
    values = [_clean(v) for v in given.get(f"value:{path}", ())][:MOST_VALUES]
    if op not in MANY_VALUES:
        # The boxes of a list and the fields of a number come under names of their own.
        values = [_clean(v) for v in given.get(f"number:{path}", ())][:2]
        values = _typed_share(values, field, op)
    only = tuple(
        (name, tuple(_clean(v) for v in given.get(f"{name}:{path}", ()) if _clean(v)))
        for name in ONLY
        if name in field.narrows
    )
    return Condition(
        field.key,
        op,
        tuple(values) if any(values) else (),
        _window(path, given, field) if field.origin == "facts" else None,
        tuple((name, chosen) for name, chosen in only if chosen),
    )


def _typed_share(values: list[str], field: Field, op: str) -> list[str]:
    """People write 30 for 30 %; a share is kept as 0.3."""
    if field.kind != "share" or op in ("top", "bottom"):
        return values
    found = []
    for value in values:
        try:
            found.append(plain(amount(value.rstrip("%％ ")) / Decimal(100)) if value else "")
        except BadRule:
            found.append(value)
    return found


def _window(path: str, given: Given, field: Field) -> Window:
    if _one(given, f"span:{path}") == "between":
        return Window(
            start=_day(_one(given, f"from:{path}")), stop=_day(_one(given, f"to:{path}"))
        )
    days = _one(given, f"days:{path}")
    if days.isascii() and days.isdigit() and 1 <= int(days[:6]) <= LONGEST_WINDOW:
        return Window(days=int(days))
    return Window(days=field.days)


def _done(root: Group, what: str, fields: Mapping[str, Field]) -> Group:
    """Add a line or a group, or drop a part."""
    verb, _, rest = what.partition(":")
    path, _, key = rest.partition(":")
    if not is_path(path):
        return root
    if verb == "add" and key in fields:
        return _changed(root, path, fresh(fields[key]))
    if verb == "group" and path.count(".") < DEEPEST_GROUP - 1:
        mode = "any" if key not in MODES else key
        return _changed(root, path, Group(mode))
    if verb == "drop" and path != ROOT:
        return _changed(root, path, None)
    return root


def _changed(root: Group, path: str, add: Node | None) -> Group:
    """Put a part at the end of the group at `path`, or (None) take that part away."""
    if add is not None and len(list(leaves(root))) >= MOST_CONDITIONS:
        return root
    steps = [int(step) for step in path.split(".")[1:]]
    found = _within(root, steps, add)
    return found if isinstance(found, Group) else root


def _within(node: Node, steps: list[int], add: Node | None) -> Node | None:
    if not isinstance(node, Group):
        return node if steps or add is not None else None
    if not steps:
        return replace(node, parts=(*node.parts, add)) if add is not None else None
    if steps[0] >= len(node.parts):
        return node
    parts: list[Node | None] = list(node.parts)
    parts[steps[0]] = _within(node.parts[steps[0]], steps[1:], add)
    return replace(node, parts=tuple(part for part in parts if part is not None))


def _complete(
    node: Node, path: str, fields: Mapping[str, Field], problems: dict[str, str]
) -> Node | None:
    if isinstance(node, Condition):
        try:
            return settled(node, fields)
        except BadRule as problem:
            problems[path] = str(problem)
            return None
    parts = [
        _complete(part, f"{path}.{place}", fields, problems)
        for place, part in enumerate(node.parts)
    ]
    kept = tuple(part for part in parts if part is not None)
    # A group that is still empty says nothing, and would not be seen in the sentence.
    return None if not kept and path != ROOT else Group(node.mode, kept)


def is_path(text: str) -> bool:
    """Whether a text is the path of a part."""
    steps = text.split(".")
    return (
        steps[0] == ROOT
        and len(steps) <= DEEPEST_GROUP + 2
        and all(step.isascii() and step.isdigit() and len(step) <= 3 for step in steps)
    )


def _one(given: Given, name: str) -> str:
    values = given.get(name) or ("",)
    return values[-1].strip()


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST_VALUE]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
