"""A town for rules: sixty customers whose every attribute, score and fact is also in Python."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.server.channels.models import Touch
from regulars.server.core.models import Book
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.server.products.models import Product
from regulars.server.scoring.models import Run
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer

PEOPLE = 60
KINDS, GENDERS = ("person", "organization"), ("female", "male", "")
INDUSTRIES, CONCERNS = ("面粉", "运输", ""), ("价格 a'b", "24 Hours", "")
DISTRICTS, TAGS = ("柳溪镇", "北塘村", ""), ("vip", "钓鱼 club", "a'b")
CHANNELS = ("call", "wecom", "sms", "email")
STAGES = ("new", "active", "at_risk", "dormant", "lost", "")
CATEGORIES, PRODUCTS = ("dining", "fuel", "travel"), ("D1", "W1", "L1")
MOVES = ("purchase", "refund", "inflow", "outflow", "payroll", "interest")
EVENTS = ("login", "complaint", "branch_visit")


@dataclass
class Soul:
    """One customer as Python knows them."""

    pk: int
    key: int
    book: str
    branch: str
    own: dict[str, Any]
    scores: dict[str, Any]
    moves: list[dict[str, Any]] = field(default_factory=list)
    events: list[tuple[str, date]] = field(default_factory=list)
    balances: list[tuple[str, str, date, int]] = field(default_factory=list)
    holdings: list[dict[str, Any]] = field(default_factory=list)


def settle(cast: Cast, *, seed: int = 7, people: int = PEOPLE) -> list[Soul]:
    """Make the town in the database and in the lake; call it as the system."""
    dice = random.Random(seed)
    for code, kind in (("D1", "deposit"), ("W1", "wealth"), ("L1", "loan")):
        Product.objects.create(code=code, name=code, name_en=code, kind=kind)
    books = {b.pk: b for b in Book.objects.select_related("org_unit")}
    places = list(books.values())
    souls = [_soul(n, dice.choice(places), dice) for n in range(people)]
    for one in (cast.li, cast.zhou, cast.qian):
        found = Customer.objects.get(pk=one.pk)
        souls.append(_known(found, dice))
    _facts(souls)
    return souls


def score(souls: list[Soul], folder: Path, *, as_of: date = TODAY) -> Run:
    """Write the frame of a run by hand, with a column that nobody has heard of yet."""
    run = Run.objects.create(
        as_of=as_of,
        known_to=NOON,
        state="done",
        is_published=True,
        is_current=True,
        customers=len(souls),
        started_at=NOON,
    )
    scored = sorted((s for s in souls if s.scores), key=lambda s: s.pk)
    columns = {name: [s.scores.get(name) for s in scored] for name in TYPES}
    table = pa.table(
        {
            "customer_id": pa.array([s.pk for s in scored], pa.int64()),
            **{name: pa.array(values, TYPES[name]) for name, values in columns.items()},
        }
    )
    (folder / run.public_id).mkdir(parents=True)
    pq.write_table(table, folder / run.public_id / "customers.parquet")
    return run


TYPES: dict[str, Any] = {
    "value": pa.float64(),
    "value_at_stake": pa.float64(),
    "contribution_12": pa.float64(),
    "p_alive": pa.float64(),
    "stage": pa.string(),
    "f": pa.int8(),
    "last_on": pa.date32(),
    "tier": pa.string(),
    "churn_probability": pa.float64(),
    "moon_phase": pa.float64(),
    "is_regular": pa.bool_(),
    "active_q0": pa.bool_(),
}


def _soul(n: int, book: Book, dice: random.Random) -> Soul:
    born = None if n % 7 == 0 else date(1940, 1, 1) + timedelta(days=dice.randrange(28_000))
    if n % 11 == 0:
        born = date(1996, 2, 29)
    own: dict[str, Any] = {
        "kind": dice.choice(KINDS),
        "gender": dice.choice(GENDERS),
        "birth_date": born,
        "lunar_birthday": f"{dice.randint(1, 12)}-{dice.randint(1, 30)}" if n % 5 == 0 else "",
        "district": dice.choice(DISTRICTS),
        "industry": INDUSTRIES[n % 3],
        "key_concern": CONCERNS[n % 4 % 3],
        "since": None if n % 6 == 0 else TODAY - timedelta(days=dice.randrange(900)),
        "risk_tolerance": dice.choice((None, 1, 3, 5)),
        "tags": [tag for tag in TAGS if dice.random() < 0.3],
        "phone": dice.choice(("", "10100000009")),
        "email": dice.choice(("", "a@example.com")),
        "consents": {c: dice.random() < 0.5 for c in CHANNELS if dice.random() < 0.7},
        "blocked_channels": [c for c in CHANNELS if dice.random() < 0.1],
    }
    if n % 13 == 0:
        own["consents"]["profiling"] = False
    made = customer(f"9{n:03}", f"张{n:03}", book, **own)
    found = _known(made, dice, own=own)
    _touches(made, found, dice)
    return found


def _known(of: Customer, dice: random.Random, own: dict[str, Any] | None = None) -> Soul:
    names = ("kind", "gender", "birth_date", "lunar_birthday", "district", "since", "phone",
             "risk_tolerance", "tags", "email", "consents", "blocked_channels",
             "industry", "key_concern")  # fmt: skip
    known = own or {name: getattr(of, name) for name in names}
    known |= {"last_contact": None, "last_answer": None}
    scored = dice.random() < 0.9
    return Soul(
        pk=of.pk,
        key=FactKey.objects.get(customer=of).pk,
        book=of.book.code,
        branch=of.book.org_unit.code,
        own=known,
        scores=_scores(dice) if scored else {},
    )


def _scores(dice: random.Random) -> dict[str, Any]:
    def maybe(value: Any) -> Any:
        return None if dice.random() < 0.15 else value

    return {
        "value": float(dice.randrange(0, 400_000, 1_000)),
        "value_at_stake": float(dice.randrange(0, 400_000, 1_000)),
        "contribution_12": maybe(round(dice.uniform(-500, 900), 2)),
        "p_alive": maybe(dice.randrange(0, 100) / 100),
        "stage": dice.choice(STAGES),
        "f": maybe(dice.randint(1, 5)),
        "last_on": maybe(TODAY - timedelta(days=dice.randrange(400))),
        "tier": maybe(dice.choice(("private", "mass"))),
        "churn_probability": maybe(dice.randrange(0, 100) / 100),
        "moon_phase": maybe(dice.randrange(0, 28) * 1.0),
        "is_regular": maybe(dice.random() < 0.5),
        "active_q0": True,
    }


def _touches(of: Customer, found: Soul, dice: random.Random) -> None:
    for _ in range(dice.randrange(3)):
        at = datetime(2026, 11, 22, 3, 0, tzinfo=UTC) - timedelta(days=dice.randrange(150))
        two_way, reversed_ = dice.random() < 0.5, dice.random() < 0.2
        Touch.objects.create(
            customer=of, at=at, channel="call", two_way=two_way, outcome="reached",
            reversed_at=NOON if reversed_ else None,
        )  # fmt: skip
        if reversed_:
            continue
        day = (at + timedelta(hours=8)).date()
        for name in ("last_contact", *(("last_answer",) if two_way else ())):
            found.own[name] = max(filter(None, (found.own[name], day)))


def _facts(souls: list[Soul]) -> None:
    dice = random.Random(11)
    for soul in souls:
        for _ in range(dice.randrange(9)):
            soul.moves.append(
                {
                    "day": TODAY - timedelta(days=dice.randrange(200)),
                    "amount": dice.randrange(1, 900) * 100,
                    "kind": dice.choice(MOVES),
                    "category": dice.choice((*CATEGORIES, None)),
                    "product": dice.choice((*PRODUCTS, None)),
                    "channel": dice.choice(("pos", "mobile")),
                    "order": dice.choice(("o1", "o2", None)),
                }
            )
        for _ in range(dice.randrange(4)):
            day = TODAY - timedelta(days=dice.randrange(120))
            soul.events.append((dice.choice(EVENTS), day))
        for _ in range(dice.randrange(5)):
            day = TODAY - timedelta(days=dice.randrange(90))
            product = dice.choice(PRODUCTS)
            soul.balances.append(
                (f"A{product}", product, day, dice.randrange(0, 90) * 1_000_00)
            )
        for number in range(dice.randrange(3)):
            matures = TODAY + timedelta(days=dice.randrange(-20, 70))
            soul.holdings.append(
                {
                    "id": f"h{soul.key}-{number}",
                    "product": dice.choice(PRODUCTS),
                    "opened": TODAY - timedelta(days=dice.randrange(-5, 300)),
                    "matures": dice.choice((matures, None)),
                    "closed": dice.choice((None, None, TODAY - timedelta(days=3))),
                    "amount": dice.randrange(1, 60) * 10_000_00,
                }
            )
        seen: dict[tuple[str, date], tuple[str, str, date, int]] = {}
        for row in soul.balances:  # one balance of an account and day
            seen[row[0], row[2]] = row
        soul.balances = list(seen.values())
    _bring(souls)


def _bring(souls: list[Soul]) -> None:
    """Through the facts' own door, as files would come."""
    known = "timestamp '2026-11-22 00:00:00'"
    moves = [
        f"({s.key}::bigint, timestamp '{m['day']} 02:00:00', date '{m['day']}', "
        f"{m['amount'] * (-1 if m['kind'] == 'refund' and n % 2 else 1)}::bigint, "
        f"null::double, null::bigint, {_text(_order(s, m))}, "
        f"{_text(m['product'])}, {_text(m['category'])}, "
        f"'{m['channel']}', 'B01', '{m['kind']}', null::varchar, 't{s.key}-{n}', {known})"
        for s in souls
        for n, m in enumerate(s.moves)
    ]
    columns = (
        "fact_key, occurred_at, local_date, amount, quantity, cost, order_id, product_id, "
        "category, channel, branch, kind, external_id, row_key, known_at"
    )
    _add("transactions", moves, columns)
    events = [
        f"({s.key}::bigint, timestamp '{day} 23:00:00', '{kind}', null::varchar, null::double, "
        f"'e{s.key}-{n}', {known})"
        for s in souls
        for n, (kind, day) in enumerate(s.events)
    ]
    _add("events", events, "fact_key, occurred_at, kind, ref, value, row_key, known_at")
    # Each balance comes twice: a later version of the same day corrects the first.
    balances = [
        f"({s.key}::bigint, date '{day}', '{account}', '{product}', {fen + wrong}::bigint, "
        f"'b{s.key}-{n}-{wrong}', {known} - to_seconds({wrong}))"
        for s in souls
        for n, (account, product, day, fen) in enumerate(s.balances)
        for wrong in (0, 77_700)
    ]
    _add(
        "balances",
        balances,
        'fact_key, "on", account_id, product_id, balance, row_key, known_at',
    )
    holdings = [
        f"({s.key}::bigint, '{h['id']}', '{h['product']}', date '{h['opened']}', "
        f"{_day(h['matures'] if not old else TODAY)}, {_day(None if old else h['closed'])}, "
        f"{h['amount']}::bigint, 'w{h['id']}-{old}', {known} - to_days({old}))"
        for s in souls
        for h in s.holdings
        for old in (0, 1)
    ]
    columns = (
        "fact_key, holding_id, product_id, opened_on, matures_on, closed_on, amount, row_key, "
        "known_at"
    )
    _add("holdings", holdings, columns)


def _add(kind: str, rows: list[str], names: str) -> None:
    facts.add(
        kind, f"select * from (values {', '.join(rows)}) v({names})", source="town",
        by=TESTS, at=NOON,
    )  # fmt: skip


def _order(soul: Soul, move: dict[str, Any]) -> str | None:
    return f"{soul.key}-{move['order']}" if move["order"] else None


def _text(value: str | None) -> str:
    return f"'{value}'" if value else "null::varchar"


def _day(value: date | None) -> str:
    return f"date '{value}'" if value else "null::date"
