"""Who fills in the fields of a message that lie below: each for many customers at once."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from regulars.server.content.rules.message_fields import Field, Situation, Use, add
from regulars.server.content.rules.salutation import salutation
from regulars.server.content.rules.shape import Words
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import queries as facts
from regulars.server.products import queries as products
from regulars.server.scoring import queries as scoring
from regulars.server.tiers import queries as tiers

AHEAD = 60  # days in which a holding counts as maturing soon
Values = dict[int, dict[str, Any]]
FIELDS = (
    Field("customer.salutation", Words("称呼（钱先生）", "How one speaks to them"), "钱先生"),
    Field("customer.name", Words("客户姓名", "Name of the customer"), "钱振华"),
    Field("customer.birthday", Words("下一个生日", "Next birthday"), date(2026, 12, 1), "date"),
)
OWN = (
    Field("rm.name", Words("客户经理姓名", "Name of the relationship manager"), "陆晓晴"),
    Field("rm.email", Words("客户经理邮箱", "Their e-mail"), "lu@bank.example"),
    Field("branch.name", Words("网点名称", "Name of the branch"), "柳溪支行"),
    Field("company.name", Words("本公司名称", "Name of our company"), "柳湖银行"),
)
MATURING = (
    Field(
        "maturity.product", Words("到期产品", "Product that matures"), "三年定期",
        purposes=("service",),
    ),
    Field(
        "maturity.date", Words("到期日", "Day it matures"), date(2026, 12, 8), "date",
        purposes=("service",),
    ),
    Field(
        "maturity.amount", Words("到期金额", "Amount that matures"), Decimal(50_000), "money",
        purposes=("service",),
    ),
)  # fmt: skip
TIER = Field("tier.name", Words("客户等级", "Tier of the customer"), "金卡")
NEXT = Field(
    "next.product", Words("可能需要的产品（算出来的）", "Product they may need (computed)"),
    "养老年金", use=Use.SCORED, purposes=("marketing",),
)  # fmt: skip
# Known, but never said in a message: the last digits of an identity card.
ID_TAIL = Field(
    "customer.id_tail", Words("证件尾号", "End of the ID number"), "", use=Use.SENSITIVE
)


def register() -> None:
    """Tell of the fields that this floor and those below can fill in."""
    add(*FIELDS, provider=of_file)
    add(ID_TAIL, provider=of_file)
    add(*OWN, provider=of_us)
    add(TIER, provider=of_tier)
    add(NEXT, provider=of_next)
    add(*MATURING, provider=of_maturity)


def of_file(customers: Sequence[Customer], asked: Situation) -> Values:
    """What stands in the file itself."""
    return {one.pk: _file(one, asked) for one in customers}


def _file(one: Customer, asked: Situation) -> dict[str, Any]:
    zh = asked.language == "zh"
    said = salutation(
        one.name, one.name_en, gender=one.gender, is_organization=one.is_organization, zh=zh
    )
    found: dict[str, Any] = {"customer.salutation": said, "customer.name": _named(one, zh=zh)}
    if one.birth_date:
        found["customer.birthday"] = next_birthday(one.birth_date, asked.today)
    return _known(found)


def next_birthday(born: date, today: date) -> date:
    """The next one, today's included; who was born on a leap day has it on 28 February."""
    for year in (today.year, today.year + 1):
        leap = born.month == 2 and born.day == 29
        day = date(year, 2, 28) if leap and not isleap(year) else born.replace(year=year)
        if day >= today:
            break
    return day


def of_us(customers: Sequence[Customer], asked: Situation) -> Values:
    """Who looks after them, and where: the owner of the book, else who stands in."""
    zh, company = asked.language == "zh", core.company()
    ours = _named(company, zh=zh) if company else ""
    found = {}
    for one in customers:
        book = one.book
        manager: Person | None = book.owner or book.backup
        values = {"company.name": ours, "branch.name": _named(book.org_unit, zh=zh)}
        if manager is not None:
            values |= {"rm.name": _named(manager, zh=zh), "rm.email": manager.email}
        found[one.pk] = _known(values)
    return found


def of_tier(customers: Sequence[Customer], asked: Situation) -> Values:
    """The tier beside the customer's name."""
    marks = tiers.tiers_of([one.pk for one in customers])
    return {pk: {"tier.name": mark.name} for pk, mark in marks.items() if mark.name}


def of_next(customers: Sequence[Customer], asked: Situation) -> Values:
    """The first product that the last run suggests; none for who refused profiling."""
    found = scoring.suggestions_of(asked.viewer, [one.pk for one in customers])
    names = products.names()
    return {
        pk: {"next.product": names[first.product_code]}
        for pk, suggestions in found.items()
        if (first := suggestions[0]).product_code in names
    }


def of_maturity(customers: Sequence[Customer], asked: Situation) -> Values:
    """The first holding that matures from today on."""
    ids = [one.pk for one in customers]
    stop = asked.today + timedelta(days=AHEAD)
    names = products.names()
    found: Values = {}
    for pk, held in facts.maturing_of(asked.viewer, ids, asked.today, stop):
        if held.closed_on is not None or pk in found:
            continue
        found[pk] = _known(
            {
                "maturity.product": names.get(held.product, ""),
                "maturity.date": held.matures_on,
                "maturity.amount": held.amount,
            }
        )
    return found


def _named(one: Any, *, zh: bool) -> str:
    """A name in the message's language, whatever the reader's."""
    name, name_en = str(one.name), str(one.name_en)
    return name if name and (zh or not name_en) else name_en


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in values.items() if value not in ("", None)}
