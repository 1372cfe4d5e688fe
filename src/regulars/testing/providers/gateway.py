"""A small provider's gateway, as many are: JSON in, a code out, receipts as a list."""

from __future__ import annotations

import hashlib
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

USER, PASSWORD, TOKEN = "yunshan", "gateway-password", "gateway-token"
ORDERED = {LATER: "1010", REFUSE: "1004", NOBODY: "1003", LINE: "1001"}


class GatewayStandIn(HttpStandIn):
    """Takes messages whose sign is the MD5 of user, password and time."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = count(1)

    def settings(self) -> dict[str, str]:
        return {
            "url": f"{self.url}/send",
            "body": '{"user":"{user}","time":"{time}","sign":"{sign}",'
            '"list":[{"mobile":"{national}","msg":"{text}","ref":"{key}"}]}',
            "user": USER,
            "password": PASSWORD,
            "signed": "{user}{password}{time}",
            "code_path": "result.code",
            "id_path": "result.ids.0",
            "said_path": "result.desc",
            "later_codes": "1010",
            "line_codes": "1001 1002",
            "dead_codes": "1003",
            "rows_path": "reports",
            "signature": "云杉银行",
            "signature_status": "registered",
            "token": TOKEN,
        }

    def message(self, key: str) -> Message:
        return Message(key, "+8613700001111", f'尊敬的客户："{key}"\n待领取，额度 100 {{元}}。')

    def answer(self, asked: Asked, order: str) -> Reply:
        body = asked.json
        expected = hashlib.md5(f"{USER}{PASSWORD}{body['time']}".encode()).hexdigest()
        if (body["user"], body["sign"]) != (USER, expected):
            return _said("1002", "sign")
        if order in ORDERED:
            return _said(ORDERED[order], order)
        [row] = body["list"]
        if len(row["mobile"]) != 11:
            return _said("1003", "mobile")
        if not row["msg"].startswith("【云杉银行】"):
            return _said("1004", "signature")
        id = f"g{next(self.numbers)}"
        self.took.append(Took("+86" + row["mobile"], row["msg"], id, {"ref": row["ref"]}))
        return _said("0", "ok", id)

    def told(self, message: Message, receipt: Receipt) -> tuple[Call, ...]:
        mobile = message.to.removeprefix("+86")
        report = {"id": receipt.id, "phone": mobile, "status": "DELIVRD", "time": "1200"}
        reply = {"id": "r1", "phone": mobile, "content": "退订", "time": "1201"}
        return call({"reports": [report]}, token=TOKEN), call({"reports": [reply]}, token=TOKEN)


def _said(code: str, desc: str, id: str = "") -> Reply:
    return Reply(200, {"result": {"code": int(code), "desc": desc, "ids": [id] if id else []}})
