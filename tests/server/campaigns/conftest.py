"""A short way to a campaign that runs: Max plans it, Ada approves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.server.content.test_messages import approved, message

from regulars.server.campaigns import actions
from regulars.server.campaigns.actions import StepTold
from regulars.server.campaigns.models import Campaign, Member
from regulars.server.channels import actions as channels
from regulars.server.core.models import Book
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.models import Delivery, Line
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer

Make = Callable[..., Campaign]
HELLO = {"zh": "{{ customer.salutation }}，金秋存单开售。", "en": "New deposits."}
B = {"text": {"zh": "{{ customer.salutation }}，秋天的存单来了。", "en": "Deposits of autumn."}}


@pytest.fixture
def sms(as_system: Cast) -> Line:
    return line("sms")


@pytest.fixture
def post(as_system: Cast) -> Line:
    return line("email")


def line(channel: str) -> Line:
    return delivery.add_line(
        name=f"{channel}文件", kind_code="console", channel=channel, given={}, by=TESTS, at=NOON
    )


def text(cast: Cast, channel: str = "sms", **more: Any) -> str:
    """An approved message; its code."""
    given = {"purpose": "marketing", "channel": channel, "text": HELLO} | more
    if channel == "email":
        given["subject"] = {"zh": "金秋", "en": "Autumn"}
    return approved(cast, message(given.pop("text"), **given)).text.code


def people(
    cast: Cast, count: int, *, agreed: bool = True, book: Book | None = None, **fields: Any
) -> list[Customer]:
    """Customers with a number of their own, who said yes to marketing."""
    made = []
    held = Customer.objects.count()
    for n in range(held, held + count):
        who = customer(
            f"9{n:05d}", f"王{n}", book or cast.mei_book,
            **{"phone": f"101{n:08d}", "email": f"c{n}@customers.example", **fields},
        )  # fmt: skip
        if agreed:
            agree(who)
        made.append(who)
    return made


def agree(who: Customer, *ways: str) -> None:
    for channel in ways or ("sms", "email", "call"):
        channels.record_consent(
            who, purpose="marketing", channel=channel, said="given", source="form",
            evidence="F-1", by=TESTS, at=NOON - timedelta(days=30),
        )  # fmt: skip


def group(cast: Cast, who: Sequence[Customer], name: str = "秋粮户") -> Segment:
    made = segments.make_group(name=name, by=cast.max, at=NOON, sharing="everybody")
    segments.add_members(made, [one.pk for one in who], by=cast.max, at=NOON)
    return made


@pytest.fixture
def planned(as_system: Cast) -> Make:
    """A draft of Max's with all that it needs; people are left alone where a test says so."""

    def make(
        who: Sequence[Customer],
        *steps: StepTold,
        name: str = "金秋存单",
        waves: Sequence[tuple[date, int]] = (),
        segment: Segment | None = None,
        **told: Any,
    ) -> Campaign:
        given = {
            "goal": "把到期的钱留下来", "starts_on": TODAY, "holdout": 0.0,
            "ends_on": TODAY + timedelta(days=30),
        } | told  # fmt: skip
        made = actions.begin(
            name, by=as_system.max, at=NOON,
            segment=segment or group(as_system, who, f"{name}名单"), **given,
        )  # fmt: skip
        if steps:
            actions.set_steps(made, steps, by=as_system.max, at=NOON)
        if waves:
            actions.set_waves(made, waves, by=as_system.max, at=NOON)
        return made

    return make


@pytest.fixture
def running(as_system: Cast, planned: Make) -> Make:
    """The same, approved by Ada and launched."""

    def make(*given: Any, at: datetime = NOON, **told: Any) -> Campaign:
        return go(as_system, planned(*given, **told), at=at)

    return make


def go(cast: Cast, made: Campaign, *, at: datetime = NOON) -> Campaign:
    actions.submit(made, by=cast.max, at=at)
    actions.approve(made, by=cast.ada, at=at)
    actions.launch(made, by=cast.max, at=at)
    made.refresh_from_db()
    return made


def tick(made: Campaign, at: datetime = NOON) -> int:
    """One minute of the clock."""
    made.refresh_from_db()
    return actions.advance(made, by=TESTS, at=at)


def later(days: float) -> datetime:
    return NOON + timedelta(days=days)


def stands(made: Campaign) -> dict[str, int]:
    """How many members are in each state."""
    found: dict[str, int] = {}
    for state in Member.objects.filter(campaign=made).values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def ended(state: str, *who: Customer, reason: str = "", at: datetime = NOON) -> None:
    """The provider, or a rule, says what became of messages to some."""
    rows = Delivery.objects.filter(customer__in=who, state="waiting")
    told: dict[str, Any] = {"state": state, "ended_at": at, "reason": reason, "news_at": at}
    if state == "kept":
        told["rule"] = "consent"
    if state in ("sent", "delivered", "unknown", "limited"):
        told["begun_at"] = at
    rows.update(**told)


def member(made: Campaign, who: Customer) -> Member:
    return Member.objects.get(campaign=made, customer=who)
