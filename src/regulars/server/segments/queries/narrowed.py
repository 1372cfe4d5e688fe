"""A list narrowed by segments or a rule: the list's other conditions join the rule."""

from __future__ import annotations

from datetime import datetime, timedelta

from regulars.base.errors import BadInput
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.facts import lake
from regulars.server.segments.queries import asking, explaining, saved
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.queries.listing import MOST_FOUND, Found, Totals
from regulars.server.segments.rules.listing import PAGE, Asked
from regulars.server.segments.rules.tree import Condition, Group, Node, from_text

ORDERS = {
    "value": "value",
    "stake": "value_at_stake",
    "clv": "clv_36",
    "contribution": "contribution_12",
}


class UnknownSegment(BadInput):
    """There is no such segment for the viewer."""


def page(viewer: Person, asked: Asked, at: datetime, *, offset: int = 0) -> Found:
    """Fifty ids of a list within segments, in its order.

    :raises UnknownSegment: the viewer has no such segment.
    :raises BadRule: the rule cannot be understood.
    """
    of = ground(viewer, at)
    node, sql = _node(viewer, asked, of), _searched(viewer, asked)
    order = ("-" if asked.falling else "") + ORDERS.get(asked.column, asked.column)
    found = _page(viewer, node, of, sql, order=order, offset=offset)
    slow = of.is_large and asking.uses_facts(node, of)
    totals = None if slow else _totals(viewer, node, of, sql)
    shown = found[:PAGE]
    why = explaining.reasons(viewer, node, of, shown)
    asked_for = asking.sensitive(node, of)
    return Found(shown, len(found) > PAGE, totals, why=why, sensitive=asked_for, run=of.run)


def totals(viewer: Person, asked: Asked, at: datetime) -> Totals:
    """How many and how much, exactly."""
    of = ground(viewer, at)
    return _totals(viewer, _node(viewer, asked, of), of, _searched(viewer, asked))


def _node(viewer: Person, asked: Asked, of: Ground) -> Node:
    parts: list[Node] = []
    if asked.of("segment"):
        named = [_rule(viewer, public_id) for public_id in asked.of("segment")]
        parts.append(Group("any", tuple(named)))
    if asked.rule:
        parts.append(from_text(asked.rule))
    for name in ("tier", "stage", "rfm_type", "kind", "state", "branch", "book"):
        if asked.of(name):
            parts.append(Condition(name, "in", asked.of(name)))
    if asked.since_from:
        parts.append(Condition("since", "after", (asked.since_from.isoformat(),)))
    if asked.since_to:
        following = asked.since_to + timedelta(days=1)
        parts.append(Condition("since", "before", (following.isoformat(),)))
    return asking.settle(Group("all", tuple(parts)), of)


def _rule(viewer: Person, public_id: str) -> Group:
    found = saved.segment(viewer, public_id)
    if found is None:
        raise UnknownSegment(
            "There is no such segment. It may not be shared with you any more."
        )
    return saved.rule_of(found)


def _searched(viewer: Person, asked: Asked) -> str:
    if not asked.text:
        return "true"
    ids = customers.find(viewer, asked.text, most=MOST_FOUND)
    return f"customer_id in ({', '.join(map(str, ids))})" if ids else "false"


def _page(
    viewer: Person, node: Node, of: Ground, sql: str, *, order: str, offset: int
) -> list[int]:
    direction = "desc" if order.startswith("-") else "asc"
    tie = "asc" if order.startswith("-") else "desc"
    column = order.removeprefix("-")
    if column not in asking.sortable(of):
        column, direction, tie = "number", "asc", "asc"
    asked = asking.ask(viewer, node, of)
    found = lake.rows(
        f"select customer_id from {asked.source} where {asked.fits} and {sql} "
        f'order by "{column}" '
        f"{direction} nulls last, customer_id {tie} limit {PAGE + 1} offset {int(offset)}"
    )
    return [row[0] for row in found]


def _totals(viewer: Person, node: Node, of: Ground, sql: str) -> Totals:
    asked = asking.ask(viewer, node, of)
    value = "sum(value)" if "value" in of.fields else "null"
    n, total = lake.rows(
        f"select count(*), {value} from {asked.source} where {asked.fits} and {sql}"
    )[0]
    return Totals(n, None if "value" not in of.fields else asking.money(total))
