"""RFM types by an attribute of the customers, as both were when the run was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from regulars.server.core.models import Person
from regulars.server.facts import lake
from regulars.server.insight import rules
from regulars.server.insight.queries.base import looked_at
from regulars.server.insight.queries.depth import only_branch, stamp
from regulars.server.insight.queries.memory import recall
from regulars.server.insight.rules import Cross
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.bridge.names import ATTRIBUTES, CUSTOMERS
from regulars.server.scoring.models import Run
from regulars.server.segments.queries import Row, behind

MOST = 6  # values with a column of their own; the others share one
REST, UNKNOWN = "…", ""
PAGE = 50
# What may be asked for -> the expression of its value. None of them enters a score.
VALUES = {
    "age": "case when age is null or age < 0 then null when age < 25 then '<25' "
    "when age < 35 then '25-34' when age < 45 then '35-44' when age < 55 then '45-54' "
    "when age < 65 then '55-64' else '65+' end",
    "district": "nullif(district, '')",
    "occupation": "nullif(occupation, '')",
    "since": "case when since_days is null then null when since_days < 365 then '<1' "
    "when since_days < 3 * 365 then '1-3' when since_days < 5 * 365 then '3-5' "
    "when since_days < 10 * 365 then '5-10' else '10+' end",
    "kind": "p.kind",
    "risk_tolerance": "risk_tolerance::varchar",
    "gender": "nullif(gender, '')",
}
# Values that have an order of their own; the others come by how many have them.
ORDERED = {
    "age": ("<25", "25-34", "35-44", "45-54", "55-64", "65+"),
    "since": ("<1", "1-3", "3-5", "5-10", "10+"),
    "risk_tolerance": ("1", "2", "3", "4", "5"),
}


@dataclass(frozen=True)
class Behind:
    """Some customers of one cell, and how many there are."""

    rows: Sequence[Row]
    customers: int
    value: Decimal


def has_attributes(run: Run) -> bool:
    """Whether the run kept who its customers were."""
    return (scoring.folder(run) / ATTRIBUTES).exists()


def crossed(viewer: Person, run: Run, *, by: str, branch: str = "") -> Cross:
    """Count RFM types by an attribute."""
    key = ("cross", *stamp(run), by, branch, looked_at(viewer))
    return recall(key, lambda: _count(viewer, run, by, branch))


def behind_cell(
    viewer: Person,
    run: Run,
    *,
    by: str,
    rfm_type: str,
    value: str,
    branch: str = "",
    offset: int = 0,
) -> Behind:
    """The customers of one type with one value, the most valuable first."""
    source, given = _source(viewer, run, by, branch)
    where, more = _is(viewer, run, by, value, branch)
    if rfm_type:
        where, more = f"{where} and type = ?", [*more, rfm_type]
    given = [*given, *more]
    (n, total) = lake.rows(f"select count(*), sum(value) from {source} where {where}", given)[0]
    ids = lake.rows(
        f"select customer_id from {source} where {where} "
        "order by value desc nulls last, 1 limit ? offset ?",
        [*given, PAGE, offset],
    )
    rows = behind(viewer, run, [("customer_id", str(pk)) for (pk,) in ids])[0] if ids else []
    return Behind(rows, int(n), Decimal(str(round(total or 0, 2))))


def _count(viewer: Person, run: Run, by: str, branch: str) -> Cross:
    source, given = _source(viewer, run, by, branch)
    found = lake.rows(
        f"select type, coalesce(said, ''), count(*) from {source} group by 1, 2 order by 1, 2",
        given,
    )
    sums: dict[str, int] = {}
    for _, said, n in found:
        sums[said] = sums.get(said, 0) + n
    shown = _columns(by, sums)
    counts: dict[tuple[str, str], int] = {}
    for rfm_type, said, n in found:
        place = (rfm_type, said if said in shown else REST)
        counts[place] = counts.get(place, 0) + n
    return rules.cross(counts, rows=rules.TYPES, columns=shown)


def _columns(by: str, sums: dict[str, int]) -> list[str]:
    known = {said: n for said, n in sums.items() if said != UNKNOWN}
    if by in ORDERED:
        shown = [said for said in ORDERED[by] if said in known]
    else:
        shown = sorted(known, key=lambda said: (-known[said], said))
        if len(shown) > MOST + 1:
            shown = [*shown[:MOST], REST]
    return [*shown, *([UNKNOWN] if UNKNOWN in sums else [])]


def _is(viewer: Person, run: Run, by: str, value: str, branch: str) -> tuple[str, list[str]]:
    """The condition for a column of the table; the rest is whatever has none of its own."""
    if value == UNKNOWN:
        return "said is null", []
    if value != REST:
        return "said = ?", [value]
    named = [c for c in crossed(viewer, run, by=by, branch=branch).columns if c != REST]
    return f"said is not null and said not in ({', '.join('?' for _ in named)})", named


def _source(viewer: Person, run: Run, by: str, branch: str) -> tuple[str, list[str]]:
    """One row per customer with an RFM type: customer_id, value, type, said."""
    keys, about = (
        f"read_parquet({lake.quote(str(scoring.folder(run) / name))})"
        for name in (CUSTOMERS, ATTRIBUTES)
    )
    where, given = only_branch(run, branch)
    return (
        "(select f.customer_id, f.value, f.rfm_type as type, a.said "
        f"from (select * from {scoring.seen(viewer, run)} where {where}) f "
        f"left join (select k.customer_id, {VALUES[by]} as said from {about} p "
        f"join {keys} k on k.fact_key = p.customer_id) a using (customer_id) "
        "where f.rfm_type is not null)"
    ), given
