"""What the people of the demo promised, what they were warned of, and what they did about it.

The last weeks are lived through in their order: promises are made, kept, forgotten; alerts
are raised, taken, closed; the clock runs as it does on a real morning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from zlib import crc32

from regulars.server.alerts import actions as alerts
from regulars.server.alerts.models import Alert
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.promises import actions as promises
from regulars.server.promises.models import Promise
from regulars.server.scoring.models import Run, Score

DEMO = System("demo")
EACH = 10  # promises of one owner
DAYS = 25  # working days that are lived through
TEXTS = (
    ("把一年期存单的书面报价发过去", ""),
    ("三个工作日内答复额度能不能提", ""),
    ("带上开户材料上门一次", ""),
    ("把多收的 36 元手续费退回去", ""),
    ("约网点主任一起见面", "财务经理"),
    ("寄出两份合同，客户签字后带回", ""),
    ("回电说明理财到期后的三种安排", ""),
    ("给客户开通短信到账通知", ""),
)
SHOPS = (
    ("把两件样品送到店里给客户看", ""),
    ("三个工作日内答复缺货的那款", ""),
    ("换掉有瑕疵的那一件", ""),
    ("退回多收的 36 元", ""),
    ("发一份本季新品的价目表", ""),
    ("给客户留 2 张品鉴会的位子", ""),
    ("回电确认送货上门的时间", ""),
)
CLOSED = (
    ("explained", "买房首付，两周后有一笔回款转入。"),
    ("handled", "已上门，续存一年期。"),
    ("handled", "电话聊过，约了下周二见面。"),
    ("unreached", "三次没接，改约短信。"),
)
Moment = tuple[datetime, int, Callable[[], object]]  # when, and in which order at one moment


def live(run: Run, *, kind: str, at: datetime) -> None:
    """Play the last weeks through up to now."""
    days = _days(core.local_date(at))
    played = [*_promised(run, days, shop=kind != "bank"), *_clock(days, at)]
    for moment, _order, act in sorted(played, key=lambda each: each[:2]):
        if moment < at:
            act()
    for _turn in range(2):  # this morning's: some are taken already, few of them closed
        _people_work(at)


def _days(today: date) -> list[date]:
    """The last working days up to today, oldest first."""
    work, day, found = core.work_calendar(), today, list[date]()
    while len(found) < DAYS:
        if work.is_workday(day):
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), core.time_zone())


def _dice(what: str, sides: int) -> int:
    """A number that looks thrown, and is the same each time."""
    return crc32(what.encode()) % sides


def _promised(run: Run, days: list[date], *, shop: bool) -> Iterator[Moment]:
    """Each owner promises a few things to their best customers; most are kept."""
    work = core.work_calendar()
    texts = SHOPS if shop else TEXTS
    for book in Book.objects.filter(owner__is_active=True).select_related("owner"):
        best = Score.objects.filter(run=run, customer__book=book, value__gt=0)
        chosen = best.order_by("-value", "customer").values_list("customer", flat=True)[:EACH]
        known = Customer.objects.select_related("book").in_bulk(list(chosen))
        for n, customer in enumerate(known[pk] for pk in chosen):
            seed = f"{book.code}/{n}"
            made = days[_dice(f"{seed}/day", len(days) - 1)]
            due = work.add_workdays(made, 1 + _dice(f"{seed}/due", 7))
            yield from _one(customer, texts[_dice(seed, len(texts))], made, due, seed)


def _one(
    customer: Customer, said: tuple[str, str], made: date, due: date, seed: str
) -> Iterator[Moment]:
    text, to_whom = said
    by, held = customer.book.owner or DEMO, list[Promise]()
    to_whom = to_whom if customer.is_organization else ""
    hour = time(16) if _dice(f"{seed}/hour", 4) == 0 else None
    start = _at(made, 10, _dice(seed, 60))

    def make() -> None:
        held.append(
            promises.make(
                customer, text=text, to_whom=to_whom, due_on=due, due_hour=hour,
                by=by, at=start,
            )
        )  # fmt: skip

    yield start, 1, make
    fate, ends = _dice(f"{seed}/fate", 12), _at(due, 9, 10 + _dice(seed, 50))
    if fate == 0:  # forgotten, and owed still
        return
    if fate == 1:  # a day late
        late = _at(core.work_calendar().add_workdays(due, 1), 11)
        yield late, 3, lambda: promises.keep(held[0], by=by, at=late)
    elif fate == 2:
        told = "客户改了安排，已当面说明。"
        yield (
            ends,
            3,
            lambda: promises.withdraw(held[0], reason=told, by=by, at=ends),
        )
    else:
        yield ends, 3, lambda: promises.keep(held[0], by=by, at=ends)


def _clock(days: list[date], at: datetime) -> Iterator[Moment]:
    """Each hour of the last days: people deal with some, and the clock with the rest."""
    for day in days:
        for hour in range(9, 19):
            yield _at(day, hour), 4, partial(promises.lapse, by=DEMO, at=_at(day, hour))
    for day in days[-3:]:
        for hour in range(9, 19):
            moment = _at(day, hour, 30)
            yield moment, 5, partial(_people_work, moment)
            yield moment, 6, partial(alerts.escalate, by=DEMO, at=moment)


def _people_work(at: datetime) -> None:
    """Some of those who hold an alert take it within the hour; some close what they took."""
    held = Alert.objects.live().filter(holder__isnull=False, raised_at__lte=at)
    for alert in held.select_related("holder"):
        holder = alert.holder or Person()
        chance = _dice(f"{alert.key}/{alert.state}/{at:%d%H}/{holder.pk}", 9)
        if alert.state == Alert.State.OPEN and chance == 1:
            alerts.acknowledge(alert, by=holder, at=at)
        elif alert.state == Alert.State.ACKNOWLEDGED and chance == 0:
            outcome, note = CLOSED[_dice(alert.key, len(CLOSED))]
            alerts.close(alert, outcome=outcome, note=note, by=holder, at=at)
