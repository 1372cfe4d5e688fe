"""What each row of a list shows: fifty customers looked up at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run, Score
from regulars.server.segments import rules
from regulars.server.segments.queries.listing import Versions
from regulars.server.segments.rules import PAGE
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

SUGGESTED = 8


@dataclass(frozen=True)
class Row:
    """One customer of a list: figures, tier, the last contact and what comes next."""

    customer: Customer
    tier: TierMark | None = None
    value: Decimal | None = None
    stake: Decimal | None = None
    clv: Decimal | None = None
    contribution: Decimal | None = None
    p_alive: float | None = None
    stage: str = ""
    rfm_type: str = ""
    last: Touch | None = None
    why: tuple[str, ...] = ()  # what the rule of the list found of them, in words

    @property
    def is_quiet(self) -> bool:
        return self.stage in rules.QUIET

    @property
    def short_of(self) -> Decimal | None:
        """What is missing to the next tier, for those who are near it."""
        return rules.short_of(self.tier.measure, self.tier.next_at) if self.tier else None


def rows(viewer: Person, ids: Sequence[int], at: Versions) -> list[Row]:
    """Look up the customers of one page, in the order given."""
    people = customers.customers(viewer).in_bulk(ids)
    scores = {score.customer_id: score for score in _scores(ids, at)}
    marks = tiers.tiers_of(list(ids), at.tier_run)
    last = _last_touches(viewer, ids)
    return [
        _row(people[pk], scores.get(pk), marks.get(pk), last.get(pk))
        for pk in ids
        if pk in people
    ]


def behind(
    viewer: Person,
    run: Run,
    where: Sequence[tuple[str, str]],
    *,
    order: str = "value",
    offset: int = 0,
    before: Run | None = None,
) -> tuple[list[Row], int, Decimal]:
    """The customers behind a figure of a run, with what that run said of them.

    :raises UnknownColumn: the run has no such column.
    """
    ids, total, value = scoring.rows(
        viewer, run, where, order=order, offset=offset, most=PAGE, before=before
    )
    people = customers.customers(viewer).in_bulk(ids)
    # Somebody who left is in the run before only; the figures then are those of back then.
    then = _figures(before, ids) if before is not None else {}
    now = then | _figures(run, ids)
    known = tiers.primary_marks()
    found = [_row_then(people[pk], now.get(pk, {}), known) for pk in ids if pk in people]
    return found, total, value


def suggestions(viewer: Person, text: str) -> list[Row]:
    """The first few customers that a search finds, with their tiers."""
    ids = customers.find(viewer, text, most=SUGGESTED)
    people = customers.customers(viewer).in_bulk(ids)
    marks = tiers.tiers_of(ids)
    return [Row(people[pk], marks.get(pk)) for pk in ids if pk in people]


def _scores(ids: Sequence[int], at: Versions) -> Iterable[Score]:
    if at.run is None:
        return ()
    return Score.objects.filter(run=at.run, customer_id__in=ids).order_by()


def _last_touches(viewer: Person, ids: Sequence[int]) -> dict[int, Touch]:
    found = (
        Touch.objects.visible_to(viewer)
        .standing()
        .filter(customer_id__in=ids)
        .order_by("customer_id", "-at", "-pk")
        .distinct("customer_id")
    )
    return {touch.customer_id: touch for touch in found}


def _row(
    customer: Customer, score: Score | None, tier: TierMark | None, last: Touch | None
) -> Row:
    if score is None:
        return Row(customer, tier, last=last)
    return Row(
        customer,
        tier,
        value=score.value,
        stake=score.stake,
        clv=score.clv,
        contribution=score.contribution,
        p_alive=score.p_alive,
        stage=score.stage,
        rfm_type=score.rfm_type,
        last=last,
    )


def _figures(run: Run, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What a run's own file says of some customers, by id."""
    wanted = [
        name
        for name in ("value", "stage", "rfm_type", "p_alive", "tier")
        if name in scoring.columns(run)
    ]
    named = ", ".join(f'"{name}"' for name in wanted)
    found = lake.rows(
        f"select customer_id, {named} from {scoring.table_of(run)} "
        "where customer_id in (select unnest(?::bigint[]))",
        [sorted(set(ids) - set(scoring.refusing()))],
    )
    return {row[0]: dict(zip(wanted, row[1:], strict=True)) for row in found}


def _row_then(customer: Customer, of: dict[str, Any], known: dict[str, TierMark]) -> Row:
    value = of.get("value")
    tier = of.get("tier")
    return Row(
        customer,
        known.get(tier) if tier else None,
        value=None if value is None else Decimal(str(round(value, 2))),
        p_alive=of.get("p_alive"),
        stage=of.get("stage") or "",
        rfm_type=of.get("rfm_type") or "",
    )
