"""The customers behind the share that speaks for a suggestion, as the run counted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring.bridge.names import ALIKE, HAD, NEXT
from regulars.server.scoring.models import Run
from regulars.server.scoring.queries.next_best import Suggestion
from regulars.server.scoring.queries.people import figures
from regulars.server.scoring.queries.rows import rows, within
from regulars.server.scoring.queries.runs import columns, folder


@dataclass(frozen=True)
class Behind:
    """Customers behind a figure: all that were counted, and those of the viewer.

    `took`: of them, who has or took the product; None where nothing was to be taken.
    """

    counted: int
    seen: int
    page: Sequence[tuple[int, bool]]  # customer and whether he took it; the viewer's only
    took: int | None = None
    seen_took: int | None = None

    @property
    def unseen(self) -> int:
        return max(self.counted - self.seen, 0)


def behind(
    viewer: Person,
    run: Run,
    customer: Customer,
    suggestion: Suggestion,
    *,
    only_took: bool = False,
    offset: int = 0,
    most: int = 50,
) -> Behind | None:
    """The customers of whom a suggestion's reason speaks; None where the run kept none."""
    base, took, codes = _asked(suggestion, _is_late(run, customer, suggestion))
    path = folder(run) / HAD
    if not path.exists() or not base:
        return None
    listed = ", ".join(lake.quote(code) for code in codes)
    own = (
        f"(select customer_id, {took} as took from read_parquet({lake.quote(str(path))}) "
        f"where product_id in ({listed}) group by customer_id having {base})"
    )
    counts = "select count(*), count(*) filter (took) from"
    counted, all_took = lake.rows(f"{counts} {own}")[0]
    mine = within(viewer, own)
    seen, seen_took = lake.rows(f"{counts} {mine}")[0]
    page = lake.rows(
        f"select customer_id, took from {mine} where took or ? "
        "order by took desc, customer_id limit ? offset ?",
        [not only_took, most, offset],
    )
    return Behind(counted, seen, page, all_took, seen_took)


def alike(
    viewer: Person, run: Run, customer: Customer, *, offset: int = 0, most: int = 50
) -> Behind | None:
    """The customers alike, whose best fifth is the measure of the room to grow."""
    of = figures(viewer, customer, run)
    by = (of.get("lookalike_by") or "").split(", ")
    wanted = [ALIKE[name] for name in by if name in ALIKE]
    if not of.get("lookalike_n") or not set(wanted) <= set(columns(run)):
        return None
    where = [(column, str(of[column] or "")) for column in wanted]
    ids, seen, _value = rows(viewer, run, where, offset=offset, most=most)
    return Behind(of["lookalike_n"], seen, [(pk, False) for pk in ids])


def people(viewer: Person, page: Sequence[tuple[int, bool]]) -> list[tuple[Customer, bool]]:
    """The customers of one page, each with whether he took it."""
    known = customers.customers(viewer).in_bulk([pk for pk, _took in page])
    return [(known[pk], took) for pk, took in page if pk in known]


def _is_late(run: Run, customer: Customer, suggestion: Suggestion) -> bool:
    """Whether it counts who had newly taken the reason; runs of before have no such word."""
    if suggestion.reason != "after" or not (folder(run) / HAD).exists():
        return False
    path = lake.quote(str(folder(run) / NEXT))
    found = lake.rows(
        f"select lately from read_parquet({path}) where customer_id = ? and product_id = ?",
        [customer.pk, suggestion.product_code],
    )
    return bool(found and found[0][0])


def _asked(suggestion: Suggestion, is_late: bool) -> tuple[str, str, tuple[str, ...]]:
    """What makes somebody one of those counted, what makes him one who took it, of what."""
    product, reasons = suggestion.product_code, suggestion.because
    taken = _any(product, "taken")
    if suggestion.reason == "together":
        both = " and ".join(_any(code, "held") for code in reasons)
        return both, _any(product, "held"), (*reasons, product)
    if suggestion.reason == "after":
        had = _any(reasons[0], "taken_before" if is_late else "held_before")
        return f"{had} and not {_any(product, 'held_before')}", taken, (*reasons, product)
    if suggestion.reason == "popular":
        return taken, taken, (product,)
    return "", "", ()


def _any(code: str, column: str) -> str:
    return f"bool_or(product_id = {lake.quote(code)} and {column})"
