"""Twilio's Messages API of 2010-04-01; its calls to us are signed by X-Twilio-Signature.

There is no key of ours that it would know again, so what may have gone out is never sent twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput
from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import wire
from regulars.server.delivery.kinds.base import (
    Capabilities,
    Carrier,
    End,
    Field,
    Message,
    Receipt,
)
from regulars.server.delivery.kinds.heard import (
    Answer,
    Call,
    Event,
    Forged,
    Happened,
)
from regulars.server.delivery.kinds.sms.line import OPT_OUT, PURPOSE, HttpCarrier, SmsKind

# https://www.twilio.com/docs/api/errors
DEAD = {"21211", "21614"}  # no number; no mobile
# Login, suspended; no such sender, not ours, not in the service.
LINE = {"20003", "20005", "20404", "21603", "21606", "21659", "21660", "21701", "21703"}
WAITS = {"20429": 1.0, "14107": 1.0, "21611": 60.0}  # too many requests; the queue is full
STATES = {
    "sent": Happened.SENT,
    "delivered": Happened.DELIVERED,
    "read": Happened.DELIVERED,
    "failed": Happened.FAILED,
    "undelivered": Happened.FAILED,
}
GONE = {"30005", "30006", "21211", "21614"}  # unknown, or a land line
STOPPED = "21610"
NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


class Twilio(SmsKind):
    """SMS by Twilio."""

    code = "twilio"
    name = gettext_lazy("SMS: Twilio")
    can = Capabilities(longest=1600, receipts=True, replies=True)
    fields = (
        Field("account", gettext_lazy("Account SID"), gettext_lazy("Begins with AC.")),
        Field("auth_token", gettext_lazy("Auth token"), secret=True),
        Field(
            "sender",
            gettext_lazy("Sender"),
            gettext_lazy("A number such as +15005550006, or a messaging service (MG...)."),
        ),
        Field(
            "callback",
            gettext_lazy("Our address for receipts and replies"),
            gettext_lazy("Exactly as Twilio calls it; its signature covers the address."),
            required=False,
        ),
        PURPOSE,
        Field(OPT_OUT.name, OPT_OUT.label, OPT_OUT.help, default="Reply STOP to opt out"),
        Field("url", gettext_lazy("Address"), default="https://api.twilio.com/"),
    )

    @property
    def in_china(self) -> bool:
        return False

    def check(self) -> None:
        super().check()
        if not self.settings["account"].isalnum():
            raise BadInput(_("The account SID has letters and digits only."))

    def open(self) -> Carrier:
        return HttpCarrier(self._ask, read)

    def _ask(self, message: Message, mark: wire.Mark) -> Outcome:
        account, sender = self.settings["account"], self.settings["sender"]
        form = {
            "To": message.to,
            "MessagingServiceSid" if sender.startswith("MG") else "From": sender,
            "Body": self.words(message).text,
        }
        if self.settings.get("callback"):
            form["StatusCallback"] = self.settings["callback"]
        login = f"{account}:{self.settings['auth_token']}".encode()
        path = f"2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"
        return wire.call(
            self.world,
            f"{self.settings['url'].rstrip('/')}/{path}",
            body=urlencode(form).encode(),
            headers={
                "Authorization": "Basic " + base64.b64encode(login).decode(),
                "Content-Type": "application/x-www-form-urlencoded",
            },
            mark=mark,
        )

    def hear(self, call: Call, *, at: datetime) -> Answer:
        form = dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        expected = signature(
            self.settings["auth_token"], self.settings.get("callback") or call.url, form
        )
        given = call.headers.get("x-twilio-signature", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise Forged("Twilio did not sign this call.")
        event = _event(form)
        return Answer((event,) if event else (), body=NOTHING, content_type="text/xml")


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """Sign as Twilio does: the address, then every field with its value, by name."""
    written = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(
        hmac.new(token.encode(), written.encode(), hashlib.sha1).digest()
    ).decode()


def read(outcome: Outcome) -> Receipt:
    """What the Messages API answered."""
    answer = wire.document(outcome)
    if outcome.arrived and answer.get("sid"):
        failed = answer.get("status") in ("failed", "undelivered")
        code = str(answer.get("error_code") or "")
        return Receipt(End.REFUSED if failed else End.SENT, id=str(answer["sid"]), code=code)
    code, said = str(answer.get("code") or ""), wire.brief(answer.get("message", ""))
    if code in WAITS:
        wait = wire.retry_after(outcome) or WAITS[code]
        return Receipt(End.LATER, code=code, said=said, wait=wait)
    if code in LINE:
        return Receipt(End.LATER, code=code, said=said, line=True)
    if code and outcome.status in (400, 404):
        return Receipt(
            End.REFUSED, code=code, said=said, dead=code in DEAD, stopped=code == STOPPED
        )
    if outcome.arrived:
        return Receipt(End.UNKNOWN, said=wire.brief(wire.text(outcome)))
    return wire.by_status(outcome, code=code, said=said)


def _event(form: Mapping[str, str]) -> Event | None:
    sid = form.get("MessageSid") or form.get("SmsSid", "")
    state = form.get("MessageStatus") or form.get("SmsStatus", "")
    if "Body" in form:
        return Event(
            Happened.REPLIED,
            once=f"reply:{sid}",
            address=form.get("From", ""),
            text=form["Body"],
        )
    code = form.get("ErrorCode", "")
    what = STATES.get(state)
    if what is None:  # queued, sending: nothing happened that anybody waits for
        return None
    if what is Happened.FAILED and code in GONE:
        what = Happened.BOUNCED
    if code == STOPPED:
        what = Happened.STOPPED
    return Event(
        what, once=f"{state}:{sid}", id=sid, address=form.get("To", ""), code=code or state
    )
