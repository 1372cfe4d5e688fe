"""Reads of schemes, tiers and moves, as one viewer may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from regulars.server.core.models import Person, local_name
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers import rules
from regulars.server.tiers.models import Assignment, Scheme, SchemeVersion, TierRun

NEW, LEFT = "new", "left"


@dataclass(frozen=True)
class TierMark:
    """What the tier sign shows, and the numbers behind it."""

    code: str
    name: str
    level: int
    measure: Decimal | None = None
    next_at: Decimal | None = None
    scheme: str = ""
    version: int = 0
    as_of: date | None = None
    through: Through | None = None


@dataclass(frozen=True)
class Through:
    """The organisation whose tier a key person shares; none where the viewer sees it not."""

    organization: Customer | None
    tier: str  # the name of the organisation's own tier


def schemes() -> QuerySet[Scheme]:
    return Scheme.objects.prefetch_related("versions").order_by("pk")


def scheme_by_id(public_id: str) -> Scheme | None:
    return Scheme.objects.filter(public_id=public_id).first()


def scheme_by_code(code: str) -> Scheme | None:
    return Scheme.objects.filter(code=code).first()


def active_version(scheme: Scheme) -> SchemeVersion | None:
    return scheme.versions.filter(state=SchemeVersion.State.ACTIVE).first()


def draft_version(scheme: Scheme) -> SchemeVersion | None:
    return scheme.versions.filter(state=SchemeVersion.State.DRAFT).first()


def rules_of_others(scheme: Scheme) -> dict[str, list[dict[str, Any]]]:
    """The tiers in force of the other schemes, by the scheme's code."""
    active = SchemeVersion.objects.filter(state=SchemeVersion.State.ACTIVE)
    found = active.exclude(scheme=scheme).select_related("scheme").order_by("scheme_id")
    return {version.scheme.code: version.tiers for version in found}


def codes_of_others(scheme: Scheme) -> dict[str, list[str]]:
    """The codes of those tiers: what a rule that walks ties may look at."""
    others = rules_of_others(scheme)
    return {code: [tier["code"] for tier in tiers] for code, tiers in others.items()}


def ties_of(run: Run) -> str:
    """Return the FROM clause of a run's snapshot of ties; runs of before have none."""
    path = scoring.ties(run)
    return f"read_parquet({lake.quote(str(path))})" if path.exists() else rules.NOBODY


def current_tier_run() -> TierRun | None:
    return TierRun.objects.filter(is_current=True).select_related("run").first()


def tier_run_of(run: Run) -> TierRun | None:
    """The tiers that were computed from a run."""
    return TierRun.objects.filter(run=run).order_by("-pk").first()


def names(tiers: list[dict[str, Any]]) -> dict[str, TierMark]:
    """The marks of a version's tiers by code."""
    return {
        tier["code"]: TierMark(
            tier["code"], local_name(tier["name"], tier["name_en"]), int(tier["level"])
        )
        for tier in tiers
    }


def marks() -> dict[tuple[int, str], TierMark]:
    """The marks of all schemes in force, by (scheme id, tier code)."""
    found: dict[tuple[int, str], TierMark] = {}
    active = SchemeVersion.objects.filter(state=SchemeVersion.State.ACTIVE)
    for version in active.select_related("scheme").order_by("scheme_id"):
        for code, mark in names(version.tiers).items():
            found[version.scheme_id, code] = mark
    return found


def primary_marks() -> dict[str, TierMark]:
    """The marks of the primary schemes by tier code, best first."""
    found: dict[str, TierMark] = {}
    for version in SchemeVersion.objects.leading().order_by("scheme_id"):
        found |= {c: m for c, m in names(version.tiers).items() if c not in found}
    return found


def names_of_levels() -> dict[int, str]:
    """What the primary schemes call each level; where they differ, all of it."""
    found: dict[int, dict[str, None]] = {}
    for mark in primary_marks().values():
        found.setdefault(mark.level, {})[mark.name] = None
    return {level: " / ".join(names) for level, names in found.items()}


def tier_of(viewer: Person, customer: Customer) -> TierMark | None:
    """The customer's current tier with its measure, distance, version and date."""
    found = (
        Assignment.objects.standing()
        .filter(customer_id=customer.pk, customer__in=Customer.objects.visible_to(viewer))
        .select_related("scheme", "tier_run")
        .first()
    )
    if found is None:
        return None
    mark = marks().get((found.scheme_id, found.tier))
    return TierMark(
        code=found.tier,
        name=mark.name if mark else found.tier,
        level=found.level,
        measure=found.measure,
        next_at=found.next_at,
        scheme=str(found.scheme),
        version=int(found.tier_run.versions.get(found.scheme.code, 0)),
        as_of=found.tier_run.as_of,
        through=_through(viewer, customer, found.scheme.code),
    )


def _through(viewer: Person, customer: Customer, scheme: str) -> Through | None:
    """Who carries the customer into the tier, if it is not the own measure."""
    figures = scoring.figures(viewer, customer)
    pk = figures.get(f"through_{scheme}")
    if pk is None:
        return None
    found = Customer.objects.visible_to(viewer).filter(pk=pk).first()
    mark = tiers_of([found.pk]).get(found.pk) if found else None
    return Through(found, mark.name if mark else "")


def tiers_of(customer_ids: list[int], of: TierRun | None = None) -> dict[int, TierMark]:
    """Tiers of customers whom the caller has looked up already, by id; current ones, or
    those of a tier run."""
    known = marks()
    found = Assignment.objects.filter(customer_id__in=customer_ids)
    found = found.filter(tier_run=of, scheme__is_primary=True) if of else found.standing()
    answer: dict[int, TierMark] = {}
    for row in found.select_related(None):
        mark = known.get((row.scheme_id, row.tier))
        answer[row.customer_id] = TierMark(
            row.tier, mark.name if mark else row.tier, row.level, row.measure, row.next_at
        )
    return answer


