"""Small cases that prove one trigger each: many customers, one morning.

A case puts facts down for one customer and says what the morning makes of them; the cases
beside it are almost the same and silent. Days count from today, a Monday.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import translation
from tests.server.care.conftest import World

from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.channels import actions as channels
from regulars.server.core import actions as core
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.server.products.models import Product
from regulars.server.web import rules as web
from regulars.testing import cast as people
from regulars.testing.cast import NOON, TESTS, TODAY

STAKE = Decimal(10_000)  # of every customer, where the trigger names no amount
LONG_AGO = date(2015, 3, 3)
OF_THE_STANDARD = ("visit_due", "review_due", "rank_contact_due")
YES = {"call": True, "wecom": True, "sms": True, "email": True}


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def event(
    kind: str, days: int, *, ref: str = "", value: float | None = None, known: int | None = None
) -> dict[str, Any]:
    """An event so many days from today, learned that day or today."""
    learned = min(days, 0) if known is None else known
    return {"kind": kind, "on": day(days), "ref": ref, "value": value, "known": day(learned)}


def held(
    kind: str,
    *,
    opened: int = -400,
    matures: int | None = None,
    closed: int | None = None,
    amount: int = 1000,
    ref: str = "H1",
    category: str = "",
) -> dict[str, Any]:
    """A holding of a product of that kind, in units of money."""
    return {
        "kind": kind, "category": category, "ref": ref, "amount": amount * 100,
        "opened": day(opened), "matures": None if matures is None else day(matures),
        "closed": None if closed is None else day(closed),
    }  # fmt: skip


def moved(kind: str, days: int, amount: int, *, category: str = "") -> dict[str, Any]:
    """A transaction: "payroll", "outflow", "purchase" ..."""
    return {"kind": kind, "on": day(days), "amount": amount * 100, "category": category}


def kept(days: int, amount: int, *, product: str = "CURRENT") -> dict[str, Any]:
    """A balance from that day on."""
    return {"on": day(days), "amount": amount * 100, "product": product}


@dataclass(frozen=True)
class Given:
    """What is known of one customer: facts, figures of two runs, tiers, the file."""

    events: Sequence[Mapping[str, Any]] = ()
    holdings: Sequence[Mapping[str, Any]] = ()
    moves: Sequence[Mapping[str, Any]] = ()
    balances: Sequence[Mapping[str, Any]] = ()
    now: Mapping[str, Any] = field(default_factory=dict)
    was: Mapping[str, Any] = field(default_factory=dict)
    level: int = 2
    was_level: int | None = None
    file: Mapping[str, Any] = field(default_factory=dict)
    visits: Sequence[int] = ()  # days on which the branch's manager was there


@dataclass(frozen=True)
class Case:
    """One trigger, what makes it speak, and what beside it does not.

    `also`: triggers that the same facts rightly raise too.
    """

    code: str
    given: Given
    due: date
    beside: tuple[Given, ...] = ()
    desk: str = "rm"
    stake: Decimal | int = STAKE
    also: frozenset[str] = frozenset()
    minutes: int | None = None  # where the service standard says something else


def of_trade(*packs: str) -> None:
    """Let the company be of these trades alone."""
    core.change_settings(by=TESTS, at=NOON, packs=list(packs))


def prove(world: World, cases: Sequence[Case], around: Sequence[Given] = ()) -> dict[str, str]:
    """Live through one morning; name what each case found instead of what it should.

    `around`: customers who only make the facts complete.
    """
    spoken = put(world, [case.given for case in cases])
    quiet = [put_of for case in cases for put_of in case.beside]
    silent = put(world, quiet, first=len(spoken))
    rest = put(world, around, first=len(spoken) + len(silent))
    _score(world, [*spoken, *silent, *rest])
    world.plan()
    tasks = _tasks()
    wrong: dict[str, str] = {}
    for case, (customer, _given) in zip(cases, spoken, strict=True):
        if found := _wrong(case, tasks.get(customer.pk, {})):
            wrong[case.code] = found
    left = iter(silent)
    for case in cases:
        for n, _ in enumerate(case.beside):
            customer, _given = next(left)
            if case.code in tasks.get(customer.pk, {}):
                wrong[f"{case.code}, beside {n}"] = "should be silent"
    before = Task.objects.count()
    world.plan()
    if Task.objects.count() != before:
        wrong["twice"] = "the same day planned again made new tasks"
    return wrong


def _tasks() -> dict[int, dict[str, Task]]:
    found: dict[int, dict[str, Task]] = {}
    # What the service standard asks of a tier stands beside anything; see test_duties.
    for task in Task.objects.exclude(trigger__in=OF_THE_STANDARD).select_related("card"):
        assert task.trigger not in found.get(task.customer_id, {}), task.trigger
        found.setdefault(task.customer_id, {})[task.trigger] = task
    return found


def _wrong(case: Case, found: Mapping[str, Task]) -> str:
    if set(found) - case.also != {case.code}:
        return f"found {sorted(found)}"
    task = found[case.code]
    if unsaid := _unsaid(task):
        return unsaid
    seen = (task.due_on.isoformat(), task.card.desk, task.stake, task.minutes)
    trigger = TRIGGERS[case.code]
    minutes = trigger.minutes if case.minutes is None else case.minutes
    asked = (case.due.isoformat(), case.desk, case.stake, minutes)
    return "" if seen == asked else f"found {seen}, not {asked}"


def _unsaid(task: Task) -> str:
    """Words with a field that nothing fills, in either language."""
    for language in ("zh-hans", "en"):
        reader = wording.Reader(language, "CNY", TODAY)
        with translation.override(language):
            said = wording.words(task, task.customer, reader)
            texts = (wording.chip(task, reader).text, said.say, said.hint)
        empty = [text for text in texts if web.NOTHING in text or "{" in text or "  " in text]
        if empty:
            return f"says {empty[0]!r}"
    return ""


# Putting down ------------------------------------------------------------------------------


Put = list[tuple[Customer, Given]]


def put(world: World, givens: Sequence[Given], *, first: int = 0) -> Put:
    """Open a file for each and put its facts down, one load per kind of fact."""
    found: Put = []
    for n, given in enumerate(givens, start=first):
        file = {"consents": YES, "since": LONG_AGO} | dict(given.file)
        found.append(
            (people.customer(f"CASE{n:03}", f"客户{n:03}", world.cast.li.book, **file), given)
        )
    keys = dict(FactKey.objects.values_list("customer", "fact_key"))
    of = [(keys[customer.pk], given) for customer, given in found]
    _add("events", [_event(key, n, e) for key, g in of for n, e in enumerate(g.events)])
    _add("holdings", [_holding(key, h) for key, g in of for h in g.holdings])
    _add("transactions", [_move(key, n, m) for key, g in of for n, m in enumerate(g.moves)])
    _add("balances", [_balance(key, b) for key, g in of for b in g.balances])
    for customer, given in found:
        for days in given.visits:
            channels.record_touch(
                customer, by=world.cast.wei, at=NOON + timedelta(days=days), channel="visit",
                outcome="reached", two_way=True,
            )  # fmt: skip
    return found


def _add(kind: str, rows: list[str]) -> None:
    if rows:
        select = " union all ".join(rows)
        facts.add(kind, select, source=f"cases-{len(rows)}-{kind}", by=TESTS, at=NOON)


def _event(key: int, n: int, e: Mapping[str, Any]) -> str:
    value = "null::double" if e["value"] is None else f"{e['value']}::double"
    return (
        f"select {key}::bigint fact_key, timestamp '{e['on']} 02:00:00' occurred_at, "
        f"'{e['kind']}' kind, '{e['ref']}' as ref, {value} as value, "
        f"'e{key}-{n}' row_key, timestamp '{e['known']} 02:00:00' known_at"
    )


def _holding(key: int, h: Mapping[str, Any]) -> str:
    code = f"P-{h['kind']}-{h['category']}".rstrip("-")
    Product.objects.get_or_create(
        code=code,
        defaults={"name": code, "name_en": code, "kind": h["kind"], "category": h["category"]},
    )

    def on(name: str) -> str:
        return "null::date" if h[name] is None else f"date '{h[name]}'"

    return (
        f"select {key}::bigint fact_key, '{h['ref']}' holding_id, '{code}' product_id, "
        f"{on('opened')} opened_on, {on('matures')} matures_on, {on('closed')} closed_on, "
        f"{h['amount']}::bigint amount, 'h{key}-{h['ref']}' row_key, "
        f"timestamp '2026-01-01' known_at"
    )


def _move(key: int, n: int, m: Mapping[str, Any]) -> str:
    return (
        f"select {key}::bigint fact_key, timestamp '{m['on']} 02:00:00' occurred_at, "
        f"date '{m['on']}' local_date, {m['amount']}::bigint amount, null::double quantity, "
        f"null::bigint as cost, null::varchar order_id, "
        f"nullif('{m.get('product', '')}', '') product_id, "
        f"nullif('{m['category']}', '') category, null::varchar channel, null::varchar branch, "
        f"'{m['kind']}' kind, null::varchar external_id, 't{key}-{n}' row_key, "
        f"timestamp '{m['on']} 03:00:00' known_at"
    )


def _balance(key: int, b: Mapping[str, Any]) -> str:
    Product.objects.get_or_create(
        code=b["product"],
        defaults={"name": b["product"], "name_en": b["product"], "kind": "deposit"},
    )
    return (
        f"""select {key}::bigint fact_key, date '{b["on"]}' as "on", 'A{key}' account_id, """
        f"'{b['product']}' product_id, {b['amount']}::bigint balance, "
        f"'b{key}-{b['on']}' row_key, timestamp '{b['on']} 16:00:00' known_at"
    )


def _score(world: World, put_: Put) -> None:
    """Yesterday's run and tiers, and today's."""
    usual = {"stake": str(STAKE), "first_on": LONG_AGO, "last_on": TODAY}
    before = world.score({c: usual | dict(g.was) for c, g in put_}, as_of=day(-1))
    world.tier(before, {c: (g.was_level or g.level, None, None) for c, g in put_})
    run = world.score({c: usual | dict(g.now) for c, g in put_})
    world.tier(run, {c: (g.level, None, None) for c, g in put_})
