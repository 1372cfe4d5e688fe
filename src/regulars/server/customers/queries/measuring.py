"""The same rules of quality as SQL, for statements over many files.

`tests/server/customers/test_quality.py` holds them beside the pure rules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from regulars.server.core import queries as core
from regulars.server.customers.rules import quality
from regulars.server.customers.rules.quality import Part

Column = Callable[[str], str]
# Who knows tiers stands above: a SELECT of (customer_id, level), one row per customer.
NO_LEVELS = "select null::bigint as customer_id, 0 as level where false"
_levels = [NO_LEVELS]
_level_names: list[Callable[[], Mapping[int, str]]] = [dict]
CONTACT = """exists (select 1 from customers_relation r
    where r.until is null and r.kind in ('contact_person', 'key_person')
      and (r.customer_id = {id} or r.other_id = {id}))"""


def know_levels(select: str) -> None:
    """Say where the levels of customers are to be read; told once when the server starts."""
    _levels[0] = select


def levels() -> str:
    """A SELECT of customers with their tier's level."""
    return _levels[0]


def know_level_names(read: Callable[[], Mapping[int, str]]) -> None:
    """Say who knows what the company calls its levels; told once when the server starts."""
    _level_names[0] = read


def level_names() -> Mapping[int, str]:
    """What the company calls its levels, 5 the best; those without a name are left out."""
    return _level_names[0]()


def parts() -> dict[str, tuple[Part, ...]]:
    """What files are asked for in this company."""
    return quality.asked(core.settings_of_company())


def completeness(
    asked: Mapping[str, tuple[Part, ...]], column: Column, *, level: str = "l.level"
) -> str:
    """An expression of the per cent; `column` gives the SQL of a column of the file."""
    by_kind = " ".join(
        f"when '{kind}' then {_share(found, column, level)}" for kind, found in asked.items()
    )
    return (
        f"(case when {column('state')} in ('merged', 'erased') then null "
        f"else case {column('kind')} {by_kind} end end)::smallint"
    )


def stale(settings: Mapping[str, Any], *, level: str = "l.level") -> str:
    """A condition on `c`: nobody confirmed the file in time. Its parameter is the moment."""
    days = quality.stale_after(settings)
    by_level = " ".join(f"when {step:d} then {n:d}" for step, n in days.items() if step)
    return (
        f"coalesce(c.confirmed_at < %s - make_interval(days => case coalesce({level}, 0) "
        f"{by_level} else {days[0]:d} end), true)"
    )


def lacks(code: str, column: Column) -> str:
    """A condition: the part is not there."""
    return f"not {_has(code, column)}"


def _share(parts: tuple[Part, ...], column: Column, level: str) -> str:
    if not parts:
        return "100"
    there, whole = [], []
    for part in parts:
        asked = f"coalesce({level}, 0) >= {part.from_level:d}" if part.from_level else "true"
        whole.append(f"case when {asked} then {part.weight:d} else 0 end")
        has = f"{asked} and {_has(part.code, column)}"
        there.append(f"case when {has} then {part.weight:d} else 0 end")
    total = f"({' + '.join(whole)})"
    return f"coalesce(100 * ({' + '.join(there)}) / nullif({total}, 0), 100)"  # whole numbers


def _has(code: str, column: Column) -> str:
    if not quality.COLUMNS[code]:
        return CONTACT.format(id=column("id"))
    return (
        "(" + " or ".join(_filled(name, column(name)) for name in quality.COLUMNS[code]) + ")"
    )


def _filled(name: str, sql: str) -> str:
    if name in quality.DATES:
        return f"{sql} is not null"
    if name in quality.NUMBERS:
        return f"coalesce({sql}, 0) <> 0"
    if name in quality.DOCUMENTS:
        return f"coalesce({sql}, '{{}}'::jsonb) <> '{{}}'::jsonb"
    return f"coalesce({sql}, '') <> ''"
