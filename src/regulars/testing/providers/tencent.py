"""Tencent Cloud's SendSms of 2021-01-11 with TC3-HMAC-SHA256, its receipts and replies."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from datetime import UTC, datetime
from itertools import count
from typing import Any

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

ID, KEY, APP, TOKEN, SIGNATURE = (
    "AKIDexample",
    "tencent-key",
    "1400006666",
    "tc-token",
    "云杉银行",
)
ORDERED = {
    LATER: ("LimitExceeded.PhoneNumberThirtySecondLimit", "the number of SMS messages exceeds"),
    REFUSE: ("FailedOperation.PhoneNumberInBlacklist", "number in blacklist"),
    NOBODY: ("InvalidParameterValue.IncorrectPhoneNumber", "incorrect phone number"),
    LINE: (
        "FailedOperation.InsufficientBalanceInSmsPackage",
        "package balance is insufficient",
    ),
}
HEADER = re.compile(
    r"TC3-HMAC-SHA256 Credential=(\w+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
    r"SignedHeaders=([\w;-]+), Signature=(\w{64})"
)


class TencentStandIn(HttpStandIn):
    """Takes messages of one secret, one application and template 1110."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)

    def settings(self) -> dict[str, str]:
        return {
            "secret_id": ID,
            "secret_key": KEY,
            "app": APP,
            "template": "1110",
            "signature": SIGNATURE,
            "signature_status": "registered",
            "token": TOKEN,
            "url": self.url,
        }

    def message(self, key: str) -> Message:
        return Message(key, "+8613900005678", f"尊敬的客户，您有一张{key}待领取。")

    def answer(self, asked: Asked, order: str) -> Reply:
        problem = _signature_problem(asked)
        if problem:
            return _error(problem)
        if order in ORDERED:
            return _state(asked.json["PhoneNumberSet"][0], *ORDERED[order])
        return self._sent(asked.json)

    def _sent(self, body: dict[str, Any]) -> Reply:
        [number] = body["PhoneNumberSet"]
        if body["SmsSdkAppId"] != APP:
            return _error("InvalidParameterValue.SdkAppIdNotExist")
        if not re.fullmatch(r"\+861[3-9]\d{9}", number):
            return _state(number, "InvalidParameterValue.IncorrectPhoneNumber", "incorrect")
        if body.get("SignName") != SIGNATURE:
            return _state(number, "FailedOperation.SignatureIncorrectOrUnapproved", "signature")
        if body["TemplateId"] != "1110" or len(body.get("TemplateParamSet", ())) != 1:
            return _state(number, "FailedOperation.TemplateIncorrectOrUnapproved", "template")
        id = f"5000:104571{next(self.numbers):010d}"
        text = f"【{SIGNATURE}】{body['TemplateParamSet'][0]}拒收请回复R"
        self.took.append(Took(number, text, id, {"SessionContext": body.get("SessionContext")}))
        return _state(number, "Ok", "send success", id, body.get("SessionContext", ""))

    def told(self, message: Message, receipt: Receipt) -> tuple[Call, ...]:
        mobile = message.to.removeprefix("+86")
        report = {
            "user_receive_time": "2026-11-23 12:00:05",
            "nationcode": "86",
            "mobile": mobile,
            "report_status": "SUCCESS",
            "errmsg": "DELIVRD",
            "description": "用户短信送达成功",
            "sid": receipt.id,
        }
        reply = {
            "extend": "1",
            "mobile": mobile,
            "nationcode": "86",
            "sign": SIGNATURE,
            "text": "T",
            "time": 1795406460,
        }
        return call([report], token=TOKEN), call(reply, token=TOKEN)


def _signature_problem(asked: Asked) -> str:
    found = HEADER.fullmatch(asked.headers.get("authorization", ""))
    if found is None:
        return "AuthFailure.InvalidAuthorization"
    id, day, names, given = found.groups()
    stamp = int(asked.headers.get("x-tc-timestamp", "0"))
    if id != ID:
        return "AuthFailure.SecretIdNotFound"
    if (
        abs(time.time() - stamp) > 300
        or datetime.fromtimestamp(stamp, UTC).date().isoformat() != day
    ):
        return "AuthFailure.SignatureExpire"
    if not {"content-type", "host"} <= set(names.split(";")):
        return "AuthFailure.InvalidAuthorization"
    if not hmac.compare_digest(given, _expected(asked, names, stamp, day)):
        return "AuthFailure.SignatureFailure"
    what = (asked.headers.get("x-tc-action"), asked.headers.get("x-tc-version"))
    return "" if what == ("SendSms", "2021-01-11") else "InvalidAction"


def _expected(asked: Asked, names: str, stamp: int, day: str) -> str:
    headers = "".join(
        f"{name}:{asked.headers[name].strip().lower()}\n" for name in names.split(";")
    )
    body = hashlib.sha256(asked.body).hexdigest()
    request = f"{asked.method}\n{asked.path}\n{asked.raw_query}\n{headers}\n{names}\n{body}"
    hashed = hashlib.sha256(request.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{stamp}\n{day}/sms/tc3_request\n{hashed}"
    key = hmac.digest(b"TC3" + KEY.encode(), day.encode(), "sha256")
    key = hmac.digest(hmac.digest(key, b"sms", "sha256"), b"tc3_request", "sha256")
    return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _error(code: str) -> Reply:
    return Reply(
        200, {"Response": {"Error": {"Code": code, "Message": code}, "RequestId": "a0aabda6"}}
    )


def _state(number: str, code: str, message: str, id: str = "", context: str = "") -> Reply:
    state = {
        "SerialNo": id,
        "PhoneNumber": number,
        "Fee": 1 if id else 0,
        "SessionContext": context,
        "Code": code,
        "Message": message,
        "IsoCode": "CN",
    }
    return Reply(200, {"Response": {"SendStatusSet": [state], "RequestId": "a0aabda6"}})
