"""Asking a rule: how many, what they hold together, who they are; exact or estimated."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import pyarrow as pa
from django.core.cache import cache

from regulars.engine.intervals import Z95, wilson
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Company, Person
from regulars.server.facts import lake
from regulars.server.products import queries as products
from regulars.server.scoring import queries as scoring
from regulars.server.segments import bridge
from regulars.server.segments.models import Member, Segment
from regulars.server.segments.queries import beside
from regulars.server.segments.queries.ground import Ground, sampled
from regulars.server.segments.rules import fields as known
from regulars.server.segments.rules.sql import (
    OWN_MOVES,
    Compiler,
    Lookup,
    Statement,
    counting,
    joined,
    looked_up,
    stepping,
)
from regulars.server.segments.rules.tree import Condition, Group, Node, leaves

CHANNELS = bridge.CHANNELS
# Below so many sampled customers an estimate says too little to be shown.
FEWEST_SAMPLED = 100


@dataclass(frozen=True)
class Answer:
    """How many answer to a rule. `low` and `high` are set for an estimate.

    `steps` tells how many are left after each part; `left_out` refused to be profiled.
    """

    count: int
    value: Decimal | None = None
    contribution: Decimal | None = None
    steps: tuple[int, ...] = ()
    reach: Mapping[str, int] = field(default_factory=dict)
    unreached: int = 0
    left_out: int = 0
    people: int = 0
    low: int | None = None
    high: int | None = None
    is_bare: bool = False  # only the count: the rest is asked after the page

    @property
    def is_estimate(self) -> bool:
        return self.low is not None


def settle(node: Node, of: Ground) -> Node:
    """Bring a rule's values into their canonical form.

    :raises BadRule: it names what is not there, or a value does not fit.
    """
    return known.settled(node, of.fields)


def uses_scores(node: Node, of: Ground) -> bool:
    """Whether somebody who refused profiling must be left out of a segment."""
    return any(of.fields[leaf.field].origin == "score" for leaf in leaves(node))


def uses_facts(node: Node, of: Ground) -> bool:
    return any(of.fields[leaf.field].origin == "facts" for leaf in leaves(node))


def sensitive(node: Node, of: Ground) -> list[str]:
    """Fields of a rule that need a reason."""
    found = [leaf.field for leaf in leaves(node) if of.fields[leaf.field].sensitive]
    return list(dict.fromkeys(found))


def ask(viewer: Person, node: Node, of: Ground) -> Statement:
    """Turn a settled rule into SQL, with what it looks up among the facts already found."""
    compiler = Compiler(of.fields, of.times, lookup(viewer, [node], of))
    where, steps = compiler.where(node), _steps(node, compiler, of)
    return Statement(where, source(compiler, of), _refused(node, of), steps)


def source(compiler: Compiler, of: Ground) -> str:
    """The FROM clause of what was compiled, once its look-ups are done."""
    asked = {one.name: looked_up(one, of.facts) for one in compiler.fetched.values()}
    held = bridge.find(list(asked.values()))
    return joined(f"{of.table} b", {name: held[sql] for name, sql in asked.items()})


def exact(viewer: Person, node: Node, of: Ground) -> Answer:
    """Count a settled rule, with sums, ways to reach them and the counts on the way."""
    names = {field.column for field in of.fields.values()}
    asked = ask(viewer, node, of)
    row = lake.rows(counting(asked, names=names, ways=CHANNELS))[0]
    count, left_out, value, contribution, unreached = row[:5]
    return Answer(
        count=count,
        value=money(value) if "value" in names else None,
        contribution=money(contribution) if "contribution_12" in names else None,
        steps=_stepped(asked, count),
        reach=dict(zip(CHANNELS, row[5:], strict=True)),
        unreached=unreached,
        left_out=left_out,
        people=visible_people(viewer, of),
    )


def counted(viewer: Person, node: Node, of: Ground) -> Answer:
    """Count a settled rule exactly and nothing else: what a large company sees first."""
    asked = ask(viewer, node, of)
    count, left_out = lake.rows(counting(asked))[0]
    return Answer(
        count=count,
        left_out=left_out,
        people=visible_people(viewer, of),
        is_bare=True,
    )


def estimate(viewer: Person, node: Node, of: Ground) -> Answer | None:
    """Estimate a rule from one customer in 64; None where they are too few."""
    if not of.is_large:
        return None
    found = exact(viewer, node, sampled(of, viewer))
    if found.people < FEWEST_SAMPLED:
        return None
    people = visible_people(viewer, of)
    scale = people / found.people
    low, high = interval(found.count, found.people, people)
    return Answer(
        count=round(found.count * scale),
        value=None if found.value is None else found.value * Decimal(scale),
        contribution=None
        if found.contribution is None
        else found.contribution * Decimal(scale),
        steps=tuple(round(step * scale) for step in found.steps),
        reach={way: round(n * scale) for way, n in found.reach.items()},
        unreached=round(found.unreached * scale),
        left_out=round(found.left_out * scale),
        people=people,
        low=low,
        high=high,
    )


def interval(found: int, sampled_of: int, people: int) -> tuple[int, int]:
    """Where the true count lies in 95 of 100 samples: Wilson's, for a finite whole."""
    if sampled_of >= people:
        return found, found
    # Drawing without replacement from a finite number of people varies less.
    least, most = wilson(found, sampled_of, z=Z95 * math.sqrt(1 - sampled_of / people))
    low = max(found, math.floor(people * least))
    return low, max(low, math.ceil(people * most))


