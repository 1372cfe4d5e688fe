"""Every kind keeps the contract that the sending loop relies on, against a real server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from regulars.server.delivery.kinds import Kind, Message
from regulars.server.delivery.kinds.anymail import Anymail
from regulars.server.delivery.kinds.console import Console
from regulars.server.delivery.kinds.sms.aliyun import Aliyun
from regulars.server.delivery.kinds.sms.gateway import Gateway
from regulars.server.delivery.kinds.sms.tencent import Tencent
from regulars.server.delivery.kinds.sms.twilio import Twilio
from regulars.server.delivery.kinds.smtp import Smtp
from regulars.server.delivery.kinds.wecom import WeCom
from regulars.testing import channel
from regulars.testing.channel import check_channel
from regulars.testing.providers import LOCAL, StandIn, Took
from regulars.testing.providers.aliyun import AliyunStandIn
from regulars.testing.providers.gateway import GatewayStandIn
from regulars.testing.providers.mail import MailServer
from regulars.testing.providers.postmark import PostmarkStandIn
from regulars.testing.providers.tencent import TencentStandIn
from regulars.testing.providers.twilio import TwilioStandIn
from regulars.testing.providers.wecom import WeComStandIn

PAIRS: list[tuple[type[Kind], type[StandIn]]] = [
    (Smtp, MailServer),
    (Anymail, PostmarkStandIn),
    (Gateway, GatewayStandIn),
    (Aliyun, AliyunStandIn),
    (Tencent, TencentStandIn),
    (Twilio, TwilioStandIn),
    (WeCom, WeComStandIn),
]


@pytest.mark.parametrize(("kind", "provider"), PAIRS, ids=lambda each: each.__name__)
def test_a_kind_keeps_the_contract(kind: type[Kind], provider: type[StandIn]) -> None:
    with provider() as standing:
        check_channel(kind, standing)


class Paper(StandIn):
    """The file that the console writes to is its provider."""

    can_say = frozenset()

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    @property
    def took(self) -> list[Took]:  # type: ignore[override]  # read, not kept
        import json

        lines = self.file.read_text("utf-8").splitlines() if self.file.exists() else []
        return [Took(row["to"], row["text"], row["key"]) for row in map(json.loads, lines)]

    @took.setter
    def took(self, _nothing: list[Took]) -> None: ...

    def settings(self) -> dict[str, str]:
        return {}

    def message(self, key: str) -> Message:
        return Message(key, "+8613900001234", f"您好 {key}")

    def start(self) -> None: ...

    def stop(self) -> None: ...


def test_the_console_keeps_the_contract(tmp_path: Path) -> None:
    world = replace(LOCAL, folder=tmp_path / "messages")
    paper, made = Paper(tmp_path / "messages" / "messages.jsonl"), Console({}, world)

    for check in (
        channel.names_itself,
        lambda kind: channel.sends_once_and_marks_before(kind, paper),
        lambda kind: channel.sends_nothing_that_is_taken(kind, paper),
        lambda kind: channel.keeps_its_line_for_many(kind, paper),
        lambda kind: channel.adds_its_words_once(kind, paper),
        lambda kind: channel.refuses_what_it_cannot_carry(kind, paper),
    ):
        check(made)
