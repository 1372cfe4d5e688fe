"""Trade of invented organisations, for a demo: the same for the same numbers and day.

Most pay in time, some a few days late, few not at all; some terms end soon, some have ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zlib import crc32

from django.db import transaction

from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer, Relation
from regulars.server.trade.loading.contacts import ContactRow, bring_contacts
from regulars.server.trade.loading.deals import QuoteRow, TermsRow, bring_quotes, bring_terms
from regulars.server.trade.loading.invoices import InvoiceRow, bring_invoices
from regulars.server.trade.models import BusinessProfile, JointPlan

FAMILY = "何吕施张孔曹严华金魏陶姜"
GIVEN = ["建国", "晓梅", "志强", "丽华", "文博", "海燕", "俊杰", "秀兰", "立新", "春生"]
PARTS = (
    ("总经理", "decides", "for", "三年总成本要讲清楚"),
    ("财务经理", "influences", "neutral", "账期能不能到 60 天"),
    ("采购主管", "buys", "neutral", "每季度比一次价"),
    ("车间主任", "uses", "for", "换人以后响应慢了"),
    ("办公室主任", "gatekeeper", "", "约见先找他"),
    ("副总经理", "opponent", "against", "更习惯原来的合作方"),
)
CONCERNS = (
    *(
        "旺季前 24 小时内到账",
        "三年总成本，不只看今天的价",
        "账期能到 60 天",
        "换人以后还能找到人",
    ),
    *("一家银行办完所有业务", "汇率不要大起大落", "放款快，材料少", ""),
)
HABITS = (
    "每季度比一次价，由采购主管签字。",
    "年初谈全年，年中只调账期。",
    "急单多，先打电话再补合同。",
)
AIMS = (
    ("给上下游一起做结算方案", "约双方财务碰一次头"),
    ("联合给员工办工资卡和补充保障", "把方案草稿发给两边"),
    ("共建一个产业园区的收款平台", "去园区现场看一次"),
)
MOST_PARTNERS = 12  # pairs of the demo that work together


@dataclass(frozen=True)
class _Dice:
    """Numbers that look thrown, and are the same each time."""

    number: str

    def throw(self, what: str, sides: int) -> int:
        return crc32(f"{self.number}/{what}".encode()) % sides


@transaction.atomic
def bring_invented(
    organizations: Sequence[str], *, on: date, by: Actor, at: datetime
) -> dict[str, int]:
    """Give organisations, by customer number, contacts, quotes, terms, a year of invoices
    and a bargaining profile; and tie some of them as partners with a joint plan.

    Returns how many of each kind were added. Needs a transaction of the system itself.
    """
    dice = [_Dice(number) for number in organizations]
    contacts = (row for one in dice for row in _contacts(one))
    quotes = (row for one in dice for row in _quotes(one, on))
    terms = (row for one in dice for row in _terms(one, on))
    invoices = (row for one in dice for row in _invoices(one, on))
    return {
        "contacts": bring_contacts(contacts, origin="demo", by=by, at=at).added,
        "quotes": bring_quotes(quotes, origin="demo", by=by, at=at).added,
        "terms": bring_terms(terms, origin="demo", by=by, at=at).added,
        "invoices": bring_invoices(invoices, origin="demo", by=by, at=at).added,
        "profiles": _profiles(dice, at=at),
        "plans": _plans(dice, on=on, at=at),
    }


def _profiles(dice: Sequence[_Dice], *, at: datetime) -> int:
    known = Customer.objects.in_bulk([one.number for one in dice], field_name="number")
    power, focus, size = (
        BusinessProfile.Power.values, BusinessProfile.Focus.values, BusinessProfile.Size.values,
    )  # fmt: skip
    made = []
    for one in dice:
        if (customer := known.get(one.number)) is None:
            continue
        customer.key_concern = CONCERNS[one.throw("concern", len(CONCERNS))]
        made.append(
            BusinessProfile(
                customer=customer,
                bargaining_power=power[one.throw("power", len(power))],
                focus=focus[one.throw("focus", len(focus))],
                size=size[one.throw("size of it", len(size))],
                habit=HABITS[one.throw("buying", len(HABITS))],
                yearly_volume=Decimal(100_000 * (2 + one.throw("volume", 80))),
                updated_at=at,
            )
        )
    before = BusinessProfile.objects.count()
    BusinessProfile.objects.bulk_create(made, batch_size=2_000, ignore_conflicts=True)
    Customer.objects.bulk_update(known.values(), ["key_concern"], batch_size=2_000)
    return BusinessProfile.objects.count() - before


def _plans(dice: Sequence[_Dice], *, on: date, at: datetime) -> int:
    """Neighbours in one book become partners; every other pair has a plan."""
    if Relation.objects.filter(kind="partner", source="demo").exists():
        return 0
    numbers = [one.number for one in dice]
    found = Customer.objects.filter(number__in=numbers).order_by("book", "number")
    firms = list(found.select_related("book"))
    pairs = [
        (one, other)
        for one, other in zip(firms[::2], firms[1::2], strict=False)
        if one.book_id == other.book_id and one.book.owner_id
    ][:MOST_PARTNERS]
    Relation.objects.bulk_create(
        Relation(
            customer_id=min(one.pk, other.pk), other_id=max(one.pk, other.pk), kind="partner",
            source="demo", noted_on=on,
        )
        for one, other in pairs
    )  # fmt: skip
    made = [
        JointPlan(
            customer=one, partner=other, aim=AIMS[n % len(AIMS)][0],
            next_step=AIMS[n % len(AIMS)][1], next_on=on + timedelta(days=3 * n),
            owner_id=one.book.owner_id, noted_at=at,
        )
        for n, (one, other) in enumerate(pairs[::2])
    ]  # fmt: skip
    return len(JointPlan.objects.bulk_create(made))


def _contacts(dice: _Dice) -> Iterator[ContactRow]:
    first = dice.throw("family", len(FAMILY))
    for n, (title, role, attitude, note) in enumerate(PARTS[: 2 + dice.throw("people", 4)]):
        family = FAMILY[(first + 5 * n) % len(FAMILY)]
        name = family + GIVEN[dice.throw(f"given{n}", len(GIVEN))]
        # 101 is a beginning that no phone in the country has.
        phone = f"101{dice.throw(f'phone{n}', 10**8):08d}"
        yield ContactRow(
            dice.number, name, title=title, phone=phone, role=role, attitude=attitude, note=note
        )


def _quotes(dice: _Dice, on: date) -> Iterator[QuoteRow]:
    began = _began(dice, on)
    total = Decimal(20_000 + 1000 * dice.throw("size", 400))
    yield QuoteRow(
        dice.number,
        f"{began:%Y%m}-01",
        began - timedelta(days=20),
        total,
        began,
        state="accepted",
    )
    if dice.throw("again", 2):
        made = on - timedelta(days=dice.throw("made", 25))
        yield QuoteRow(
            dice.number, f"{made:%Y%m}-02", made, total * 2, made + timedelta(days=30)
        )


def _terms(dice: _Dice, on: date) -> Iterator[TermsRow]:
    began = _began(dice, on)
    yield TermsRow(
        dice.number,
        began,
        began + timedelta(days=364),
        discount=Decimal(2 + dice.throw("discount", 9)),
        credit_limit=Decimal(50_000 * (1 + dice.throw("credit", 20))),
        payment_days=(15, 30, 45, 60)[dice.throw("days", 4)],
        quote=f"{began:%Y%m}-01",
    )


def _invoices(dice: _Dice, on: date) -> Iterator[InvoiceRow]:
    days = (15, 30, 45, 60)[dice.throw("days", 4)]
    habit = dice.throw("habit", 12) - 8
    for n in range(12):
        issued = on - timedelta(days=30 * n + dice.throw("day", 20) + 1)
        due = issued + timedelta(days=days)
        amount = Decimal(3000 + 100 * dice.throw(f"amount{n}", 900))
        paid_on = max(issued, due + timedelta(days=habit + dice.throw(f"late{n}", 9) - 4))
        owes = n in (3, 4) and dice.throw("owes", 20) == 0
        yield InvoiceRow(
            dice.number,
            f"{issued:%Y%m}{n:02d}",
            issued,
            due,
            amount,
            paid_on=None if owes or paid_on > on else paid_on,
        )


def _began(dice: _Dice, on: date) -> date:
    """Terms of a year that end from three weeks ago to eleven months ahead."""
    return on - timedelta(days=385 - dice.throw("began", 350))
