"""Providers of e-mail through anymail: what is asked, and what their calls mean."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds import (
    Call,
    End,
    Event,
    Forged,
    Happened,
    Message,
    Receipt,
    Twice,
    World,
)
from regulars.server.delivery.kinds.anymail import Anymail
from regulars.server.delivery.kinds.anymail.providers import PROVIDERS
from regulars.testing.channel import Marks
from regulars.testing.providers import LOCAL, HttpStandIn
from regulars.testing.providers.postmark import PostmarkStandIn
from regulars.testing.providers.standing import Asked, Reply, call

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_a_letter_carries_our_key_and_its_ways_out() -> None:
    with PostmarkStandIn() as provider:
        with Anymail(provider.settings(), LOCAL).open() as line:
            line.send(provider.message("k1"), Marks(provider))
        letter = provider.took[0].more

    headers = {row["Name"]: row["Value"] for row in letter["Headers"]}
    assert letter["Subject"] == "广告：年末活动"
    assert letter["Metadata"] == {"regulars_key": "k1"}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<https://us.example/stop/k1>")
    assert "https://us.example/stop/k1" in letter["HtmlBody"]


def test_a_provider_inside_is_called_only_where_the_house_says_so() -> None:
    with PostmarkStandIn() as provider:
        with Anymail(provider.settings(), World()).open() as line:
            receipt = line.send(provider.message("k1"), Marks(provider))

        assert (receipt.end, receipt.code, provider.took) == (End.LATER, "private_address", [])


def heard(event: Call) -> Event:
    kind = Anymail(PostmarkStandIn().settings() | {"url": ""}, LOCAL)
    [found] = kind.hear(event, at=NOW).events
    return found


def test_a_full_mailbox_is_told_from_one_that_is_gone() -> None:
    provider = PostmarkStandIn()
    message, receipt = provider.message("k1"), Receipt(End.SENT, id="m1")

    gone = heard(provider.bounced(message, receipt, kind="HardBounce"))
    full = heard(provider.bounced(message, receipt, kind="SoftBounce"))
    spam = heard(provider.told(message, receipt)[1])

    assert (gone.what, full.what) == (Happened.BOUNCED, Happened.FAILED)
    assert (spam.what, spam.key) == (Happened.COMPLAINED, "k1")
    assert spam.at == datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def test_mailguns_calls_need_its_signature_as_well_as_the_login() -> None:
    kind = Anymail(
        {"provider": "mailgun", "api_key": "k", "domain": "d", "hook": "a:b", "signing": "s"},
        LOCAL,
    )
    told = {
        "event": "failed",
        "severity": "permanent",
        "id": "ev-1",
        "timestamp": 1795406460.5,
        "recipient": "li@customers.example",
        "message": {"headers": {"message-id": "m1@yunshan.example"}},
        "user-variables": {"regulars_key": "k1"},
        "delivery-status": {"code": 550, "message": "5.1.1 no such user"},
        "reason": "bounce",
    }
    headers = {"authorization": "Basic YTpi", "content-type": "application/json"}

    def said(signature: str) -> Call:
        block = {"timestamp": "1795406460", "token": "t1", "signature": signature}
        return call({"signature": block, "event-data": told}, headers=headers)

    good = hmac.new(b"s", b"1795406460t1", hashlib.sha256).hexdigest()
    [event] = kind.hear(said(good), at=NOW).events

    assert (event.what, event.key, event.once) == (Happened.BOUNCED, "k1", "ev-1")
    for forged in (said("0" * 64), replace(said(good), headers={})):
        with pytest.raises(Forged):
            kind.hear(forged, at=NOW)
    silent = Anymail({**kind.settings, "signing": ""}, LOCAL)
    with pytest.raises(Forged):
        silent.hear(said(good), at=NOW)


class Resend(HttpStandIn):
    """Takes a letter once for an Idempotency-Key."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[str] = []

    def answer(self, asked: Asked, order: str) -> Reply:
        self.keys.append(asked.headers.get("idempotency-key", ""))
        return Reply(200, {"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"})

    def settings(self) -> dict[str, str]:
        return PostmarkStandIn().settings() | {"provider": "resend", "url": self.url}

    def message(self, key: str) -> Message:
        return PostmarkStandIn().message(key)


def test_resend_is_given_our_key_so_it_may_be_asked_again_for_a_day() -> None:
    with Resend() as provider:
        kind = Anymail(provider.settings(), LOCAL)
        with kind.open() as line:
            receipt = line.send(provider.message("k1"), Marks(provider))

    assert (receipt.end, receipt.id) == (End.SENT, "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794")
    assert provider.keys == ["k1"]
    assert (kind.can.twice, kind.can.known_for) == (Twice.WHILE, 86_400)
    assert Anymail(PostmarkStandIn().settings(), LOCAL).can.twice is Twice.NEVER


@pytest.mark.parametrize("provider", list(PROVIDERS))
def test_every_provider_takes_its_settings_and_hears_nobody_without_login(
    provider: str,
) -> None:
    settings = {
        "provider": provider,
        "api_key": "key",
        "api_secret": "secret",
        "domain": "yunshan.example",
        "sender": "news@yunshan.example",
        "hook": "a:b",
        "signing": "whsec_" + "c2VjcmV0c2VjcmV0c2VjcmV0",
    }
    kind = Anymail(settings, LOCAL)

    kind.check()
    kind.open().close()
    with pytest.raises(Forged):
        kind.hear(call(json.dumps([])), at=NOW)
    with pytest.raises(BadInput, match="is empty"):
        Anymail(settings | {"api_key": ""}, LOCAL).check()
