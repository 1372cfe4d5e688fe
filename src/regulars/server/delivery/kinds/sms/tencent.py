"""Tencent Cloud's SMS service: SendSms of 2021-01-11, signed as TC3-HMAC-SHA256.

The provider knows no key of ours (SessionContext is only echoed), so what may have gone out is
never handed over again. Receipts and replies are not signed: their address carries our token.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

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
from regulars.server.delivery.kinds.sms.line import MARKET, OWED, TOKEN, HttpCarrier, SmsKind

VERSION, ACTION, SERVICE = "2021-01-11", "SendSms", "sms"
TYPE = "application/json; charset=utf-8"
HOUR, DAY = 3_600.0, 86_400.0
# https://cloud.tencent.com/document/product/382/55981: error codes.
WAITS = {
    "RequestLimitExceeded": 1.0,
    "LimitExceeded.DeliveryFrequencyLimit": 1.0,
    "LimitExceeded.PhoneNumberThirtySecondLimit": 30.0,
    "LimitExceeded.PhoneNumberOneHourLimit": HOUR,
    "LimitExceeded.PhoneNumberDailyLimit": DAY,
    "LimitExceeded.PhoneNumberSameContentDailyLimit": DAY,
    "FailedOperation.MarketingSendTimeConstraint": HOUR,  # from 8 to 22 only
}
DEAD = {"InvalidParameterValue.IncorrectPhoneNumber"}
STOPPED = "FailedOperation.PhoneNumberInBlacklist"  # refused there, or at the operator
LINE = {
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "FailedOperation.TemplateUnapprovedOrNotExist",
    "LimitExceeded.AppDailyLimit",
    "LimitExceeded.AppMainlandChinaDailyLimit",
    "LimitExceeded.AppCountryOrRegionDailyLimit",
    "LimitExceeded.AppGlobalDailyLimit",
    "InvalidParameterValue.SdkAppIdNotExist",
}
LINES = ("AuthFailure", "UnauthorizedOperation")


class Tencent(SmsKind):
    """SMS by Tencent Cloud."""

    code = "tencent"
    name = gettext_lazy("SMS: Tencent Cloud")
    can = Capabilities(longest=500, receipts=True, replies=True, per_second=3000)
    fields = (
        Field("secret_id", gettext_lazy("SecretId")),
        Field("secret_key", gettext_lazy("SecretKey"), secret=True),
        Field("app", gettext_lazy("SdkAppId"), gettext_lazy("Such as 1400006666.")),
        Field("template", gettext_lazy("Template ID")),
        Field("region", gettext_lazy("Region of the service"), default="ap-guangzhou"),
        MARKET,
        *OWED,
        TOKEN,
        Field("url", gettext_lazy("Address"), default="https://sms.tencentcloudapi.com/"),
    )

    def open(self) -> Carrier:
        return HttpCarrier(self._ask, read)

    def _ask(self, message: Message, mark: wire.Mark) -> Outcome:
        values = [message.values[name] for name in message.values] or [self.plain(message)]
        asked = {
            "PhoneNumberSet": [message.to],
            "SmsSdkAppId": self.settings["app"],
            "TemplateId": message.template or self.settings["template"],
            "TemplateParamSet": values,
            "SessionContext": message.key,
        }
        if self.in_china:
            asked["SignName"] = self.settings["signature"]
        url = self.settings["url"].rstrip("/") + "/"
        body = wire.packed(asked)
        headers = signed(
            body, host=urlsplit(url).netloc, at=self.world.clock(),
            key=self.settings["secret_id"], secret=self.settings["secret_key"],
        ) | {"X-TC-Region": self.settings["region"]}  # fmt: skip
        return wire.call(self.world, url, body=body, headers=headers, mark=mark)

    def hear(self, call: Call, *, at: datetime) -> Answer:
        wire.demand_token(call, self.settings.get("token", ""))
        events = tuple(
            _reply(row) if "text" in row else _report(row) for row in wire.rows(call.body)
        )
        return Answer(
            events, body='{"result":0,"errmsg":"OK"}', content_type="application/json"
        )


def signed(
    body: bytes, *, host: str, at: datetime, key: str, secret: str,
    action: str = ACTION, version: str = VERSION, service: str = SERVICE,
) -> dict[str, str]:  # fmt: skip
    """The headers of a call: what is asked, and the signature over type, host and body."""
    stamp, day = str(int(at.timestamp())), at.astimezone(UTC).date().isoformat()
    names, scope = "content-type;host", f"{day}/{service}/tc3_request"
    listed = f"content-type:{TYPE}\nhost:{host}\n"
    request = "\n".join(("POST", "/", "", listed, names, hashlib.sha256(body).hexdigest()))
    digest = hashlib.sha256(request.encode()).hexdigest()
    derived = f"TC3{secret}".encode()
    for word in (day, service, "tc3_request"):
        derived = hmac.new(derived, word.encode(), hashlib.sha256).digest()
    said = hmac.new(
        derived, f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{digest}".encode(), hashlib.sha256
    )
    return {
        "Host": host,
        "Content-Type": TYPE,
        "X-TC-Action": action,
        "X-TC-Version": version,
        "X-TC-Timestamp": stamp,
        "Authorization": f"TC3-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, "
        f"Signature={said.hexdigest()}",
    }


def read(outcome: Outcome) -> Receipt:
    """What SendSms answered: about the call, or about the one number in it."""
    answer = wire.document(outcome).get("Response")
    answer = answer if isinstance(answer, dict) else {}
    error, states = answer.get("Error"), answer.get("SendStatusSet")
    row = error if isinstance(error, dict) else (states or [{}])[0]
    code, said = str(row.get("Code", "")), wire.brief(row.get("Message", ""))
    if code == "Ok":
        return Receipt(End.SENT, id=str(row.get("SerialNo", "")), code=code)
    if code in WAITS or code.startswith("RequestLimitExceeded"):
        return Receipt(End.LATER, code=code, said=said, wait=WAITS.get(code, 1.0))
    if code in LINE or code.startswith(LINES):
        return Receipt(End.LATER, code=code, said=said, line=True)
    if code.startswith("InternalError"):  # nobody can ask whether it was on its way
        return Receipt(End.UNKNOWN, code=code, said=said)
    if code:
        return Receipt(
            End.REFUSED, code=code, said=said, dead=code in DEAD, stopped=code == STOPPED
        )
    if outcome.arrived:
        return Receipt(End.UNKNOWN, said=wire.brief(wire.text(outcome)))
    return wire.by_status(outcome)


def _report(row: Mapping[str, Any]) -> Event:
    good = row.get("report_status") == "SUCCESS"
    return Event(
        Happened.DELIVERED if good else Happened.FAILED,
        once=f"report:{row.get('sid')}:{row.get('errmsg')}",
        id=str(row.get("sid", "")),
        address=_e164(row),
        at=wire.china_time(row.get("user_receive_time")),
        code=str(row.get("errmsg", "")),
        said=wire.brief(row.get("description", "")),
    )


def _reply(row: Mapping[str, Any]) -> Event:
    when = row.get("time")
    return Event(
        Happened.REPLIED,
        once=f"reply:{when}:{row.get('mobile')}:{row.get('text')}"[:200],
        address=_e164(row),
        at=datetime.fromtimestamp(when, UTC) if isinstance(when, int) else None,
        text=str(row.get("text", "")),
    )


def _e164(row: Mapping[str, Any]) -> str:
    return f"+{row.get('nationcode', '86')}{row.get('mobile', '')}"
