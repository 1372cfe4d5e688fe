"""Two years of invented opportunities, for a demo: the same for the same customers and day.

They are lived through stage by stage with days between, as people at work would move them:
what is still under way on the day is open, the rest was won or lost for a reason. Some of the
won ones are those of facts that there are, so that they are proved by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zlib import crc32

from django.db import transaction

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.opportunities.loading.stories import (
    BECAUSE,
    EARLY,
    LATE,
    RIVALS,
    SIGNALS,
    STEPS,
    TOLD,
    WHATS,
    WHY_WON,
)
from regulars.server.opportunities.models import ForecastMark, Move, Opportunity, Stage
from regulars.server.opportunities.queries.stages import open_stages, stages
from regulars.server.opportunities.rules import Chance, Open, expect
from regulars.server.products.models import Product
from regulars.server.tiers.models import Assignment

MOST, SPAN = 460, 730  # opportunities, and the days over which they were found
PROVED = 70  # of them made of holdings that there are
GO_ON = (0.80, 0.66, 0.68, 0.74, 0.66)  # from each stage to the next; the last: won
STAY = (9, 16, 14, 18, 15)  # days in each, about
MONTHS = 12


@dataclass
class Life:
    """One opportunity with its moves: (stage, when)."""

    row: Opportunity
    moves: list[tuple[Stage, datetime, Person | None]] = field(default_factory=list)


@transaction.atomic
def bring_invented(*, today: date, by: Actor, at: datetime) -> int:
    """Write them; return how many."""
    lives = [*_lived(today, at), *_held(today, at)]
    known: set[tuple[int, str, object]] = set()
    kept = [life for life in lives if _fresh(life.row, known)]
    made = Opportunity.objects.bulk_create([life.row for life in kept])
    moves = []
    for life, row in zip(kept, made, strict=True):
        before = None
        for stage, when, who in life.moves:
            moves.append(
                Move(opportunity=row, customer_id=row.customer_id, from_stage=before,
                     to_stage=stage, at=when, by=who)
            )  # fmt: skip
            before = stage
    Move.objects.bulk_create(moves)
    ForecastMark.objects.bulk_create(_marks(kept, today), ignore_conflicts=True)
    return len(made)


def _lived(today: date, at: datetime) -> Iterator[Life]:
    people = _people()
    products = _products()
    for n in range(min(MOST, 3 * len(people))):
        customer, value = people[_dice(f"who{n}", len(people))]
        seed = f"{customer.number}/{n}"
        # More of them of late: the house has learned to write them down.
        ago = int(SPAN * (_dice(f"{seed}/ago", 1000) / 1000) ** 1.35)
        made = _when(today - timedelta(days=ago + 1), _dice(seed, 8))
        yield _live(customer, value, products, made, seed, at)


def _live(
    customer: Customer,
    value: Decimal,
    products: Sequence[Product],
    made: datetime,
    seed: str,
    at: datetime,
) -> Life:
    kind = ("add_on", "add_on", "trade_in", "trade_in", "referral")[_dice(f"{seed}/kind", 5)]
    fitting = [each for each in products if _fits(each, customer)]
    product = fitting[_dice(f"{seed}/p", len(fitting))] if fitting else None
    if kind == "referral":
        product = None
    row = _row(customer, kind, product, _amount(value, product, seed), made, seed)
    life = Life(row, [])
    owner = customer.book.owner
    skill = 0.9 + _dice(owner.username if owner else "", 25) / 100
    when, ways = made, open_stages()
    for n, stage in enumerate(ways):
        life.moves.append((stage, when, owner))
        row.stage, row.moved_at = stage, when
        stay = max(1.0, STAY[min(n, 4)] * (0.3 + 1.6 * _dice(f"{seed}/s{n}", 100) / 100))
        when = when + timedelta(days=stay)
        if when >= at:
            return _open(life, at, seed)
        goes = _dice(f"{seed}/g{n}", 1000) / 1000 < min(0.95, GO_ON[min(n, 4)] * skill)
        if not goes or n == len(ways) - 1:
            return _ended(life, when, won=goes, far=n, seed=seed)
    return life


def _held(today: date, at: datetime) -> Iterator[Life]:
    """Deals that the facts know: holdings opened by customers who have an owner."""
    table = lake.source(facts.living("holdings"), "holdings")
    rows = lake.rows(
        f"""
        select fact_key, product_id, opened_on, amount from {table}
        where opened_on > ? and opened_on < ? and product_id is not null and amount > 0
        qualify row_number() over (
            partition by fact_key, product_id, opened_on order by known_at desc) = 1
        order by hash(holding_id) limit {PROVED * 4}
        """,
        [today - timedelta(days=380), today - timedelta(days=3)],
    )
    keys = [row[0] for row in rows]
    owners = dict(
        FactKey.objects.filter(fact_key__in=keys).values_list("fact_key", "customer_id")
    )
    people = Customer.objects.filter(book__owner__is_active=True).select_related("book__owner")
    known, products = people.in_bulk(set(owners.values())), {p.code: p for p in _products()}
    left = PROVED
    for key, code, opened, amount in rows:
        customer, product = known.get(owners.get(key, 0)), products.get(code)
        if customer is None or product is None or not left:
            continue
        left -= 1
        seed = f"{customer.number}/{code}/{opened}"
        made = _when(opened - timedelta(days=12 + _dice(seed, 50)), _dice(seed, 8))
        row = _row(customer, "add_on", product, Decimal(amount) / 100, made, seed)
        life, ways = Life(row, []), open_stages()
        until = _when(opened, 9)
        for n, stage in enumerate(ways):
            life.moves.append(
                (stage, made + (until - made) * n / len(ways), customer.book.owner)
            )
        row.stage = ways[-1]
        yield _ended(life, until, won=True, far=len(ways) - 1, seed=seed)


def _row(
    customer: Customer,
    kind: str,
    product: Product | None,
    amount: Decimal | None,
    made: datetime,
    seed: str,
) -> Opportunity:
    source = ("reason", "reason", "score", "contact", "contact", "hand")[
        _dice(f"{seed}/src", 6)
    ]
    owner = customer.book.owner
    whats = WHATS[kind]
    signals = SIGNALS[kind]
    return Opportunity(
        customer=customer, kind=kind, product=product,
        what="" if product else whats[_dice(f"{seed}/what", len(whats))],
        amount=amount,
        margin=amount * Decimal("0.012") if amount and _dice(f"{seed}/m", 3) == 0 else None,
        expected_on=(made + timedelta(days=45 + _dice(f"{seed}/due", 60))).date(),
        source=source,
        signal=signals[_dice(f"{seed}/sig", len(signals))] if source == "reason" else "",
        because=BECAUSE[source][_dice(f"{seed}/why", len(BECAUSE[source]))],
        made_by=owner, made_at=made, moved_at=made,
    )  # fmt: skip


def _open(life: Life, at: datetime, seed: str) -> Life:
    """Most know what comes next; some are late, some nobody has thought of."""
    row, today = life.row, core.local_date(at)
    if row.expected_on is None or row.expected_on <= today or _dice(f"{seed}/on", 6):
        row.expected_on = today + timedelta(days=_dice(f"{seed}/exp", 85) - 6)
    if _dice(f"{seed}/none", 7):
        steps = STEPS[row.stage.code] if row.stage.code in STEPS else STEPS["found"]
        day = today + timedelta(days=_dice(f"{seed}/next", 24) - 4)
        row.next_step = steps[_dice(f"{seed}/step", len(steps))]
        row.next_on = core.work_calendar().add_workdays(day, 0)
    return life


def _ended(life: Life, when: datetime, *, won: bool, far: int, seed: str) -> Life:
    row = life.row
    reasons = WHY_WON if won else (EARLY if far < 2 else LATE)
    row.state = Opportunity.State.WON if won else Opportunity.State.LOST
    row.reason = reasons[_dice(f"{seed}/end", len(reasons))]
    row.stage = next(each for each in stages() if each.ends == row.state)
    row.moved_at = row.closed_at = when
    row.closed_by = row.customer.book.owner
    if row.reason == "rival":
        row.competitor = RIVALS[_dice(f"{seed}/rival", len(RIVALS))]
    if _dice(f"{seed}/words", 2):
        told = TOLD[row.state]
        row.closed_words = told[_dice(f"{seed}/told", len(told))]
    if won and row.amount is not None:
        row.won_amount = _round(row.amount * Decimal(80 + _dice(f"{seed}/came", 31)) / 100)
    life.moves.append((row.stage, when, row.closed_by))
    return life


def _marks(lives: Sequence[Life], today: date) -> Iterator[ForecastMark]:
    """What each book expected of each of the last months, by the stages of then."""
    known = {each.position: Chance(float(each.chance), 0, 0, False) for each in open_stages()}
    first = today.replace(day=1)
    for n in range(1, MONTHS + 1):
        month = add_months(first, -n)
        begins, stop = _when(month, 0), add_months(month, 1)
        books: dict[int, list[Open]] = {}
        for life in lives:
            row = life.row
            stood = [stage for stage, when, _who in life.moves if when < begins]
            due = row.expected_on is not None and row.expected_on < stop
            if stood and not stood[-1].ends and due:
                one = Open(stood[-1].position, row.amount, None)
                books.setdefault(row.customer.book_id, []).append(one)
        for book, rows in sorted(books.items()):
            told = expect(rows, known)
            yield ForecastMark(
                book_id=book, month=month, made_on=month, open=told.count,
                amount=told.amount, expected=told.expected, wins=round(told.wins, 3),
            )  # fmt: skip


def _fresh(row: Opportunity, known: set[tuple[int, str, object]]) -> bool:
    """Of the same that is open for a customer only the first stays."""
    if row.state != Opportunity.State.OPEN:
        return True
    key = (row.customer_id, row.kind if not row.product else "", row.product_id or row.what)
    fresh = key not in known
    known.add(key)
    return fresh


def _people() -> list[tuple[Customer, Decimal]]:
    """Customers of people at work, the better ones: those who are worth the effort."""
    ranked = Assignment.objects.standing().filter(level__gte=2, value__gt=0)
    worth = dict(ranked.order_by("-value", "customer").values_list("customer", "value")[:700])
    found = Customer.objects.filter(book__owner__is_active=True, deceased_on=None)
    known = found.select_related("book__owner", "book__org_unit").in_bulk(list(worth))
    return [(known[pk], value) for pk, value in worth.items() if pk in known]


def _products() -> list[Product]:
    return list(Product.objects.order_by("code"))


def _fits(product: Product, customer: Customer) -> bool:
    """What firms take, people do not, and the other way round."""
    for_firms = product.kind in ("payroll", "facility", "bill", "lease")
    both = product.kind in ("deposit", "wealth", "goods")
    if customer.is_organization:
        return for_firms or both
    risk, tolerance = product.risk_level or 0, customer.risk_tolerance or 3
    return not for_firms and risk <= tolerance


def _amount(value: Decimal, product: Product | None, seed: str) -> Decimal | None:
    if product is None:
        return _round(value / 4) if _dice(f"{seed}/am", 3) else None
    small = {"card": 20_000, "insurance": 30_000}
    if product.kind in small:
        return Decimal(small[product.kind] * (1 + _dice(f"{seed}/am", 4)) // 2)
    return _round(value * Decimal(10 + _dice(f"{seed}/am", 50)) / 100)


def _round(amount: Decimal) -> Decimal:
    """Two figures, as people say it."""
    whole = max(int(amount), 1)
    step = 10 ** max(len(str(whole)) - 2, 0)
    return Decimal(max(whole // step * step, 1))


def _when(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(9 + hour % 9, 7 * hour % 60), core.time_zone())


def _dice(what: str, sides: int) -> int:
    """A number that looks thrown, and is the same each time."""
    return crc32(what.encode()) % sides
