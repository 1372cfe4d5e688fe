"""How far the files can be trusted: figures by place and tier, and the customers behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.core.queries import settings_of_company
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import measuring
from regulars.server.customers.rules import quality
from regulars.server.insight.models import FileFigures
from regulars.server.insight.rules.trust import BEST, Files, Wanted, bounds, total
from regulars.server.scoring import queries as scoring
from regulars.server.segments import queries as segments
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

PAGE, MANY = 50, 100_000
# The level of everybody's tier, for `customers.measuring.know_levels`.
LEVELS = """select a.customer_id, max(a.level) as level from tiers_assignment a
    join tiers_scheme s on s.id = a.scheme_id and s.is_primary
    where a.tier_run_id = (select id from tiers_tierrun where is_current)
    group by a.customer_id"""


@dataclass(frozen=True)
class Picture:
    """The newest figures that the viewer may see, added up in three ways."""

    day: date
    measured_at: datetime
    whole: Files
    branches: tuple[tuple[OrgUnit, Files], ...]
    books: tuple[tuple[Book, Files], ...]
    levels: tuple[tuple[int, Files], ...]  # the best first, 0 last
    before: Files | None = None  # a month ago, if that was measured
    before_day: date | None = None


@dataclass(frozen=True)
class Row:
    """One customer of a list, with what is missing and what is at stake."""

    customer: Customer
    share: int | None
    missing: tuple[str, ...]
    confirmed_at: datetime | None
    stake: Decimal | None
    value: Decimal | None
    tier: TierMark | None


def picture(viewer: Person) -> Picture | None:
    """Add up the newest day; None before anything was measured."""
    seen = FileFigures.objects.visible_to(viewer)
    newest = seen.order_by("-day").first()
    if newest is None:
        return None
    rows = list(
        seen.filter(day=newest.day)
        .select_related("book", "book__owner", "book__org_unit")
        .order_by("book__code")
    )
    month = _month_ago(viewer, newest.day)
    return Picture(
        day=newest.day,
        measured_at=newest.measured_at,
        whole=total(_files(row) for row in rows),
        branches=_by(rows, lambda row: row.book.org_unit),
        books=_by(rows, lambda row: row.book),
        levels=tuple(sorted(_by(rows, lambda row: row.level), key=lambda p: -p[0])),
        before=month[1] if month else None,
        before_day=month[0] if month else None,
    )


def rows(
    viewer: Person, wanted: Wanted, *, at: datetime, offset: int = 0, most: int = PAGE
) -> tuple[list[Row], bool]:
    """The customers behind a figure, the dearest first; and whether there are more."""
    ids = _ids(viewer, wanted, at=at, offset=offset, most=most + 1)
    return _told(viewer, [row[0] for row in ids[:most]], dict(ids)), len(ids) > most


def count(viewer: Person, wanted: Wanted, *, at: datetime) -> int:
    """How many customers a figure has behind it, counted now."""
    where, parameters = _where(viewer, wanted, at)
    return _one(
        f"select count(*) from customers_customer c {_levels(wanted)} where {where}", parameters
    )


def is_wide(viewer: Person, wanted: Wanted) -> bool:
    """Whether counting a list takes longer than reading its first page."""
    if not viewer.scope.everything or wanted.book or wanted.branch:
        return False
    return segments.how_many(viewer) > MANY


def _ids(
    viewer: Person, wanted: Wanted, *, at: datetime, offset: int, most: int
) -> list[tuple[int, Decimal | None]]:
    """A page of ids. By stake the index of the scores is walked; the unvalued come last."""
    where, parameters = _where(viewer, wanted, at)
    run = scoring.current_run()
    if wanted.order == "share" or run is None:
        select = f"c.id, null::numeric from customers_customer c {_levels(wanted)}"
        return _page(
            f"{select} where {where} order by c.completeness, c.id", parameters, offset, most
        )
    scored = (
        f"c.id, s.stake from scoring_score s join customers_customer c on c.id = s.customer_id "
        f"{_levels(wanted)} where s.run_id = {run.pk:d} and {where}"
    )
    found = _page(f"{scored} order by s.stake desc, c.id", parameters, offset, most)
    if len(found) == most:
        return found
    # The end of the valued ones is reached: the rest has no score.
    before = (
        0
        if found or not offset
        else _one(f"select count(*) from ({'select ' + scored}) n", parameters)
    )
    unscored = (
        f"c.id, null::numeric from customers_customer c {_levels(wanted)} where {where} "
        f"and not exists (select 1 from scoring_score s where s.run_id = {run.pk:d} "
        "and s.customer_id = c.id) order by c.id"
    )
    return found + _page(
        unscored, parameters, max(0, offset - before) if not found else 0, most - len(found)
    )


def _page(
    select: str, parameters: list[Any], offset: int, most: int
) -> list[tuple[int, Decimal | None]]:
    with connection.cursor() as db:
        db.execute(f"select {select} limit %s offset %s", [*parameters, most, offset])
        return [(row[0], row[1]) for row in db.fetchall()]


def _one(statement: str, parameters: list[Any]) -> int:
    with connection.cursor() as db:
        db.execute(statement, parameters)
        return int(db.fetchone()[0])


def _levels(wanted: Wanted) -> str:
    """The level of each customer, looked up one by one: a page needs few of them."""
    if wanted.level is None and not wanted.best and not wanted.stale:
        return "left join lateral (select 0 as level) l on true"
    return (
        "left join lateral (select max(a.level) as level from tiers_assignment a "
        "join tiers_scheme p on p.id = a.scheme_id and p.is_primary "
        "where a.customer_id = c.id and a.tier_run_id = "
        "(select id from tiers_tierrun where is_current)) l on true"
    )


def _where(viewer: Person, wanted: Wanted, at: datetime) -> tuple[str, list[Any]]:
    parts, parameters = ["c.state not in ('merged', 'erased')"], list[Any]()
    if not viewer.scope.everything:
        parts.append("c.book_id = any(%s)")
        parameters.append(list(viewer.scope.books))
    if wanted.branch:
        parts.append(
            "c.book_id in (select b.id from core_book b join core_orgunit u "
            "on u.id = b.org_unit_id where u.code = %s)"
        )
        parameters.append(wanted.branch)
    if wanted.book:
        parts.append("c.book_id in (select id from core_book where code = %s)")
        parameters.append(wanted.book)
    if wanted.level is not None:
        parts.append("coalesce(l.level, 0) = %s")
        parameters.append(wanted.level)
    if wanted.best:
        parts.append("l.level >= %s")
        parameters.append(BEST)
    if wanted.tenth is not None:
        parts.append("c.completeness between %s and %s")
        parameters += bounds(wanted.tenth)
    if wanted.lacking:
        parts.append("c.completeness < 100")
    if wanted.stale:
        parts.append(stale_condition())
        parameters.append(at)
    if wanted.never:
        parts.append("c.confirmed_at is null")
    return " and ".join(parts), parameters


def stale_condition() -> str:
    """A condition on `c` and its level `l`; its one parameter is the moment."""
    return measuring.stale(settings_of_company())


def _told(viewer: Person, ids: list[int], stakes: Mapping[int, Decimal | None]) -> list[Row]:
    found = {
        one.pk: one
        for one in Customer.objects.visible_to(viewer)
        .filter(pk__in=ids)
        .select_related("book", "book__owner", "book__org_unit")
    }
    marks = tiers.tiers_of(list(found))
    asked = quality.asked(settings_of_company())
    contacts = _with_contacts(found.values())
    run = scoring.current_run()
    values = _values(run.pk, ids) if run else {}
    told = []
    for pk in ids:
        if pk not in found:
            continue
        one, mark = found[pk], marks.get(pk)
        facts = {n: getattr(one, n) for names in quality.COLUMNS.values() for n in names}
        facts["contact_person"] = pk in contacts
        level = mark.level if mark else quality.UNTIERED
        missing = tuple(quality.missing(facts, asked[one.kind], level))
        told.append(
            Row(one, one.completeness, missing, one.confirmed_at, stakes.get(pk),
                values.get(pk), mark)
        )  # fmt: skip
    return told


def _values(run: int, ids: list[int]) -> dict[int, Decimal]:
    with connection.cursor() as db:
        db.execute(
            "select customer_id, value from scoring_score "
            "where run_id = %s and customer_id = any(%s)",
            [run, ids],
        )
        return dict(db.fetchall())


def _with_contacts(customers: Iterable[Customer]) -> set[int]:
    ids = [one.pk for one in customers if one.is_organization]
    if not ids:
        return set()
    with connection.cursor() as db:
        db.execute(
            "select v.id from unnest(%s::bigint[]) v(id) where "
            + measuring.CONTACT.format(id="v.id"),
            [ids],
        )
        return {row[0] for row in db.fetchall()}


def _files(row: FileFigures) -> Files:
    return Files(row.customers, row.shares, row.stale, row.never, tuple(row.tenths))


def _by(rows: list[FileFigures], key: Any) -> tuple[tuple[Any, Files], ...]:
    found: dict[Any, Files] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), Files()) + _files(row)
    return tuple(found.items())


def _month_ago(viewer: Person, day: date) -> tuple[date, Files] | None:
    seen = FileFigures.objects.visible_to(viewer)
    earlier = (
        seen.filter(day__lte=date.fromordinal(day.toordinal() - 28)).order_by("-day").first()
    )
    if earlier is None:
        return None
    return earlier.day, total(_files(row) for row in seen.filter(day=earlier.day))
