"""Twilio's Messages API of 2010-04-01, its status callbacks and incoming messages."""

from __future__ import annotations

import base64
import hmac
from dataclasses import replace
from itertools import count
from urllib.parse import urlencode

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

ACCOUNT, AUTH, SENDER = "AC00000000000000000000000000000001", "twilio-auth", "+15005550006"
HOOK = "https://us.example/hear/twilio?line=1"
ORDERED = {
    LATER: (429, 20429, "Too Many Requests"),
    REFUSE: (400, 21610, "Attempt to send to unsubscribed recipient"),
    NOBODY: (400, 21211, "The 'To' number is not a valid phone number."),
    LINE: (401, 20003, "Authenticate"),
}


class TwilioStandIn(HttpStandIn):
    """Takes messages of one account."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)

    def settings(self) -> dict[str, str]:
        return {
            "account": ACCOUNT,
            "auth_token": AUTH,
            "sender": SENDER,
            "callback": HOOK,
            "url": self.url,
        }

    def message(self, key: str) -> Message:
        return Message(key, "+14155552671", f"Your voucher {key} waits.", language="en")

    def answer(self, asked: Asked, order: str) -> Reply:
        login = base64.b64encode(f"{ACCOUNT}:{AUTH}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {login}":
            return _error(401, 20003, "Authenticate")
        if asked.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return _error(404, 20404, "The requested resource was not found")
        if order in ORDERED:
            return _error(*ORDERED[order])
        return self._sent(asked.form)

    def _sent(self, form: dict[str, str]) -> Reply:
        if form.get("From") != SENDER:
            return _error(400, 21606, "The 'From' phone number is not valid")
        if not form.get("Body"):
            return _error(400, 21602, "Message body is required.")
        if len(form["Body"]) > 1600:
            return _error(400, 21617, "The concatenated message body exceeds the 1600 limit")
        id = f"SM{next(self.numbers):032d}"
        self.took.append(
            Took(form["To"], form["Body"], id, {"callback": form.get("StatusCallback")})
        )
        body = {
            "sid": id,
            "account_sid": ACCOUNT,
            "to": form["To"],
            "from": SENDER,
            "body": form["Body"],
            "status": "queued",
            "error_code": None,
            "error_message": None,
            "num_segments": "1",
        }
        return Reply(201, body)

    def told(self, message: Message, receipt: Receipt) -> tuple[Call, ...]:
        arrived = {
            "MessageSid": receipt.id,
            "SmsSid": receipt.id,
            "MessageStatus": "delivered",
            "SmsStatus": "delivered",
            "To": message.to,
            "From": SENDER,
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
        }
        reply = {
            "MessageSid": "SM" + "f" * 32,
            "AccountSid": ACCOUNT,
            "From": message.to,
            "To": SENDER,
            "Body": "STOP",
            "NumMedia": "0",
            "OptOutType": "STOP",
        }
        return _signed(arrived), _signed(reply)

    def forged(self, call: Call) -> Call:
        return replace(call, body=call.body.replace(b"SM", b"SN"))


def _signed(form: dict[str, str]) -> Call:
    text = HOOK
    for name in sorted(form):
        text += name + form[name]
    signature = base64.b64encode(hmac.digest(AUTH.encode(), text.encode(), "sha1")).decode()
    headers = {
        "x-twilio-signature": signature,
        "content-type": "application/x-www-form-urlencoded",
    }
    return call(urlencode(form), headers=headers, url=HOOK)


def _error(status: int, code: int, message: str) -> Reply:
    more = f"https://www.twilio.com/docs/errors/{code}"
    headers = {"Retry-After": "3"} if status == 429 else {}
    return Reply(
        status, {"code": code, "message": message, "more_info": more, "status": status}, headers
    )