def quick(viewer: Person, node: Node, of: Ground) -> Answer:
    """The answer that a page shows at once: whole where that is cheap, else bare or
    estimated."""
    if not of.is_large:
        return exact(viewer, node, of)
    if uses_facts(node, of):
        found = estimate(viewer, node, of)
        if found is not None:
            return found
    return counted(viewer, node, of)


def visible_people(viewer: Person, of: Ground) -> int:
    """How many customers a ground has; kept for a minute where it is large."""
    if not of.is_large:
        return int(lake.rows(f"select count(*) from {of.table} b")[0][0])
    named = repr((of.board and of.board.made_at, of.sampled, viewer.scope))
    key = f"segments:people:{blake2b(named.encode(), digest_size=16).hexdigest()}"
    kept: int | None = cache.get(key)
    if kept is None:
        kept = int(lake.rows(f"select count(*) from {of.table} b")[0][0])
        cache.set(key, kept, 60)
    return kept


def page(
    viewer: Person,
    node: Node,
    of: Ground,
    *,
    order: str = "-value",
    offset: int = 0,
    most: int = 50,
) -> list[int]:
    """Some ids of a settled rule, in order; ties by id."""
    asked = ask(viewer, node, of)
    direction = "desc" if order.startswith("-") else "asc"
    tie = "asc" if order.startswith("-") else "desc"
    column = order.removeprefix("-")
    if column not in sortable(of):
        column, direction, tie = "number", "asc", "asc"
    found = lake.rows(
        f"select customer_id from {asked.source} where {asked.fits} order by "
        f"{_sorted_by(column, of)} "
        f"{direction} nulls last, customer_id {tie} limit {int(most)} offset {int(offset)}"
    )
    return [row[0] for row in found]


def ids(viewer: Person, node: Node, of: Ground) -> list[int]:
    """All ids of a settled rule, ascending."""
    asked = ask(viewer, node, of)
    found = lake.session().execute(
        f"select customer_id from {asked.source} where {asked.fits} order by 1"
    )
    answer: list[int] = found.fetchnumpy()["customer_id"].tolist()
    return answer


def sortable(of: Ground) -> set[str]:
    return _scores(of) | {"number", "since"}


def _scores(of: Ground) -> set[str]:
    return {f.column for f in of.fields.values() if f.origin == "score"}


def _sorted_by(column: str, of: Ground) -> str:
    """The column to sort by; who refused to be scored has no place in an order of scores."""
    hidden = column in _scores(of)
    return f'case when no_profiling then null else "{column}" end' if hidden else f'"{column}"'


def among(viewer: Person, node: Node, of: Ground, customers: Iterable[int]) -> set[int]:
    """Which of some customers answer to a settled rule."""
    wanted = pa.table({"customer_id": pa.array(sorted(set(customers)), pa.int64())})
    lake.hold("segment_wanted", wanted)
    asked = ask(viewer, node, of)
    found = lake.rows(
        f"select customer_id from {asked.source} where {asked.fits} "
        "and customer_id in (select customer_id from segment_wanted)"
    )
    return {row[0] for row in found}


