"""Who recommended the company of the demo to whom: a year of friends, lived in their order.

Friends are people of their own, who were no customers before: they leave a name, are called,
met, open an account or do not. What is theirs follows from their number, so that the demo is
the same each time. `begin` comes before the scores, which then know the new customers;
`thank` comes once there are points to give.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.server.loyalty import actions as loyalty
from regulars.server.referrals import actions
from regulars.server.referrals.actions import Friend, Word
from regulars.server.referrals.models import Referral, Reward
from regulars.server.rewards import actions as rewards
from regulars.server.site.dice import draw
from regulars.server.site.kindness_stories import FAMILY, GIVEN, LOOKS, LOST, SAID

DEMO = System("demo")
BACK = 300  # days over which the past ones are spread
EACH = 4  # referrers of one book
PAST = 40
WINDOW = 90
COUPONS = 130  # so many days ago the newer rule began


@dataclass(frozen=True)
class Friendly:
    """A customer who recommends us, and who looks after them."""

    customer: Customer
    owner: Person


def begin(*, kind: str, today: date) -> None:
    """Adopt the rule, and live through the friends of a year up to this morning."""
    known = list(_known())
    if not known:
        return
    _rule(today)
    came: list[tuple[Referral, date]] = []
    for n in range(min(PAST, 2 * len(known))):
        day = _workday(today - timedelta(days=8 + (PAST - n) * BACK // PAST))
        # Some recommend us again and again, most of them once.
        one = known[draw(f"friend/who/{n}") % max(1, len(known) if n % 3 else len(known) // 3)]
        if (found := _lived(n, one, day)) is not None:
            came.append((found, day + timedelta(days=9 + draw(f"friend/wait/{n}") % 20)))
    _deeds([each for each in came if each[1] < today], kind=kind, today=today)
    for day in sorted({_month_after(on) for _found, on in came if on < today}):
        actions.keep(by=DEMO, at=_at(min(day, today), 7))
    _open_ones(known, today)
    _told(today)


def thank(*, today: date) -> None:
    """Give what is due: most friends collect points by now, a few do not."""
    due = Reward.objects.filter(state=Reward.State.DUE).select_related("referral")
    for reward in due.order_by("made_at", "pk"):
        at = max(reward.made_at, _at(today, 6) - timedelta(days=BACK)) + timedelta(days=1)
        referral = Referral.objects.select_related("referrer", "friend").get(
            pk=reward.referral_id
        )
        for who in (referral.referrer, referral.friend):
            if who is not None and draw(f"member/{who.number}") < 85:
                loyalty.join(who, by=DEMO, at=at)
        actions.reward(referral, by=DEMO, at=at)
    _told(today)


def _month_after(day: date) -> date:
    """Each morning's job would find the same: once a month is quicker to live through."""
    return add_months(day.replace(day=1), 1)


def _rule(today: date) -> None:
    marketer = Person.objects.filter(role="marketer", is_active=True).order_by("pk").first()
    start = today - timedelta(days=BACK + 30)
    at = _at(start, 10)
    draft = actions.draft(
        name="老友带新友", name_en="A friend brings a friend", event="purchase",
        window_days=WINDOW, referrer_way="points", referrer_amount=800,
        friend_way="points", friend_amount=300, most=10, most_days=365,
        valid_from=start, by=marketer or DEMO, at=at,
    )  # fmt: skip
    leader = Person.objects.filter(role="leader", is_active=True).order_by("pk").first()
    actions.adopt(draft, by=leader or marketer or DEMO, at=at + timedelta(hours=3))
    _newer_rule(today, by=leader or marketer or DEMO)


def _newer_rule(today: date, *, by: Person | System) -> None:
    """Since some months friends get a coupon at once: few collected points when they came."""
    start = today - timedelta(days=COUPONS)
    at = _at(start - timedelta(days=10), 10)
    kind = rewards.write_kind(
        name="新朋友礼券", name_en="A coupon for new friends", what="value", value=Decimal(50),
        unit_cost=Decimal(45), condition="referral", days=90, by=DEMO, at=at,
    )  # fmt: skip
    batch = rewards.make_batch(kind, name="老友带新友", size=80, by=DEMO, at=at)
    draft = actions.draft(
        name="老友带新友（礼券）", name_en="A friend brings a friend, with a coupon",
        event="purchase", window_days=WINDOW, referrer_way="points", referrer_amount=800,
        friend_way="coupon", friend_thing=batch.public_id, friend_amount=1, most=10,
        most_days=365, valid_from=start, by=by, at=at,
    )  # fmt: skip
    actions.adopt(draft, by=by, at=at + timedelta(hours=3))


