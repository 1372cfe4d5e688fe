"""WeCom: tokens, tasks of employees and their results, reminders, calls that are sealed."""

from __future__ import annotations

import base64
import hashlib
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from regulars.server.delivery.kinds import Call, Message
from regulars.testing.providers.standing import (
    DROP,
    LATER,
    LINE,
    REFUSE,
    Asked,
    HttpStandIn,
    Reply,
    Took,
)

CORP, SECRET, TOKEN = "ww5823bf96d3bd56c7", "wecom-secret", "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CONTACTS = {"wmqfasd1e1927831291723123109rAAA", "wmLately", "wmFull", "wmFriend", "wmStranger"}
ORDERED = {LATER: (45009, "api freq out of limit"), REFUSE: (41048, "no customer to send"),
           LINE: (60020, "not allow to access from your ip")}  # fmt: skip
NOT_SENT, SENT, NO_FRIEND, LIMIT = 0, 1, 2, 3


class WeComStandIn(HttpStandIn):
    """A company with two employees.

    An employee sends a task with `confirm`; whom the provider then does not reach stands in
    `strangers` (no contact any more) and `full` (had all that the provider allows).
    """

    can_say = frozenset({DROP, LATER, REFUSE, LINE})

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[str] = []
        self.tasks: dict[str, dict[str, Any]] = {}
        self.results: dict[str, dict[str, int]] = {}
        self.reminded: dict[str, int] = defaultdict(int)
        self.strangers, self.full = {"wmStranger"}, {"wmFull"}

    def settings(self) -> dict[str, str]:
        return {
            "corp": CORP,
            "secret": SECRET,
            "callback_token": TOKEN,
            "aes_key": AES_KEY,
            "url": self.url,
        }

    def message(self, key: str) -> Message:
        return Message(key, "wmFriend", f"您好，{key}的资料发您。", sender="zhangsan")

    def ordered(self, asked: Asked) -> str:
        return super().ordered(asked) if asked.path.endswith("add_msg_template") else ""

    def expire(self) -> None:
        """All tokens given so far are of no use any more."""
        self.tokens.clear()

    def answer(self, asked: Asked, order: str) -> Reply:
        name = asked.path.removeprefix("/cgi-bin/").rpartition("/")[2]
        if name == "gettoken":
            return self._token(asked.query)
        token = asked.query.get("access_token")
        if token not in self.tokens:
            return _said(42001 if token else 41001, "access_token expired")
        if order in ORDERED:
            return _said(*ORDERED[order])
        return {
            "add_msg_template": self._add,
            "get_groupmsg_send_result": self._result,
            "remind_groupmsg_send": self._remind,
        }[name](asked.json)

    def _token(self, query: Mapping[str, str]) -> Reply:
        if query.get("corpid") != CORP:
            return _said(40013, "invalid corpid")
        if query.get("corpsecret") != SECRET:
            return _said(40001, "invalid credential")
        self.tokens.append(f"token-{self.port}-{len(self.tokens)}-{os.urandom(4).hex()}")
        return _said(0, "ok", access_token=self.tokens[-1], expires_in=7200)

    def _add(self, body: dict[str, Any]) -> Reply:
        people, text = body["external_userid"], body["text"]["content"]
        if body["chat_type"] != "single" or body["sender"] not in ("zhangsan", "lisi"):
            return _said(40003, "invalid userid")
        if not people or len(people) > 10_000 or len(text.encode()) > 12_000:
            return _said(40058, "invalid request parameter")
        failed = [
            each for each in people if each not in CONTACTS and not each.startswith("wm-")
        ]
        going = [each for each in people if each not in failed]
        if not going:
            return _said(41048, "no customer to send")
        task = f"msgGCAAAXtWyujaWJHDDGi0mACA{len(self.tasks):03d}"
        self.tasks[task] = body
        self.results[task] = dict.fromkeys(going, NOT_SENT)
        self.took += [Took(each, text, task, {"sender": body["sender"]}) for each in going]
        return _said(0, "ok", msgid=task, fail_list=failed)

    def confirm(self, task: str) -> None:
        """The employee sends it."""
        for each in self.results[task]:
            state = NO_FRIEND if each in self.strangers else SENT
            self.results[task][each] = LIMIT if each in self.full else state

    def _result(self, body: dict[str, Any]) -> Reply:
        task = self.tasks.get(body["msgid"])
        if task is None or task["sender"] != body["userid"]:
            return _said(41054, "invalid msgid")
        start, limit = int(body.get("cursor") or 0), min(int(body["limit"]), 1000)
        rows = list(self.results[body["msgid"]].items())
        listed = [
            {"external_userid": who, "userid": task["sender"], "status": state}
            | ({"send_time": 1552536375} if state == SENT else {})
            for who, state in rows[start : start + limit]
        ]
        more = str(start + limit) if start + limit < len(rows) else ""
        return _said(0, "ok", next_cursor=more, send_list=listed)

    def _remind(self, body: dict[str, Any]) -> Reply:
        self.reminded[body["msgid"]] += 1
        if self.reminded[body["msgid"]] > 3:
            return _said(45009, "reminded three times within 24 hours")
        return _said(0, "ok")

    def left(self, customer: str, employee: str) -> Call:
        """The call that tells that a customer deleted an employee."""
        return sealed(
            f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[sys]]>"
            "</FromUserName><CreateTime>1403610513</CreateTime><MsgType><![CDATA[event]]></MsgType>"
            "<Event><![CDATA[change_external_contact]]></Event>"
            "<ChangeType><![CDATA[del_follow_user]]></ChangeType>"
            f"<UserID><![CDATA[{employee}]]></UserID>"
            f"<ExternalUserID><![CDATA[{customer}]]></ExternalUserID></xml>"
        )

    def told(self, message: Message, receipt: object) -> tuple[Call, ...]:
        return (self.left(message.to, message.sender),)

    def forged(self, call: Call) -> Call:
        return replace(call, query={**call.query, "nonce": "0"})


def sealed(text: str, *, corp: str = CORP) -> Call:
    """A call as WeCom makes it: encrypted for us, signed."""
    key = base64.b64decode(AES_KEY + "=")
    plain = (
        os.urandom(16) + len(text.encode()).to_bytes(4, "big") + text.encode() + corp.encode()
    )
    padder = PKCS7(32 * 8).padder()
    writer = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    secret = writer.update(padder.update(plain) + padder.finalize()) + writer.finalize()
    inside = base64.b64encode(secret).decode()
    words = sorted([TOKEN, "1409659813", "1372623149", inside])
    query = {
        "msg_signature": hashlib.sha1("".join(words).encode()).hexdigest(),
        "timestamp": "1409659813",
        "nonce": "1372623149",
    }
    body = f"<xml><ToUserName><![CDATA[{corp}]]></ToUserName><AgentID><![CDATA[2]]></AgentID>"
    body += f"<Encrypt><![CDATA[{inside}]]></Encrypt></xml>"
    return Call("POST", "https://us.example/hear", {}, query, body.encode())


def _said(code: int, words: str, **more: Any) -> Reply:
    return Reply(200, {"errcode": code, "errmsg": words, **more})
