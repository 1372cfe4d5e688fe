"""A bank with a mail server that really answers, and customers who agreed to its letters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.server.channels import actions as channels
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.testing.cast import NOON, TESTS, Cast, assemble, customer
from regulars.testing.providers.mail import MailServer

TOMORROW = NOON + timedelta(days=1)
MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # nine in Shanghai: the quiet hours are over


class Office:
    """A bank that writes letters: one line, and as many customers as are asked for."""

    def __init__(self, cast: Cast, server: MailServer, settings: Any) -> None:
        settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
        settings.CSRF_TRUSTED_ORIGINS = ["https://crm.example.com"]
        self.cast, self.server = cast, server
        self.now = NOON
        self.line = self.add_line("mail")

    def add_line(self, name: str, **more: Any) -> Line:
        more = {"connections": 2} | more
        with scope.everything():
            return actions.add_line(
                name=name, kind_code="smtp", given=self.server.settings(), by=TESTS, at=NOON,
                **more,
            )  # fmt: skip

    def people(self, count: int, *, agreed: bool = True, **fields: Any) -> list[Customer]:
        """Customers with an address of their own, who said yes to letters."""
        made = []
        with scope.everything():
            held = Customer.objects.count()
            for number in range(held, held + count):
                who = customer(
                    f"9{number:05d}", f"王{number}", self.cast.mei_book,
                    **{"email": f"c{number}@customers.example", **fields},
                )  # fmt: skip
                if agreed:
                    agree(who)
                made.append(who)
        return made

    def mailing(self, key: str = "m1", *, to: Sequence[Customer] = (), **more: Any) -> Mailing:
        """A mailing whose people are laid down, complete and ready."""
        given = {
            "name": key, "line": self.line, "purpose": "marketing", "not_before": NOON,
            "valid_until": TOMORROW, "by": TESTS, "at": NOON,
        }  # fmt: skip
        with scope.everything():
            made = actions.make_mailing(key, **(given | more))
            actions.lay(made, [draft(one) for one in to], at=NOON)
            actions.complete(made, by=TESTS, at=NOON)
        return made

    def send(self, line: Line | None = None, *, at: datetime | None = None) -> dict[str, int]:
        """One run of the sender, all of it at one moment."""
        self.now = at or self.now
        until = self.now + timedelta(minutes=5)
        ends = actions.send(line or self.line, clock=lambda: self.now, until=until)
        return {str(state): count for state, count in ends.items() if count}


def draft(who: Customer, **more: Any) -> actions.Draft:
    return actions.Draft(
        who.pk, **({"text": f"您好，{who.name}。", "subject": "十一月"} | more)
    )


def agree(who: Customer, *, purpose: str = "marketing", channel: str = "email") -> None:
    channels.record_consent(
        who, purpose=purpose, channel=channel, said="given", source="form",
        evidence="F-1", by=TESTS, at=NOON - timedelta(days=30),
    )  # fmt: skip


def withdraw(who: Customer, *, at: datetime = NOON) -> None:
    channels.record_consent(
        who, purpose="marketing", channel="email", said="withdrawn", source="call",
        by=TESTS, at=at,
    )  # fmt: skip


def states(mailing: Mailing) -> dict[str, int]:
    """How many of a mailing's messages are where."""
    found: dict[str, int] = {}
    with scope.everything():
        for state in Delivery.objects.filter(mailing=mailing).values_list("state", flat=True):
            found[state] = found.get(state, 0) + 1
    return found


def of(mailing: Mailing, who: Customer) -> Delivery:
    with scope.everything():
        return Delivery.objects.get(mailing=mailing, customer=who)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        yield made


@pytest.fixture
def office(transactional_db: None, server: MailServer, settings: Any) -> Office:
    """The sender's threads have connections of their own, so what is written is committed."""
    # The number beside the database is of the test before: that database is gone.
    settings.HOME.sent.unlink(missing_ok=True)
    with scope.everything():
        cast = assemble()
    return Office(cast, server, settings)
