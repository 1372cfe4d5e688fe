"""Fills a demo home with a synthetic company, through the same doors as a real one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
from django.db import connection

from regulars.base.calendar import chinese_holidays
from regulars.base.periods import add_months, month_end
from regulars.engine import synthetic
from regulars.engine.synthetic import Company as Synthetic
from regulars.server.care import actions as care
from regulars.server.care.models import Card
from regulars.server.channels import loading as channels
from regulars.server.channels.loading import Arrived
from regulars.server.content import loading as content
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.audit import System
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.customers import loading
from regulars.server.customers.models import Customer
from regulars.server.facts import actions as facts
from regulars.server.facts import lake
from regulars.server.insight import actions as insight
from regulars.server.opportunities import actions as opportunities
from regulars.server.products import actions as products
from regulars.server.scoring import actions as scoring
from regulars.server.site import (
    careplans,
    drives,
    festive,
    gatherings,
    grievances,
    heard,
    hearsay,
    keepsakes,
    kindness,
    news,
    notice,
    outgoing,
    pipeline,
    pledges,
    points,
    reads,
    roads,
    treats,
    tried,
    worked,
)
from regulars.server.standards import loading as standards
from regulars.server.tiers import actions as tiers
from regulars.server.trade import loading as trade
from regulars.server.training import loading as training

Progress = Callable[[str], None]
DEMO = System("demo")
MOST_TRADING = 600  # organisations of a demo that quotes and invoices are invented for
# Outcome words of the synthetic contacts, in ours.
OUTCOMES = {
    "refused_offer": "not_now",
    "refused_marketing": "refused_all",
    "not_suitable": "not_now",
}
# How each kind of fact is read from the synthetic tables: column -> expression.
FACTS = {
    "transactions": """
        select k.fact_key, t.occurred_at::timestamp as occurred_at,
               (t.occurred_at at time zone '{zone}')::date as local_date, t.amount,
               null::double as quantity, null::bigint as cost, t.order_id,
               t.product::varchar as product_id, t.category::varchar as category,
               t.channel::varchar as channel, t.branch::varchar as branch,
               t.kind::varchar as kind, t.external_id,
               'demo:t:' || row_number() over () as row_key,
               t.occurred_at::timestamp as known_at
        from incoming t join keys k on k.number = t.customer::varchar""",
    "balances": """
        select k.fact_key, t."on", t.account as account_id, t.product::varchar as product_id,
               t.balance, 'demo:b:' || row_number() over () as row_key,
               t."on"::timestamp as known_at
        from incoming t join keys k on k.number = t.customer::varchar""",
    "holdings": """
        select k.fact_key, t.holding as holding_id, t.product::varchar as product_id,
               t.opened_on, t.matures_on, t.closed_on, t.amount,
               'demo:h:' || row_number() over () as row_key,
               t.known_at::timestamp as known_at
        from incoming t join keys k on k.number = t.customer::varchar""",
    "events": """
        select k.fact_key, t.occurred_at::timestamp as occurred_at, t.kind::varchar as kind,
               t.ref::varchar as ref, t.value::double as value,
               'demo:e:' || row_number() over () as row_key,
               t.occurred_at::timestamp as known_at
        from incoming t join keys k on k.number = t.customer::varchar""",
}


def fill(
    *,
    kind: str,
    customers: int,
    seed: int,
    today: date,
    at: datetime,
    progress: Progress,
) -> None:
    """Make the company and load it, score it at several dates, plan the day."""
    progress(f"Imagining a company of {customers:,} customers")
    make = synthetic.bank if kind == "bank" else synthetic.retail
    company = make(customers=customers, seed=seed, until=today - timedelta(days=1))
    progress("Opening branches, books and customer files")
    with scope.everything():
        _company(company, at=at)
        _people(company, at=at)
        notice.publish(name=company.name, name_en=company.name_en, kind=kind, by=DEMO, at=at)
        _customers(company, at=at)
        tiers.install_presets(by=DEMO, at=at)
    progress("Writing two years of facts")
    with scope.everything():
        for name in FACTS:
            _facts(name, company, at=at)
        _touches(company, at=at)
        tried.live(today=today)
    last = today - timedelta(days=1)
    for as_of in _past(last):
        progress(f"Looking back: the base as of {as_of}")
        # The month end is published, so that today can say who fell asleep since.
        published = as_of > add_months(last, -6)
        run = scoring.run_scoring(by=DEMO, at=at, as_of=as_of, publish=published)
        with scope.everything():
            tiers.assign(run, by=DEMO, at=at)
    with scope.everything():
        hearsay.tell(run, kind=kind, today=today, at=at)  # of those at the month end
    progress("Living through the last working days")
    worked.work(today=today, by=DEMO)
    with scope.everything():
        kindness.begin(kind=kind, today=today)
    progress(f"Scoring everybody as of {last}")
    run = scoring.run_scoring(by=DEMO, at=at, as_of=last, publish=True)
    with scope.everything():
        tiers.assign(run, by=DEMO, at=at)
        # The scores are enough to begin with; the rest is learned while people look around.
        scoring.ask_learning(run, by=DEMO, at=at)
        keepsakes.keep(run, kind=kind, at=at)
        _trade(today=today, at=at)
        _content(at=at)
        standards.bring_invented(by=DEMO, at=at)
        careplans.live(run, kind=kind, today=today)
        grievances.live(kind=kind, today=today, at=at)
        heard.live(kind=kind, today=today)
        pipeline.live(kind=kind, today=today, at=at)
    progress("Collecting two years of points")
    with scope.everything():
        points.live(today=today, at=at)
        treats.live(kind=kind, today=today, at=at)
        kindness.thank(today=today)
    outgoing.lines(today=today)
    with scope.everything():
        gatherings.live(kind=kind, today=today, at=at)
    roads.live(run, kind=kind, today=today)
    progress("Making today's lists")
    care.plan(day=today, by=DEMO, at=at)
    with scope.everything():
        opportunities.find(today, by=DEMO, at=at)
        _visits(today=today, at=at)
        pledges.live(run, kind=kind, at=at)
    progress("Sending a month of messages, into a file")
    outgoing.live(kind=kind, today=today, maturing=_maturing(company, today))
    progress("Running a campaign")
    drives.live(kind=kind, today=today, at=at)
    festive.live(today=today, at=at)
    with scope.everything():
        outgoing.note(today=today)
        reads.live(kind=kind, today=today, at=at)
        news.live(kind=kind, today=today, at=at)
    insight.measure_files(by=DEMO, at=at)
    with scope.everything():
        # Tonight's work is done: the first start has nothing to do but serve.
        night = core.ask_job("nightly", at=at, once_key=f"nightly:{today.isoformat()}")
        core.start_job(night, at=at)
        core.end_job(night, at=at)


def _trade(*, today: date, at: datetime) -> None:
    """Quotes, terms, invoices and plans of organisations; enough of them to look at."""
    firms = Customer.objects.filter(kind=Customer.Kind.ORGANIZATION).order_by("number")
    numbers = list(firms.values_list("number", flat=True)[:MOST_TRADING])
    trade.bring_invented(numbers, on=today, by=DEMO, at=at)


def _visits(*, today: date, at: datetime) -> None:
    """Two visits of whoever looks after the most valuable cards of the day, per book."""
    for book in Book.objects.filter(owner__isnull=False).select_related("owner").order_by("pk"):
        assert book.owner is not None
        listed = Card.objects.of_day(today).filter(book=book).order_by("-stake", "pk")
        ends = {0: (time(14, 30), "renewal"), 2: (time(10, 0), "review")}
        for card, (days, (hour, topic)) in zip(listed[:2], ends.items(), strict=False):
            care.plan_visit(
                card.customer, person=book.owner, day=today + timedelta(days=days), hour=hour,
                topic=topic, by=DEMO, at=at,
            )  # fmt: skip


def _content(*, at: datetime) -> None:
    """Texts that somebody wrote and somebody else approved; training by them."""
    head = Person.objects.filter(org_unit__parent=None).order_by("pk")
    writer, approver = head.filter(role="marketer").first(), head.filter(role="leader").first()
    if writer and approver:
        content.bring_invented(writer=writer, approver=approver, at=at)
        managers = Person.objects.filter(role="manager").order_by("pk")
        training.bring_invented(leader=approver, managers=list(managers), at=at)


def _maturing(company: Synthetic, today: date) -> list[str]:
    """Numbers of customers with something that ends within a month."""
    last = today + timedelta(days=30)
    rows = company.holdings.select(["customer", "matures_on", "closed_on"]).to_pylist()
    return sorted(
        {
            str(row["customer"])
            for row in rows
            if row["matures_on"] and today <= row["matures_on"] <= last and not row["closed_on"]
        }
    )


def _past(last: date) -> list[date]:
    """A year ago and the last month end: the matrix compares, and the ladder remembers."""
    ended = month_end(add_months(last, -1))
    return sorted({add_months(last, -12), ended})


def _company(company: Synthetic, *, at: datetime) -> None:
    core.set_up_company(
        name=company.name,
        name_en=company.name_en,
        kind=company.kind,
        time_zone=company.time_zone,
        currency=company.currency,
        is_demo=True,
        by=DEMO,
        at=at,
    )
    years = [at.year - 1, at.year, at.year + 1]
    core.load_calendar(chinese_holidays(years), by=DEMO, at=at)
    rows = company.products.to_pylist()
    for row in rows:
        row["risk_level"] = int(row["risk_level"][1:]) if row["risk_level"] else None
    products.load(rows, by=DEMO, at=at)


def _people(company: Synthetic, *, at: datetime) -> None:
    units: dict[str, OrgUnit] = {}
    head = OrgUnit.objects.get(code="HQ")
    for row in company.org_units.to_pylist():
        if row["kind"] == "head_office":
            units[row["code"]] = head
            continue
        units[row["code"]] = core.add_org_unit(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"] or "",
            parent=units[row["parent"]],
            by=DEMO,
            at=at,
        )
    people: dict[str, Person] = {}
    for row in company.people.to_pylist():
        people[row["username"]] = core.add_person(
            username=row["username"],
            name=row["name"],
            name_en=row["name_en"] or "",
            role=row["role"],
            org_unit=units[row["org_unit"]],
            wecom_userid=row["username"],
            by=DEMO,
            at=at,
        )
    for row in company.books.to_pylist():
        core.add_book(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            org_unit=units[row["org_unit"]],
            owner=people.get(row["owner"]),
            backup=people.get(row["backup"]),
            by=DEMO,
            at=at,
        )


def _customers(company: Synthetic, *, at: datetime) -> None:
    books = dict(Book.objects.values_list("code", "pk"))
    brought = [name for name in loading.COLUMNS if name not in {"note"}]
    loading.load(
        _customer_rows(company, books),
        brought,
        default_book=Book.objects.order_by("pk")[0],
        origin="demo",
        by=DEMO,
        at=at,
    )
    _relations(company)


def _customer_rows(company: Synthetic, books: dict[str, int]) -> Iterator[dict[str, Any]]:
    for batch in company.customers.to_batches(5_000):
        for row in batch.to_pylist():
            consents = {
                channel: row[f"consent_{channel}"]
                for channel in ("sms", "call", "wecom")
                if row[f"consent_{channel}"] is not None
            }
            tolerance = row["risk_tolerance"]
            yield row | {
                "book_id": books[row["book"]],
                "consents": consents,
                "risk_tolerance": int(tolerance[1:]) if tolerance else None,
                "id_tail": (row["id_number"] or row["credit_code"] or "")[-4:],
            }


def _relations(company: Synthetic) -> None:
    """Tie customers. The synthetic row says `customer` is the kind of `other`."""
    with connection.cursor() as db:
        db.execute("create temp table ties (a text, b text, kind text) on commit drop")
        with db.copy("copy ties from stdin") as copy:
            for row in company.relations.to_pylist():
                copy.write_row([row["other"], row["customer"], row["kind"]])
        db.execute(
            "insert into customers_relation (customer_id, other_id, kind) "
            "select a.id, b.id, t.kind from ties t "
            "join customers_customer a on a.number = t.a "
            "join customers_customer b on b.number = t.b where a.id <> b.id "
            "on conflict do nothing"
        )


def _facts(kind: str, company: Synthetic, *, at: datetime) -> None:
    table: pa.Table = getattr(company, kind)
    numbers = table.column("customer").unique().to_pylist()
    known = list(loading.known(numbers))
    db = lake.session()
    db.register("incoming", table)
    db.register(
        "keys",
        pa.table(
            {
                "number": pa.array([number for number, _ in known], pa.string()),
                "fact_key": pa.array([key for _, key in known], pa.int64()),
            }
        ),
    )
    select = FACTS[kind].format(zone=company.time_zone)
    facts.add(kind, select, source="demo", by=DEMO, at=at, fresh=True)
    db.unregister("incoming")
    db.unregister("keys")


def _touches(company: Synthetic, *, at: datetime) -> None:
    channels.load(_contacts(company), origin="demo", by=DEMO, at=at)
    core.refresh_statistics("channels_touch", "customers_relation")
    with connection.cursor() as db:
        # Whoever was spoken with was asked whether the file is still true.
        db.execute(
            "update customers_customer c set confirmed_at = t.at from (select customer_id, "
            "max(at) as at from channels_touch where two_way group by 1) t "
            "where t.customer_id = c.id"
        )


def _contacts(company: Synthetic) -> Iterator[Arrived]:
    for batch in company.interactions.to_batches(10_000):
        for row in batch.to_pylist():
            yield Arrived(
                number=row["customer"],
                at=row["occurred_at"],
                channel=row["channel"],
                outcome=OUTCOMES.get(row["outcome"], row["outcome"]),
                inbound=row["direction"] == "in",
                person=row["person"] or "",
                **_parts(row["note"] or ""),
            )


NOTE = re.compile("说：(?P<note>.*)。需要：(?P<need>.*)。下一步：(?P<next_step>.*)。")


def _parts(note: str) -> dict[str, str]:
    """An invented note as the contact form asks for it: said, need, next step."""
    found = NOTE.fullmatch(note)
    return found.groupdict() if found else {"note": note}