# One array, not as many parameters as people: with those the database plans for seconds.
COUNTED = """
select a.scheme_id, a.tier, max(a.level), count(*)
  from tiers_assignment a
  join tiers_tierrun r on r.id = a.tier_run_id and r.is_current
  join tiers_scheme s on s.id = a.scheme_id and s.is_primary
 where a.customer_id = any (%s::bigint[])
 group by 1, 2 order by 3 desc, 2 desc"""


def count_tiers(customer_ids: Sequence[int]) -> list[tuple[TierMark, int]]:
    """How many of some customers stand in each tier now, the best tier first."""
    known = marks()
    with connection.cursor() as db:
        db.execute(COUNTED, [list(customer_ids)])
        rows = db.fetchall()
    return [
        (known.get((scheme, tier)) or TierMark(tier, tier, level), n)
        for scheme, tier, level, n in rows
    ]


@dataclass(frozen=True)
class Together:
    """What several customers bring together in the current run; None where it is not known."""

    value: Decimal
    contribution: Decimal | None
    assets: Decimal | None
    products: int | None
    scored: int
    as_of: date


def together(viewer: Person, ids: Sequence[int]) -> Together | None:
    """Sum up the current figures of some customers, those whom the viewer may see."""
    run = scoring.current_run()
    visible = Customer.objects.visible_to(viewer).filter(pk__in=list(ids))
    seen = list(visible.order_by("pk").values_list("pk", flat=True))
    if run is None or not seen:
        return None
    known = set(scoring.columns(run))
    wanted = ("value", "contribution_12", "aum", "products_held")
    sums = [f'sum("{name}")' if name in known else "null" for name in wanted]
    ((value, contribution, assets, products, scored),) = lake.rows(
        f"select {', '.join(sums)}, count(*) from {scoring.table_of(run)} "
        f"where customer_id in ({', '.join(map(str, seen))})"
    )
    if not scored:
        return None
    return Together(
        _money(value) or Decimal(0),
        _money(contribution),
        _money(assets),
        None if products is None else int(products),
        int(scored),
        run.as_of,
    )


def _money(amount: Any) -> Decimal | None:
    return None if amount is None else Decimal(str(round(amount, 2)))


def migration(
    viewer: Person, before: Run, after: Run, *, column: str = "tier"
) -> Mapping[tuple[str, str], tuple[int, Decimal]]:
    """Customers and their value by (tier before, tier after), with `new` and `left`.

    Value is the one of `after`, or of `before` for those who left.
    """
    then, now = scoring.table_of(before), scoring.table_of(after)
    seen = scoring.seen(viewer, after)
    # Those who left have no row now; scope them by the same ids.
    then_seen = (
        then
        if seen == now
        else f"(select * from {then} semi join seen_ids using (customer_id))"
    )
    found = lake.rows(
        f"""
        select coalesce(b."{column}", '{NEW}'), coalesce(a."{column}", '{LEFT}'),
               count(*), coalesce(sum(coalesce(a.value, b.value)), 0)
        from (select customer_id, "{column}", value from {then_seen}
              where "{column}" is not null) b
        full join (select customer_id, "{column}", value from {seen}
                   where "{column}" is not null) a using (customer_id)
        group by 1, 2 order by 1, 2
        """
    )
    return {
        (was, became): (int(n), Decimal(str(round(value, 2))))
        for was, became, n, value in found
    }


def preview(
    viewer: Person, run: Run, version: SchemeVersion, tiers: list[dict[str, Any]]
) -> Mapping[tuple[str, str], tuple[int, Decimal]]:
    """Who would move if these tiers were in force: (now, then) -> customers, value."""
    column = f"tier_{version.scheme.code}"
    known = scoring.columns(run)
    now = f'"{column}"' if column in known else "null"
    kind = version.scheme.customer_kind
    only = f"where kind = {lake.quote(kind)}" if kind else ""
    tier = rules.case(tiers, measure=version.measure, mode=version.mode)
    share = rules.share_before(version.measure, mode=version.mode)
    # What an organisation is in decides, whether or not this viewer sees it.
    ranked = {
        name.removeprefix("tier_"): scoring.table_of(run)
        for name in known
        if name.startswith("tier_")
    }
    carried = rules.carried(tiers, ties=ties_of(run), ranked=ranked)
    found = lake.rows(
        f"""
        select coalesce({now}, ''), {tier} as then_tier, count(*), coalesce(sum(value), 0)
        from (select *, {share} as share_before from {scoring.seen(viewer, run)} {only})
        {carried} group by 1, 2 order by 1, 2
        """
    )
    return {
        (was, then): (int(n), Decimal(str(round(value, 2)))) for was, then, n, value in found
    }


def histogram(
    viewer: Person, run: Run, version: SchemeVersion, *, low: float, high: float, bins: int = 24
) -> list[tuple[float, int]]:
    """Customers per equal step of the measure in `[low, high)`: (start of the step, count)."""
    width = (high - low) / bins
    if width <= 0:
        return []
    kind = version.scheme.customer_kind
    only = f"and kind = {lake.quote(kind)}" if kind else ""
    found = dict(
        lake.rows(
            f'select floor(("{version.measure}" - ?) / ?)::int, count(*) '
            f"from {scoring.seen(viewer, run)} "
            f'where "{version.measure}" >= ? and "{version.measure}" < ? {only} group by 1',
            [low, width, low, high],
        )
    )
    return [(low + i * width, int(found.get(i, 0))) for i in range(bins)]
