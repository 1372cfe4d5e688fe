"""The kit finds what is wrong: each careless kind fails the check that is about its fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import Answer, Call, Carrier, End, Message, Receipt, wire
from regulars.server.delivery.kinds.sms.gateway import Gateway
from regulars.server.delivery.kinds.sms.line import HttpCarrier
from regulars.testing.channel import check_channel
from regulars.testing.providers.gateway import GatewayStandIn

Mark = Callable[[], bool]


class MarksTwice(Gateway):
    def _ask(self, message: Message, mark: Mark) -> Outcome:
        return super()._ask(message, lambda: mark() and mark())


class MarksAfterwards(Gateway):
    def _ask(self, message: Message, mark: Mark) -> Outcome:
        outcome = super()._ask(message, lambda: True)
        mark()
        return outcome


class SendsWhatIsTaken(Gateway):
    def _ask(self, message: Message, mark: Mark) -> Outcome:
        return super()._ask(message, lambda: mark() or True)


class Guesses(Gateway):
    """Takes a line that broke for a message that did not go."""

    def open(self) -> Carrier:
        class Careless(HttpCarrier):
            def send(self, message: Message, mark: Mark) -> Receipt:
                receipt = super().send(message, mark)
                return (
                    replace(receipt, end=End.LATER) if receipt.end is End.UNKNOWN else receipt
                )

        return Careless(self._ask, self._read)


class Raises(Gateway):
    def _read(self, outcome: Outcome) -> Receipt:
        if not wire.document(outcome):
            raise ValueError(outcome.problem)
        receipt = super()._read(outcome)
        if receipt.dead:
            raise ValueError("nobody there")
        return receipt


class Trusts(Gateway):
    def hear(self, call: Call, *, at: datetime) -> Answer:
        return super().hear(replace(call, query={"token": self.settings["token"]}), at=at)


class Repeats(Gateway):
    def words(self, message: Message) -> Message:
        return replace(message, text=f"【云杉银行】{message.text}拒收请回复R")


class TellsApart(Gateway):
    told = 0

    def hear(self, call: Call, *, at: datetime) -> Answer:
        answer = super().hear(call, at=at)
        self.told += 1
        events = tuple(replace(each, once=str(self.told)) for each in answer.events)
        return replace(answer, events=events)


class TakesAnything(Gateway):
    def refusal(self, message: Message) -> str:
        return ""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (MarksTwice, "marked? once|mark is set once"),
        (MarksAfterwards, "before the provider has anything"),
        (SendsWhatIsTaken, "not ours is TAKEN"),
        (Guesses, "so it is UNKNOWN"),
        (Trusts, "did not sign is refused"),
        (Repeats, "not added twice"),
        (TellsApart, "Told twice, it is one event"),
        (TakesAnything, "is refused"),
    ],
)
def test_a_careless_kind_is_found_out(kind: type[Gateway], words: str) -> None:
    with GatewayStandIn() as provider, pytest.raises(AssertionError, match=words):
        check_channel(kind, provider)


def test_a_kind_that_raises_does_not_pass() -> None:
    with GatewayStandIn() as provider, pytest.raises(ValueError, match="nobody there"):
        check_channel(Raises, provider)


def test_the_same_kind_without_a_fault_passes() -> None:
    with GatewayStandIn() as provider:
        check_channel(Gateway, provider)