def lookup(viewer: Person, nodes: Iterable[Node], of: Ground) -> Lookup:
    """Ask the database for what the rules name by code."""
    conditions = [leaf for node in nodes for leaf in leaves(node)]
    named = {leaf.field for leaf in conditions}
    return Lookup(
        books=_books(named & {"branch", "book"}),
        cuts={key: cut for leaf in conditions for key, cut in _cut(leaf, of)},
        loans=products.codes_of("loan"),
        own=own_moves(),
        minor=core.minor_units(),
        groups=_groups(viewer, [leaf for leaf in conditions if leaf.field == "group"]),
        beside=_beside(viewer, conditions, of),
    )


def own_moves() -> tuple[str, ...]:
    """Kinds of facts that count as a customer's own doing."""
    company = core.company()
    bank = company is not None and company.kind == Company.Kind.BANK
    return OWN_MOVES if bank else ("purchase",)


def _books(named: set[str]) -> dict[str, dict[str, list[int]]]:
    if not named:
        return {}
    found: dict[str, dict[str, list[int]]] = {name: {} for name in named}
    for pk, book, branch in Book.objects.order_by("pk").values_list(
        "pk", "code", "org_unit__code"
    ):
        for name, code in (("book", book), ("branch", branch)):
            if name in named:
                found[name].setdefault(code, []).append(pk)
    return found


def _cut(leaf: Condition, of: Ground) -> list[tuple[tuple[str, str], float | None]]:
    if leaf.op not in known.SHARE_OPS:
        return []
    top = Decimal(leaf.values[0])
    share = top if leaf.op == "top" else 100 - top
    column = of.fields[leaf.field].column
    cut = of.board.cut(column, float(share)) if of.board is not None else None
    if cut is None and of.run is not None:
        cut = _measured_cut(scoring.table_of(of.run), column, f"{share:f}")
    return [((column, f"{share:f}"), cut)]


@lru_cache(maxsize=500)
def _measured_cut(table: str, column: str, percent: str) -> float | None:
    """Where a share of the whole company begins; a run never changes."""
    point = float(percent) / 100
    sql = f'select quantile_disc(-"{column}"::double, {point:.6f}) from {table}'
    found = lake.rows(sql)[0][0]
    return None if found is None else -float(found)


def _groups(viewer: Person, conditions: Sequence[Condition]) -> dict[str, str]:
    wanted = {value for leaf in conditions for value in leaf.values}
    if not wanted:
        return {}
    open_to = Segment.objects.open_to(viewer).filter(
        kind=Segment.Kind.GROUP, public_id__in=wanted, archived_at__isnull=True
    )
    tables = {}
    for group in open_to.order_by("pk"):
        members = Member.objects.visible_to(viewer).filter(segment=group).order_by("customer")
        picked = list(members.values_list("customer_id", flat=True))
        name = f"segment_group_{group.pk}"
        lake.hold(name, pa.table({"customer_id": pa.array(picked, pa.int64())}))
        tables[group.public_id] = name
    return tables


def _beside(
    viewer: Person, conditions: Iterable[Condition], of: Ground
) -> dict[Condition, str]:
    """Hold whom the database finds for each condition on what lies beside the file."""
    asked = dict.fromkeys(c for c in conditions if of.fields[c.field].origin == "beside")
    tables = {}
    for place, condition in enumerate(asked):
        ids = beside.found(viewer, condition, of.fields[condition.field], of.times.today)
        tables[condition] = f"segment_beside_{place}"
        lake.hold(tables[condition], pa.table({"customer_id": pa.array(ids, pa.int64())}))
    return tables


def _steps(node: Node, compiler: Compiler, of: Ground) -> tuple[str, ...]:
    """What holds after each part of the outermost group, for the counts beside the lines."""
    if not isinstance(node, Group):
        return ()
    prefixes = [Group(node.mode, node.parts[:n]) for n in range(1, len(node.parts))]
    return tuple(
        f"({compiler.where(prefix)} and not {_refused(prefix, of)})" for prefix in prefixes
    )


def _stepped(asked: Statement, count: int) -> tuple[int, ...]:
    """The counts after each part; the last one is the count itself."""
    if not asked.steps:
        return (count,)
    return (*lake.rows(stepping(asked))[0], count)


def _refused(node: Node, of: Ground) -> str:
    """Who must be left out of a rule that looks at scores."""
    return "no_profiling" if uses_scores(node, of) else "false"


def money(value: Any) -> Decimal:
    """A sum of floats as an amount."""
    return Decimal(str(round(value or 0, 2)))
