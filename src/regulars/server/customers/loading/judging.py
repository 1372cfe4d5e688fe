"""Whose value wins, for a whole file at once: `rules.provenance` said in SQL.

Each row that meets a file gets one code per field. The twin in
`tests/server/customers/test_provenance.py` holds both to the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.server.customers.rules import provenance

# What becomes of one field of one customer.
STAYS, TAKEN, BESIDE, REPLACED, RENEWED = range(5)
NEW = (TAKEN, REPLACED)  # the arriving value stands from now on


def judged_of(brought: Sequence[str]) -> list[str]:
    """Those of the columns that sources may disagree on."""
    return [name for name in brought if name in provenance.JUDGED]


def spoken(judged: Sequence[str], *, rank: int, told: str, ranks: Mapping[str, int]) -> str:
    """A WITH clause: what each origin of values on file has to say against this source.

    Thousands of customers share one provenance, so ranks and moments are compared once.
    """
    columns = "".join(_against(name, rank=rank, told=told, ranks=ranks) for name in judged)
    return (
        f"with spoken as materialized (select c.provenance{columns} "
        "from (select distinct c.provenance from arriving a "
        "join customers_customer c on c.number = a.number) c)"
    )


def _against(name: str, *, rank: int, told: str, ranks: Mapping[str, int]) -> str:
    origin = f"c.provenance -> '{name}'"
    there = _rank_there(origin, ranks)
    told_there = f"(coalesce({origin} ->> 1, '') collate \"C\")"
    mine = f"('{told}' collate \"C\")"
    old_enough = f"{told_there} <= ('{provenance.renewal(told)}' collate \"C\")"
    return f""",
        split_part(coalesce({origin} ->> 0, ''), ':', 1) = '{provenance.HAND}' hand_{name},
        {rank:d} <> {there} apart_{name},
        case when {rank:d} < {there} or ({rank:d} = {there} and {old_enough})
            then {RENEWED} else {STAYS} end agrees_{name},
        {rank:d} < {there} or ({rank:d} = {there} and {told_there} < {mine}) wins_{name},
        {rank:d} = {there} and {told_there} = {mine} ties_{name}"""


def _rank_there(origin: str, ranks: Mapping[str, int]) -> str:
    kinds = " ".join(f"when '{kind}' then {n:d}" for kind, n in ranks.items())
    return (
        f"(case when {origin} is null then {provenance.UNKNOWN_RANK} else "
        f"coalesce(({origin} ->> 2)::int, case split_part({origin} ->> 0, ':', 1) {kinds} "
        f"else {provenance.OTHER_RANK} end) end)"
    )


def code(name: str) -> str:
    """An expression: what becomes of a field of `c` when `a` arrives, by what `s` says."""
    there, here = f"coalesce(c.{name}::text, '')", f"a.{name}::text"
    stronger = f's.wins_{name} or (s.ties_{name} and {there} collate "C" <= {here} collate "C")'
    return f"""(case
        when a.{name} is null then {STAYS}
        when a.{name} = c.{name} then s.agrees_{name}
        when {there} = '' and not s.hand_{name} then {TAKEN}
        when {stronger} then case when {there} <> '' and s.apart_{name}
            then {REPLACED} else {TAKEN} end
        when s.apart_{name} then {BESIDE}
        else {STAYS} end)::smallint"""


def lay_beside(
    db: Any,
    judged: Sequence[str],
    *,
    origin: str,
    rank: int,
    told: str,
    ranks: Mapping[str, int],
) -> None:
    """Keep the values that lost, the newest of each rank; before the file is changed."""
    if not judged:
        return
    kept = " or ".join(f"j_{name} in ({BESIDE}, {REPLACED})" for name in judged)
    db.execute(f"select exists (select 1 from judged where {kept})")
    if db.fetchone()[0]:
        for name in judged:
            _keep(db, name, origin=origin, rank=rank, told=told, ranks=ranks)
        _trim(db)
    _drop_agreed(db, judged, rank=rank)


def _keep(
    db: Any, name: str, *, origin: str, rank: int, told: str, ranks: Mapping[str, int]
) -> None:
    given = f"c.provenance -> '{name}'"
    rank_there = _rank_there(given, ranks)
    db.execute(
        "insert into customers_seenvalue (customer_id, field, rank, value, source, told) "
        f"select j.id, %s, %s, a.{name}::text, %s, %s "
        f"from judged j join arriving a on a.number = j.number where j.j_{name} = {BESIDE} "
        "union all "
        f"select j.id, %s, {rank_there}, c.{name}::text, "
        f"left(coalesce({given} ->> 0, ''), 120), left(coalesce({given} ->> 1, ''), 19) "
        "from judged j join customers_customer c on c.id = j.id "
        f"where j.j_{name} = {REPLACED} "
        "on conflict (customer_id, field, rank) do update "
        "set value = excluded.value, source = excluded.source, told = excluded.told "
        'where (excluded.told collate "C", excluded.value collate "C") '
        '>= (customers_seenvalue.told collate "C", customers_seenvalue.value collate "C")',
        [name, rank, origin[:120], told, name],
    )


def _trim(db: Any) -> None:
    """Beside one field stand the strongest few."""
    db.execute(
        "delete from customers_seenvalue s using (select v.id, row_number() over "
        "(partition by v.customer_id, v.field order by v.rank) as place "
        "from customers_seenvalue v join judged j on j.id = v.customer_id) p "
        "where p.id = s.id and p.place > %s",
        [provenance.MOST_SEEN],
    )


def _drop_agreed(db: Any, judged: Sequence[str], *, rank: int) -> None:
    """A source that says now what stands, or whose word stands, is no other opinion."""
    db.execute("select exists (select 1 from customers_seenvalue)")
    if not db.fetchone()[0]:
        return
    for name in judged:
        db.execute(
            "delete from customers_seenvalue s using customers_customer c, arriving a "
            "where s.customer_id = c.id and a.number = c.number and s.field = %s "
            f"and s.rank = %s and a.{name} is not null "
            f"and (a.{name} is not distinct from c.{name} or exists (select 1 from judged j "
            f"where j.id = c.id and j.j_{name} in ({TAKEN}, {REPLACED})))",
            [name, rank],
        )
