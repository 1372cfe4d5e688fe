"""Why a customer is in a list: what the fields of its rule say of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.segments.queries import beside
from regulars.server.segments.queries.ground import Ground
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.sql import SEPARATOR
from regulars.server.segments.rules.tree import Condition, Group, Node

MOST = 4  # reasons beside one name
# What a row says already, or what says nothing of one customer.
SHOWN = {
    "kind",
    "age",
    "birthday",
    "group",
    "branch",
    "book",
    "state",
    "tier",
    "value",
    "stage",
}
# That something is not so is no reason that could be shown.
WITHOUT = ("not_in", "unknown", "none", "no", "not_within")


@dataclass(frozen=True)
class Reason:
    """One field of the rule and its values for one customer, as texts."""

    field: Field
    values: tuple[str, ...]


def reasons(
    viewer: Person,
    node: Node,
    of: Ground,
    ids: Sequence[int],
    *,
    shown: Collection[str] = SHOWN,
) -> dict[int, list[Reason]]:
    """What a settled rule's fields say of some customers, in the rule's order.

    Left out: sensitive fields, sums of facts, and what the row shows anyway.
    """
    found: dict[int, list[Reason]] = {pk: [] for pk in ids}
    for key, values in _chosen(node):
        field = of.fields[key]
        if field.sensitive or field.origin not in ("file", "score", "beside") or key in shown:
            continue
        for pk, said in _said(viewer, field, of, ids).items():
            told = _fitting(said, values)
            if told and len(found[pk]) < MOST:
                found[pk].append(Reason(field, told))
    return found


def _chosen(node: Node) -> list[tuple[str, set[str]]]:
    """The fields that speak for somebody, with the values that the rule chose of each."""
    chosen: dict[str, set[str]] = {}
    for leaf in _spoken(node):
        chosen.setdefault(leaf.field, set()).update(leaf.values if leaf.op == "in" else ())
    return list(chosen.items())


def _spoken(node: Node) -> Iterable[Condition]:
    if isinstance(node, Condition):
        if node.op not in WITHOUT:
            yield node
    elif isinstance(node, Group) and node.mode != "none":
        for part in node.parts:
            yield from _spoken(part)


def _fitting(said: list[Any], chosen: set[str]) -> tuple[str, ...]:
    """Of several values those that the rule asked for."""
    texts = [str(value) for value in said if value not in (None, "")]
    return tuple(text for text in texts if not chosen or text in chosen)


def _said(viewer: Person, field: Field, of: Ground, ids: Sequence[int]) -> dict[int, list[Any]]:
    if field.origin == "beside":
        return beside.told(viewer, field, of.times.today, ids)
    rows = lake.rows(
        f'select customer_id, b."{field.column}" from {of.table} b '
        "where customer_id in (select unnest(?::bigint[]))",
        [list(ids)],
    )
    if field.kind == "words":
        return {pk: (value or "").strip(SEPARATOR).split(SEPARATOR) for pk, value in rows}
    return {pk: [value] for pk, value in rows}
