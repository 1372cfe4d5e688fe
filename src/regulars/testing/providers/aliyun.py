"""Alibaba Cloud's SendSms of 2017-05-25 with ACS3-HMAC-SHA256, SmsReport and SmsUp."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from itertools import count
from urllib.parse import quote

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

KEY, SECRET, TOKEN, SIGNATURE = "LTAI5tExample", "aliyun-secret", "aliyun-token", "云杉银行"
TEMPLATES = {
    "SMS_154950909": ("${content}", {"content"}),
    "SMS_1": ("${name}，${day}到期", {"name", "day"}),
}
NEEDED = {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-version",
          "x-acs-signature-nonce"}  # fmt: skip
ORDERED = {
    LATER: (200, "isv.BUSINESS_LIMIT_CONTROL", "触发小时级流控Permits:5"),
    REFUSE: (200, "isv.BLACK_KEY_CONTROL_LIMIT", "黑名单管控"),
    NOBODY: (200, "isv.MOBILE_NUMBER_ILLEGAL", "非法手机号"),
    LINE: (200, "isv.AMOUNT_NOT_ENOUGH", "当前账户余额不足"),
}
HEADER = re.compile(
    r"ACS3-HMAC-SHA256 Credential=(\w+),SignedHeaders=([\w;-]+),Signature=(\w{64})"
)


class AliyunStandIn(HttpStandIn):
    """Takes messages of one access key, one signature and two templates."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(900619746936498440)
        self.nonces: set[str] = set()

    def settings(self) -> dict[str, str]:
        return {
            "access_key_id": KEY,
            "access_key_secret": SECRET,
            "signature": SIGNATURE,
            "signature_status": "registered",
            "template": "SMS_154950909",
            "token": TOKEN,
            "url": self.url,
        }

    def message(self, key: str) -> Message:
        return Message(key, "+8613900001234", f"尊敬的客户，您有一张{key}待领取。")

    def answer(self, asked: Asked, order: str) -> Reply:
        problem = self._signature_problem(asked)
        if problem:
            return _said(
                400 if "Nonce" in problem else 403, problem, "Specified signature is wrong."
            )
        if order in ORDERED:
            return _said(*ORDERED[order])
        return self._sent(asked.query)

    def _sent(self, query: dict[str, str]) -> Reply:
        if not re.fullmatch(r"1[3-9]\d{9}", query.get("PhoneNumbers", "")):
            return _said(200, "isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
        if query.get("SignName") != SIGNATURE:
            return _said(200, "isv.SMS_SIGNATURE_ILLEGAL", "短信签名不合法")
        template = TEMPLATES.get(query.get("TemplateCode", ""))
        if template is None:
            return _said(200, "isv.SMS_TEMPLATE_ILLEGAL", "短信模版不合法")
        values = json.loads(query.get("TemplateParam", "{}"))
        if set(values) != template[1]:
            return _said(200, "isv.TEMPLATE_MISSING_PARAMETERS", "模版缺少变量")
        body = re.sub(r"\$\{(\w+)\}", lambda place: str(values[place[1]]), template[0])
        id = f"{next(self.numbers)}^0"
        self.took.append(
            Took("+86" + query["PhoneNumbers"], f"【{SIGNATURE}】{body}拒收请回复R", id,
                 {"OutId": query.get("OutId", "")})
        )  # fmt: skip
        return Reply(200, {"Code": "OK", "Message": "OK", "RequestId": "F655A8D5", "BizId": id})

    def _signature_problem(self, asked: Asked) -> str:
        found = HEADER.fullmatch(asked.headers.get("authorization", ""))
        if found is None:
            return "MissingAuthorization"
        key, names, given = found.groups()
        if key != KEY:
            return "InvalidAccessKeyId.NotFound"
        if not set(names.split(";")) >= NEEDED or names != ";".join(sorted(names.split(";"))):
            return "IncompleteSignature"
        if asked.headers["x-acs-content-sha256"] != hashlib.sha256(asked.body).hexdigest():
            return "SignatureDoesNotMatch"
        if asked.headers["x-acs-signature-nonce"] in self.nonces:
            return "SignatureNonceUsed"
        self.nonces.add(asked.headers["x-acs-signature-nonce"])
        if not hmac.compare_digest(given, _expected(asked, names)):
            return "SignatureDoesNotMatch"
        action = (asked.headers["x-acs-action"], asked.headers["x-acs-version"])
        return "" if action == ("SendSms", "2017-05-25") else "InvalidAction.NotFound"

    def told(self, message: Message, receipt: Receipt) -> tuple[Call, ...]:
        number = message.to.removeprefix("+86")
        report = {
            "phone_number": number,
            "send_time": "2026-11-23 12:00:00",
            "report_time": "2026-11-23 12:00:05",
            "success": True,
            "err_code": "DELIVERED",
            "err_msg": "用户接收成功",
            "sms_size": "1",
            "biz_id": receipt.id,
            "out_id": message.key,
        }
        reply = {
            "phone_number": number,
            "send_time": "2026-11-23 12:01:00",
            "content": "TD",
            "sign_name": SIGNATURE,
            "dest_code": "1065",
            "sequence_id": 1234567890,
        }
        return call([report], token=TOKEN), call([reply], token=TOKEN)


def _expected(asked: Asked, names: str) -> str:
    """The signature as the service works it out from the call alone."""
    pairs = sorted(asked.query.items())
    query = "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs
    )
    headers = "".join(f"{name}:{asked.headers[name].strip()}\n" for name in names.split(";"))
    hashed = asked.headers["x-acs-content-sha256"]
    request = f"{asked.method}\n{asked.path}\n{query}\n{headers}\n{names}\n{hashed}"
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest()
    return hmac.digest(SECRET.encode(), to_sign.encode(), "sha256").hex()


def _said(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"Code": code, "Message": message, "RequestId": "F655A8D5"})
