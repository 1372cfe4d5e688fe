"""A small company with characters, for tests that are sentences.

Willow branch: Wei heads it, Mei manages Li Na and the shop of Zhou. Lake branch: Tao
manages Qian. Mei must not see Qian; Tao must see nobody of Willow. Ana analyses for the
head office and sees everybody; Max does marketing; Ada administers; Aud audits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from regulars.server.core import actions as core
from regulars.server.core.audit import System
from regulars.server.core.models import Book, Company, OrgUnit, Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.server.scoring import actions as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers import actions as tiers

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Shanghai, a Monday
TODAY = date(2026, 11, 23)
TESTS = System("tests")


@dataclass(frozen=True)
class Cast:
    """Everybody of the small company."""

    company: Company
    head_office: OrgUnit
    willow: OrgUnit
    lake: OrgUnit
    mei: Person
    wei: Person
    tao: Person
    lin: Person
    ana: Person
    max: Person
    ada: Person
    aud: Person
    lob: Person
    mei_book: Book
    tao_book: Book
    willow_pool: Book
    li: Customer
    zhou: Customer
    qian: Customer
    everybody: tuple[Person, ...] = ()


def assemble(*, kind: str = "bank") -> Cast:
    """Create the cast in the database; call it inside `scope.everything()`."""
    company = core.set_up_company(
        name="柳湖农商银行", name_en="Willow Lake Bank", kind=kind, by=TESTS, at=NOON
    )
    head = OrgUnit.objects.get(code="HQ")
    willow = unit("B01", "柳溪支行", "Willow", head)
    lake = unit("B02", "湖东支行", "Lake", head)
    mei = person("mei", "陆晓晴", "Lu Xiaoqing", "rm", willow)
    wei = person("wei", "顾文涛", "Gu Wentao", "manager", willow)
    tao = person("tao", "陶然", "Tao Ran", "rm", lake)
    lin = person("lin", "林行长", "Lin", "leader", head)
    ana = person("ana", "程一鸣", "Cheng Yiming", "analyst", head)
    marketer = person("max", "马晓", "Ma Xiao", "marketer", head)
    ada = person("ada", "艾达", "Ada", "administrator", head)
    aud = person("aud", "奥德", "Aud", "auditor", head)
    lob = person("lob", "罗大堂", "Luo", "lobby_manager", willow)
    mei_book = book("K01", "陆晓晴管户", willow, owner=mei)
    tao_book = book("K02", "陶然管户", lake, owner=tao)
    pool = book("P01", "柳溪公共池", willow)
    li = customer("0001", "李娜", mei_book, name_en="Li Na", phone="10100000001")
    zhou = customer("0002", "周记商店", pool, kind="organization", name_en="Zhou's shop")
    qian = customer("0003", "钱振华", tao_book, name_en="Qian Zhenhua", phone="10100000003")
    people = (mei, wei, tao, lin, ana, marketer, ada, aud, lob)
    return Cast(
        company, head, willow, lake, mei, wei, tao, lin, ana, marketer, ada, aud, lob,
        mei_book, tao_book, pool, li, zhou, qian, people,
    )  # fmt: skip


def unit(code: str, name: str, name_en: str, parent: OrgUnit) -> OrgUnit:
    return core.add_org_unit(
        code=code, name=name, name_en=name_en, parent=parent, by=TESTS, at=NOON
    )


def person(username: str, name: str, name_en: str, role: str, place: OrgUnit) -> Person:
    return core.add_person(
        username=username,
        name=name,
        name_en=name_en,
        role=role,
        org_unit=place,
        password="correct horse battery",
        by=TESTS,
        at=NOON,
    )


def book(code: str, name: str, place: OrgUnit, owner: Person | None = None) -> Book:
    return core.add_book(code=code, name=name, org_unit=place, owner=owner, by=TESTS, at=NOON)


def customer(number: str, name: str, book: Book, **fields: Any) -> Customer:
    return customers.add_customer(
        number=number, name=name, book=book, by=TESTS, at=NOON, **fields
    )


def bought(
    cast: Cast, customer: Customer, *days: date, amount: int = 100_00, source: str = "cast"
) -> None:
    """Give a customer one purchase of `amount` fen on each day, through the facts' door."""
    key = FactKey.objects.get(customer=customer).pk
    rows = " union all ".join(
        f"select {key}::bigint as fact_key, timestamp '{day} 02:00:00' as occurred_at, "
        f"date '{day}' as local_date, {amount}::bigint as amount, null::double as quantity, "
        f"null::bigint as cost, '{source}-{key}-{day}' as order_id, "
        "null::varchar as product_id, null::varchar as category, "
        "'pos' as channel, null::varchar as branch, "
        f"'purchase' as kind, null::varchar as external_id, "
        f"'{source}-{key}-{day}-{n}' as row_key, timestamp '{day} 03:00:00' as known_at"
        for n, day in enumerate(days)
    )
    facts.add("transactions", rows, source=source, by=TESTS, at=NOON)


def has_balance(
    cast: Cast,
    customer: Customer,
    *steps: tuple[date, int],
    product: str = "HQ001",
    account: str = "A",
) -> None:
    """State a customer's balance in fen from each day on."""
    key = FactKey.objects.get(customer=customer).pk
    rows = " union all ".join(
        f"""select {key}::bigint as fact_key, date '{day}' as "on",
        '{account}{key}' as account_id, '{product}' as product_id,
        {fen}::bigint as balance, 'b-{account}{key}-{day}' as row_key,
        timestamp '{day} 16:00:00' as known_at"""
        for day, fen in steps
    )
    facts.add("balances", rows, source="cast", by=TESTS, at=NOON)


def scored(cast: Cast, *, as_of: date = TODAY, publish: bool = True) -> Run:
    """Score the cast's facts and sort everybody into the presets' tiers."""
    tiers.install_presets(by=TESTS, at=NOON)
    run = scoring.run_scoring(as_of=as_of, publish=publish, by=TESTS, at=NOON)
    tiers.assign(run, by=TESTS, at=NOON)
    return run
