"""WeCom: tasks of employees, what became of them, tokens that expire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds import Allowance, End, Happened, Message, Receipt
from regulars.server.delivery.kinds.wecom import WeCom
from regulars.testing.channel import Marks
from regulars.testing.providers import LOCAL
from regulars.testing.providers.wecom import WeComStandIn

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def created(kind: WeCom, provider: WeComStandIn, *people: str) -> dict[str, Receipt]:
    messages = [replace(provider.message(who), to=who, text="同一段话") for who in people]
    with kind.open() as line:
        return dict(line.send_together(messages, lambda: people))


def test_a_task_waits_for_the_employee_and_tells_then_whom_it_reached() -> None:
    with WeComStandIn() as provider:
        kind = WeCom(provider.settings(), LOCAL)
        receipts = created(kind, provider, "wmFriend", "wmFull", "wmStranger", "unheard-of")
        ids = [receipt.id for receipt in receipts.values() if receipt.id]

        before = kind.ask(ids, at=NOW)
        [task] = provider.tasks
        provider.confirm(task)
        after = {event.address: event for event in kind.ask(ids, at=NOW)}

    assert [receipts[who].end for who in receipts] == [
        End.CREATED, End.CREATED, End.CREATED, End.REFUSED,
    ]  # fmt: skip
    assert before == ()
    assert {who: event.what for who, event in after.items()} == {
        "wmFriend": Happened.SENT,
        "wmFull": Happened.LIMITED,
        "wmStranger": Happened.FAILED,
    }
    assert after["wmFull"].said == "limit_reached"
    assert after["wmFriend"].id == receipts["wmFriend"].id


def test_results_of_many_customers_come_in_pages() -> None:
    people = [f"wm-{number}" for number in range(2500)]
    with WeComStandIn() as provider:
        kind = WeCom(provider.settings(), LOCAL)
        receipts = created(kind, provider, *people)
        provider.confirm(next(iter(provider.tasks)))

        events = kind.ask([receipt.id for receipt in receipts.values()], at=NOW)

    assert [event.address for event in events] == people
    assert len({event.once for event in events}) == 2500


def test_a_token_that_expired_is_renewed_and_the_message_goes_once() -> None:
    with WeComStandIn() as provider:
        kind = WeCom(provider.settings(), LOCAL)
        with kind.open() as line:
            line.send(provider.message("k1"), Marks(provider))
            provider.expire()
            mark = Marks(provider)
            receipt = line.send(provider.message("k2"), mark)

        assert (receipt.end, len(mark.seen)) == (End.CREATED, 1)
        assert len(provider.took) == 2
        assert len(provider.tokens) == 1


def test_a_token_is_asked_for_once_and_again_before_it_expires() -> None:
    clock = [NOW]
    with WeComStandIn() as provider:
        kind = WeCom(provider.settings(), replace(LOCAL, clock=lambda: clock[0]))
        for minutes in (0, 60, 114, 116):
            clock[0] = NOW + timedelta(minutes=minutes)
            with kind.open() as line:
                line.send(provider.message("k"), Marks(provider))

        assert len(provider.tokens) == 2


def test_a_wrong_secret_stops_the_line_and_marks_nothing() -> None:
    with WeComStandIn() as provider:
        kind = WeCom(provider.settings() | {"secret": "wrong"}, LOCAL)
        mark = Marks(provider)
        with kind.open() as line:
            receipt = line.send(provider.message("k1"), mark)

        assert (receipt.end, receipt.code, receipt.line) == (End.LATER, "40001", True)
        assert mark.seen == []


def test_an_employee_is_reminded_three_times_a_day() -> None:
    with WeComStandIn() as provider:
        kind = WeCom(provider.settings(), LOCAL)
        [receipt] = created(kind, provider, "wmFriend").values()

        told = [kind.remind([receipt.id]) for _time in range(4)]

    assert [each.end for (each,) in told] == [End.SENT, End.SENT, End.SENT, End.LATER]
    assert told[-1][0].code == "45009"
    assert kind.can.reminders == 3


@pytest.mark.parametrize(
    ("capacity", "allowed"),
    [
        ("daily", Allowance(date(2026, 2, 11), date(2026, 2, 12), 1)),
        ("weekly", Allowance(date(2026, 2, 9), date(2026, 2, 16), 7)),
        ("monthly", Allowance(date(2026, 2, 1), date(2026, 3, 1), 28)),
    ],
)
def test_what_one_customer_may_get_is_as_the_company_set_it(
    capacity: str, allowed: Allowance
) -> None:
    settings = WeComStandIn().settings() | {"capacity": capacity}

    assert WeCom(settings, LOCAL).allowance(date(2026, 2, 11)) == allowed


def test_what_the_provider_would_not_take_is_refused_before() -> None:
    kind, message = WeCom(WeComStandIn().settings(), LOCAL), WeComStandIn().message("k1")

    assert not kind.refusal(replace(message, text="话" * 4000))
    assert kind.refusal(replace(message, text="话" * 4001))
    assert kind.refusal(replace(message, sender=""))
    many = [Message(str(n), f"wm-{n}", "x", sender="lisi") for n in range(10_001)]
    with pytest.raises(BadInput, match="10000"):
        kind.open().send_together(many, lambda: [])
    with pytest.raises(BadInput, match="several senders"):
        kind.open().send_together([many[0], replace(many[1], sender="z")], lambda: [])


def test_a_customer_who_deletes_the_employee_is_heard() -> None:
    provider = WeComStandIn()
    kind = WeCom(provider.settings(), LOCAL)

    [event] = kind.hear(provider.left("wmFriend", "zhangsan"), at=NOW).events

    assert (event.what, event.address, event.said) == (Happened.STOPPED, "wmFriend", "zhangsan")
