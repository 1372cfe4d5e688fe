"""Alibaba Cloud's SMS service: SendSms of 2017-05-25, signed as ACS3-HMAC-SHA256.

The provider knows no key of ours, so what may have gone out is never handed over again.
Receipts (SmsReport) and replies (SmsUp) are not signed: their address carries our token.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext_lazy

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
    Happened,
)
from regulars.server.delivery.kinds.sms.line import OWED, TOKEN, HttpCarrier, SmsKind

VERSION, ACTION = "2017-05-25", "SendSms"
# Error codes of SendSms: what only waits, what is this number's, what is the line's.
WAITS = {"Throttling": 1.0, "Throttling.User": 1.0, "ServiceUnavailable": 30.0}
DEAD = {"isv.MOBILE_NUMBER_ILLEGAL"}
LINE = {
    "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "isv.ACCOUNT_NOT_EXISTS",
    "isv.ACCOUNT_ABNORMAL",
    "isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.SMS_SIGNATURE_ILLEGAL",
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL", "isv.SMS_TEMPLATE_ILLEGAL",
    "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL", "isv.DENY_IP_RANGE",
    "isp.RAM_PERMISSION_DENY", "SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound",
    "InvalidAccessKeyId.Inactive", "InvalidTimeStamp.Expired",
}  # fmt: skip
# Nobody can ask whether the message was on its way when the service broke.
UNSEEN = {"isp.SYSTEM_ERROR", "isv.SYSTEM_ERROR", "InternalError"}
NO_SUCH_NUMBER = {"MK:0001", "MOBILE_NOT_ON_SERVICE"}


class Aliyun(SmsKind):
    """SMS by Alibaba Cloud."""

    code = "aliyun"
    name = gettext_lazy("SMS: Alibaba Cloud")
    can = Capabilities(longest=500, receipts=True, replies=True)
    fields = (
        Field("access_key_id", gettext_lazy("AccessKey ID")),
        Field("access_key_secret", gettext_lazy("AccessKey secret"), secret=True),
        Field(
            "template", gettext_lazy("Template code"), gettext_lazy("Such as SMS_154950909.")
        ),
        Field(
            "variable",
            gettext_lazy("Variable of the template"),
            gettext_lazy("Takes the whole text, where a message has no template of its own."),
            default="content",
        ),
        *OWED,
        TOKEN,
        Field(
            "url",
            gettext_lazy("Address"),
            default="https://dysmsapi.aliyuncs.com/",
        ),
    )

    def open(self) -> Carrier:
        return HttpCarrier(self._ask, read)

    def _ask(self, message: Message, mark: wire.Mark) -> Outcome:
        values = dict(message.values) or {self.settings["variable"]: self.plain(message)}
        query = {
            "PhoneNumbers": message.to.removeprefix("+86"),
            "SignName": self.settings["signature"],
            "TemplateCode": message.template or self.settings["template"],
            "TemplateParam": json.dumps(values, ensure_ascii=False),
            "OutId": message.key,
        }
        base = self.settings["url"].rstrip("/") + "/"
        headers = signed(
            query, host=urlsplit(base).netloc,
            at=self.world.clock(), nonce=secrets.token_hex(16),
            key=self.settings["access_key_id"], secret=self.settings["access_key_secret"],
        )  # fmt: skip
        url = f"{base}?{canonical(query)}"
        return wire.call(self.world, url, headers=headers, mark=mark)

    def hear(self, call: Call, *, at: datetime) -> Answer:
        wire.demand_token(call, self.settings.get("token", ""))
        events = tuple(
            _reply(row) if "content" in row else _report(row) for row in wire.rows(call.body)
        )
        return Answer(
            events, body='{"code":0,"msg":"接收成功"}', content_type="application/json"
        )


def signed(
    query: Mapping[str, str], *, host: str, at: datetime, nonce: str, key: str, secret: str,
    action: str = ACTION, version: str = VERSION,
) -> dict[str, str]:  # fmt: skip
    """The headers of a call without a body: what is asked, and the signature over it."""
    nothing = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": nothing,
        "x-acs-date": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join(("POST", "/", canonical(query), listed, names, nothing))
    digest = hashlib.sha256(request.encode()).hexdigest()
    said = hmac.new(secret.encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), hashlib.sha256)
    headers["Authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={names},Signature={said.hexdigest()}"
    )
    return headers


def canonical(query: Mapping[str, str]) -> str:
    pairs = (
        (quote(name, safe="-_.~"), quote(query[name], safe="-_.~")) for name in sorted(query)
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def read(outcome: Outcome) -> Receipt:
    """What SendSms answered."""
    answer = wire.document(outcome)
    code, said = str(answer.get("Code", "")), wire.brief(answer.get("Message", ""))
    if code == "OK":
        return Receipt(End.SENT, id=str(answer.get("BizId", "")), code=code)
    if code == "isv.BUSINESS_LIMIT_CONTROL":  # so many a minute, an hour, a day to one number
        return Receipt(End.LATER, code=code, said=said, wait=_span(said))
    if code in WAITS or code.startswith("Throttling"):
        return Receipt(End.LATER, code=code, said=said, wait=WAITS.get(code, 1.0))
    if code in LINE:
        return Receipt(End.LATER, code=code, said=said, line=True)
    if code in UNSEEN:
        return Receipt(End.UNKNOWN, code=code, said=said)
    if code.startswith(("isv.", "isp.")):
        return Receipt(End.REFUSED, code=code, said=said, dead=code in DEAD)
    if outcome.arrived:  # an answer that nobody documented
        return Receipt(End.UNKNOWN, code=code, said=wire.brief(wire.text(outcome)))
    return wire.by_status(outcome, code=code, said=said)


def _span(said: str) -> float:
    if "天" in said or "day" in said.lower():
        return 86_400.0
    return 3_600.0 if "小时" in said or "hour" in said.lower() else 60.0


def _report(row: Mapping[str, Any]) -> Event:
    code = str(row.get("err_code", ""))
    good = row.get("success") is True
    bad = Happened.BOUNCED if code in NO_SUCH_NUMBER else Happened.FAILED
    number = str(row.get("phone_number", ""))
    return Event(
        Happened.DELIVERED if good else bad,
        once=f"report:{row.get('biz_id')}:{number}:{code}",
        id=str(row.get("biz_id", "")),
        key=str(row.get("out_id", "") or ""),
        address=_e164(number),
        at=wire.china_time(row.get("report_time")),
        code=code,
        said=wire.brief(row.get("err_msg", "")),
    )


def _reply(row: Mapping[str, Any]) -> Event:
    number = str(row.get("phone_number", ""))
    return Event(
        Happened.REPLIED,
        once=f"reply:{row.get('sequence_id') or row.get('send_time')}:{number}",
        address=_e164(number),
        at=wire.china_time(row.get("send_time")),
        text=str(row.get("content", "")),
    )


def _e164(number: str) -> str:
    return f"+86{number}" if len(number) == 11 and number.startswith("1") else f"+{number}"