def _lived(n: int, one: Friendly, day: date) -> Referral | None:
    """One friend from the name to the end; returns those who become customers."""
    at = _at(day, 9 + n % 8, 7 * n % 60)
    made = _came(n, one, at)
    if made is None:
        return None
    slow = n % 11 == 7
    heard = _later(at, 2 if slow else 0, 17)
    actions.contacted(made, by=one.owner, at=heard, words=SAID[n % len(SAID)])
    ends = n % 5
    if ends == 3:
        reason, words = LOST[n % len(LOST)]
        actions.lose(made, reason=reason, words=words, by=one.owner, at=_later(at, 4, 11))
        return None
    if ends == 4 and n % 2:
        return None  # nobody hears of them again: the time of the rule runs out
    actions.met(made, by=one.owner, at=_later(at, 4, 15))
    return made


def _came(n: int, one: Friendly, at: datetime) -> Referral | None:
    """By the link on most days, told to whoever looks after the customer on others."""
    friend = _friend(n)
    if n % 3 == 2:
        word = Word("wecom", f"{at:%m月%d日}微信回复：可以，让他联系我", ("call", "wecom"))
        return actions.take_in(one.customer, friend, word, by=one.owner, at=at)
    link = actions.link_of(one.customer, by=one.owner, at=at - timedelta(days=2))
    if link.handed_at is None:
        actions.show(link, shows=("family", "nothing", "name")[n % 3], by=one.owner, at=at)
        actions.hand_over(link, by=one.owner, at=at - timedelta(days=2))
    for other in range(1 + draw(f"opened/{n}") % 4):
        actions.opened(
            link, address=f"203.0.113.{n}", agent=f"phone {other}", own=False, at=at
        )  # documentation addresses: nobody's
    actions.by_link(
        link, friend, way="code" if n % 6 == 1 else "link", channels=("call", "wecom"),
        book=None, address=f"203.0.113.{n}", agent="phone 0", at=at,
    )  # fmt: skip
    found = Referral.objects.filter(link=link, received_at=at).order_by("-pk").first()
    return found if found is not None and found.state == "received" else None


