"""Postmark's API for one letter, and its webhooks, for the kind that goes through anymail."""

from __future__ import annotations

import base64
from dataclasses import replace
from itertools import count

from regulars.server.delivery.kinds import Call, Message, Receipt
from regulars.testing.providers.standing import (
    LATER,
    LINE,
    NOBODY,
    REFUSE,
    Asked,
    HttpStandIn,
    Reply,
    Took,
    call,
)

TOKEN, HOOK = "0b3d6d5e-postmark", "postmark:hook-password"
ORDERED = {
    LATER: (429, 429, "Rate limit exceeded"),
    REFUSE: (422, 406, "You tried to send to recipients that have been marked as "
             "inactive. Found inactive addresses: li@customers.example. Inactive recipients "
             "are ones that have generated a hard bounce, a spam complaint, or a suppression."),
    NOBODY: (422, 300, "Invalid 'To' address: 'li@customers.example'."),
    LINE: (401, 10, "The Server Token you provided is not valid."),
}  # fmt: skip


class PostmarkStandIn(HttpStandIn):
    """Takes letters of one server token."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)

    def settings(self) -> dict[str, str]:
        return {
            "provider": "postmark",
            "api_key": TOKEN,
            "sender": "Yunshan Bank <news@yunshan.example>",
            "reply_to": "no@yunshan.example",
            "hook": HOOK,
            "url": self.url,
        }

    def message(self, key: str) -> Message:
        return Message(
            key, "li@customers.example", f"您好，{key}。", subject="年末活动",
            html=f"<p>您好，{key}。</p>", stop=f"https://us.example/stop/{key}",
        )  # fmt: skip

    def answer(self, asked: Asked, order: str) -> Reply:
        if asked.headers.get("x-postmark-server-token") != TOKEN:
            return _error(*ORDERED[LINE])
        if asked.path != "/email":
            return _error(404, 404, "Not found")
        if order in ORDERED:
            return _error(*ORDERED[order])
        letter = asked.json
        id = f"0a129aee-e1cd-480d-b08d-{next(self.numbers):012d}"
        self.took.append(Took(letter["To"], letter["TextBody"], id, letter))
        body = {
            "To": letter["To"],
            "SubmittedAt": "2026-11-23T04:00:00Z",
            "MessageID": id,
            "ErrorCode": 0,
            "Message": "OK",
        }
        return Reply(200, body)

    def told(self, message: Message, receipt: Receipt) -> tuple[Call, ...]:
        about = {"MessageID": receipt.id, "Metadata": {"regulars_key": message.key}}
        arrived = {
            "RecordType": "Delivery",
            "Recipient": message.to,
            "DeliveredAt": "2026-11-23T04:00:05Z",
            **about,
        }
        complained = {
            "RecordType": "SpamComplaint",
            "ID": 42,
            "Type": "SpamComplaint",
            "Email": message.to,
            "BouncedAt": "2026-11-23T05:00:00Z",
            **about,
        }
        return _called(arrived), _called(complained)

    def bounced(self, message: Message, receipt: Receipt, *, kind: str) -> Call:
        """A call about a letter that came back: HardBounce, SoftBounce."""
        return _called(
            {
                "RecordType": "Bounce",
                "ID": 43,
                "Type": kind,
                "Email": message.to,
                "BouncedAt": "2026-11-23T05:00:00Z",
                "MessageID": receipt.id,
                "Details": "smtp;550 5.1.1",
                "Metadata": {"regulars_key": message.key},
            }
        )

    def forged(self, call: Call) -> Call:
        return replace(call, headers={"authorization": _login("postmark:guessed")})


def _called(body: object) -> Call:
    return call(
        body, headers={"authorization": _login(HOOK), "content-type": "application/json"}
    )


def _login(pair: str) -> str:
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _error(status: int, code: int, message: str) -> Reply:
    return Reply(status, {"ErrorCode": code, "Message": message})
