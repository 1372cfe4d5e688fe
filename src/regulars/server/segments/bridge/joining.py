"""One wide row per customer: attributes, scores, and what he holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from regulars.server.facts.lake import quote
from regulars.server.segments.bridge.records import ATTRIBUTES
from regulars.server.segments.rules.sql import SEPARATOR

HELD = """
select {key} as held_key, '{s}' || string_agg(distinct product_id, '{s}') || '{s}' as products
from (select fact_key, holding_id, arg_max(product_id, known_at) as product_id,
             arg_max(opened_on, known_at) as opened_on,
             arg_max(struct_pack(d := closed_on), known_at).d as closed_on
      from {source} group by 1, 2) f
where opened_on <= date '{on}' and (closed_on is null or closed_on > date '{on}')
  and product_id <> '' group by 1
"""


def held(source: str, *, on: date, key: str = "f.fact_key") -> str:
    """A SELECT of what each pseudonym holds on a day: `held_key`, `products`."""
    return HELD.format(source=source, on=on.isoformat(), s=SEPARATOR, key=key)


def with_kinds(kinds: Mapping[str, Iterable[str]], column: str = "products") -> str:
    """An expression for the kinds of the products that are held."""
    parts = [
        f"case when {_contains_any(column, codes)} then {quote(kind + SEPARATOR)} else '' end"
        for kind, codes in kinds.items()
    ]
    if not parts:
        return "''"
    return (
        f"case when {column} = '' then '' else {quote(SEPARATOR)} || {' || '.join(parts)} end"
    )


def _contains_any(column: str, codes: Iterable[str]) -> str:
    found = " or ".join(
        f"contains({column}, {quote(SEPARATOR + code + SEPARATOR)})" for code in codes
    )
    return f"({found})" if found else "false"


def wide(
    attributes_of: str, scores: str, held_of: str, *, columns: Sequence[str], kinds: str
) -> str:
    """One wide row per customer of `attributes_of`: scores may be missing, holdings too."""
    taken = set(ATTRIBUTES) | {"products", "product_kinds"}
    chosen = "".join(f', s."{name}"' for name in columns if name not in taken)
    joined = f"left join {scores} s using (customer_id)" if scores else ""
    return (
        f"select *, {kinds} as product_kinds from (select a.*{chosen}, "
        f"coalesce(h.products, '') as products from {attributes_of} a {joined} "
        f"left join ({held_of}) h on h.held_key = a.fact_key)"
    )