def _open_ones(known: Sequence[Friendly], today: date) -> None:
    """What stands on the desk this morning, in every state that a friend can be in."""
    begins = [(1, 16), (1, 11), (3, 10), (5, 15), (6, 9), (8, 14)]
    for n, (days, hour) in enumerate(begins, PAST):
        # Two in each of the fullest books.
        one = known[((n - PAST) // 2 * EACH + n % 2) % len(known)]
        at = _at(_workday(today - timedelta(days=days)), hour, 20)
        made = _came(n, one, at)
        if made is None:
            continue
        if n - PAST in {3, 5}:
            actions.contacted(made, by=one.owner, at=_later(at, 1, 10), words=SAID[n % 4])
        if n - PAST == 5:
            actions.met(made, by=one.owner, at=_later(at, 2, 15))
    _odd_ones(known, today)
    actions.rise(by=DEMO, at=_at(today, 7))


def _odd_ones(known: Sequence[Friendly], today: date) -> None:
    """One from the referrer's own phone, and one who shares a number with the referrer."""
    day = _workday(today - timedelta(days=2))
    one = known[1 % len(known)]
    link = actions.link_of(one.customer, by=one.owner, at=_at(day, 9))
    actions.opened(link, address="203.0.113.200", agent="own phone", own=True, at=_at(day, 9))
    friend = _friend(PAST + 30)
    actions.by_link(
        link, friend, way="link", channels=("call",), book=None, address="203.0.113.200",
        agent="own phone", at=_at(day, 10, 40),
    )  # fmt: skip
    other = next((each for each in known[2:] if each.customer.phone), None)
    if other is not None:
        twin = Friend(_friend(PAST + 31).name, other.customer.phone, "", LOOKS[2])
        word = Word("referrer", "客户说已问过本人")
        actions.take_in(other.customer, twin, word, by=other.owner, at=_at(day, 15, 5))


def _deeds(came: Sequence[tuple[Referral, date]], *, kind: str, today: date) -> None:
    """What those who stayed bought since, and at a bank what they hold."""
    bought, held = [], []
    keys = dict(
        FactKey.objects.filter(customer__in=[one.friend_id for one, _on in came]).values_list(
            "customer", "fact_key"
        )
    )
    for one, on in came:
        if one.friend_id is None:
            continue
        key, seed = keys[one.friend_id], f"deeds/{one.friend_id}"
        day, count = on, 0
        while day < today and count < 40:
            amount = 8_000 + draw(f"{seed}/{count}") * 1_900
            bought.append(_bought(key, day, amount, count))
            day += timedelta(days=4 + draw(f"{seed}/gap/{count}") % 16)
            count += 1
        if kind == "bank":
            held.append(_held(key, on, (30 + draw(seed) * 3) * 1_000_00))
    if bought:
        facts.add("transactions", " union all ".join(bought), source="friends", by=DEMO,
                  at=_at(today, 0))  # fmt: skip
    if held:
        facts.add("balances", " union all ".join(held), source="friends", by=DEMO,
                  at=_at(today, 0))  # fmt: skip


def _bought(key: int, day: date, amount: int, n: int) -> str:
    return (
        f"select {key}::bigint as fact_key, timestamp '{day} 04:30:00' as occurred_at, "
        f"date '{day}' as local_date, {amount}::bigint as amount, null::double as quantity, "
        f"null::bigint as cost, 'F{key}-{n}' as order_id, null::varchar as product_id, "
        "'groceries' as category, 'pos' as channel, null::varchar as branch, "
        "'purchase' as kind, null::varchar as external_id, "
        f"'friend:{key}:{n}' as row_key, timestamp '{day} 05:00:00' as known_at"
    )


def _held(key: int, day: date, fen: int) -> str:
    return (
        f"select {key}::bigint as fact_key, date '{day}' as \"on\", 'F{key}' as account_id, "
        f"null::varchar as product_id, {fen}::bigint as balance, "
        f"'friend:{key}' as row_key, timestamp '{day} 16:00:00' as known_at"
    )


def _told(today: date) -> None:
    """Who referred heard of what is older than a week."""
    before = _at(today, 0) - timedelta(days=7)
    rows = Referral.objects.filter(steps__tell=True, steps__at__lt=before).distinct()
    for row in rows.select_related("referrer__book__owner").order_by("pk"):
        newest = row.steps.order_by("-at").first()
        if newest is None or newest.at >= before or row.referrer is None:
            continue
        owner = row.referrer.book.owner
        actions.told(row, by=owner or DEMO, at=newest.at + timedelta(days=1))


def _known() -> Iterator[Friendly]:
    """Customers who could recommend us, the fullest book first: visitors open that one."""
    books = Book.objects.filter(owner__is_active=True).select_related("owner")
    full = books.annotate(of=Count("customers")).order_by("-of", "pk")
    for book in full[:12]:
        persons = Customer.objects.filter(
            book=book, state=Customer.State.ACTIVE, kind=Customer.Kind.PERSON
        )
        for customer in persons.select_related("book__owner").order_by("number")[:EACH]:
            if customer.book.owner is not None:
                yield Friendly(customer, customer.book.owner)


def _friend(n: int) -> Friend:
    name = FAMILY[draw(f"family/{n}") % len(FAMILY)] + GIVEN[draw(f"given/{n}") % len(GIVEN)]
    # 101 and eight digits: numbers that nobody has.
    return Friend(name, f"101{77_000_000 + n * 137:08}", "", LOOKS[n % len(LOOKS)])


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), core.time_zone())


def _later(at: datetime, days: int, hour: int) -> datetime:
    day = core.work_calendar().add_workdays(core.local_date(at), days)
    return max(_at(day, hour), at + timedelta(minutes=25))


def _workday(day: date) -> date:
    calendar = core.work_calendar()
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day
