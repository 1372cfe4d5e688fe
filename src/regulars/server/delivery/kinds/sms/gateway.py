"""Any gateway that takes an SMS by one HTTP call: a bank's own, an operator's, a small one's.

How the call is written and where the answer says what became of it are settings of the line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput
from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import wire
from regulars.server.delivery.kinds.base import (
    Capabilities,
    Carrier,
    End,
    Message,
    Receipt,
    Twice,
    World,
)
from regulars.server.delivery.kinds.heard import (
    Answer,
    Call,
    Event,
    Happened,
)
from regulars.server.delivery.kinds.sms import writing
from regulars.server.delivery.kinds.sms.line import HttpCarrier, SmsKind, demand_address
from regulars.server.delivery.kinds.sms.settings import FIELDS

KNOWN = frozenset(
    {"phone", "national", "text", "plain", "signature", "key", "template", "user"}
    | {"password", "time", "sign"}
)


class Gateway(SmsKind):
    """SMS by a gateway whose calls the company describes."""

    code = "sms_http"
    name = gettext_lazy("SMS: any gateway by HTTP")
    can = Capabilities(longest=1600, receipts=True, replies=True)
    fields = FIELDS

    def __init__(self, settings: Mapping[str, str], world: World | None = None) -> None:
        super().__init__(settings, world)
        if self.settings["keyed"] == "yes":
            self.can = replace(type(self).can, twice=Twice.KEYED)

    def check(self) -> None:
        super().check()
        demand_address(
            writing.filled(self.settings["url"], dict.fromkeys(KNOWN, "0"), form="form")
        )
        written = "".join(self.settings.get(name, "") for name in ("url", "body", "headers"))
        unknown = sorted(writing.places(written) - KNOWN)
        if unknown:
            raise BadInput(
                _("There is no place {%(name)s}. Known are: %(known)s.")
                % {"name": unknown[0], "known": ", ".join(sorted(KNOWN))}
            )
        if not writing.places(written) & {"text", "plain", "template"}:
            raise BadInput(_("The call nowhere holds the text: write {text} into the body."))
        if not writing.places(written) & {"phone", "national"}:
            raise BadInput(_("The call nowhere holds the number: write {phone} into the body."))

    def open(self) -> Carrier:
        return HttpCarrier(self._ask, self._read)

    def _ask(self, message: Message, mark: wire.Mark) -> Outcome:
        values, form = self._values(message), self.settings["format"]
        get = self.settings["method"] == "GET"
        body = "" if get else writing.filled(self.settings["body"], values, form=form)
        headers = {} if get else {"Content-Type": writing.TYPES[form]}
        return wire.call(
            self.world,
            writing.filled(self.settings["url"], values, form="form"),
            method=self.settings["method"],
            body=body.encode(),
            headers=headers | writing.headers(self.settings.get("headers", ""), values),
            mark=mark,
        )

    def _values(self, message: Message) -> dict[str, str]:
        values = {
            "phone": message.to,
            "national": message.to.removeprefix("+86").removeprefix("+"),
            "text": self.words(message).text,
            "plain": self.plain(message),
            "signature": self.settings.get("signature", ""),
            "key": message.key,
            "template": message.template,
            "user": self.settings.get("user", ""),
            "password": self.settings.get("password", ""),
            "time": str(int(self.world.clock().timestamp())),
        }
        signed = writing.filled(self.settings.get("signed", ""), values, form="plain")
        digest = writing.DIGESTS[self.settings["digest"]]
        return values | {"sign": digest(signed.encode(), values["password"].encode())}

    def _read(self, outcome: Outcome) -> Receipt:
        answer = _any(outcome.body)
        code = self._at("code_path", answer) or wire.text(outcome).strip()[:60]
        said = wire.brief(self._at("said_path", answer))
        if outcome.arrived and self._said_yes(code):
            return Receipt(End.SENT, id=self._at("id_path", answer), code=code, said=said)
        for name, end in (("later", End.LATER), ("line", End.LATER), ("dead", End.REFUSED)):
            if code in self.settings.get(f"{name}_codes", "").split():
                return Receipt(
                    end, code=code, said=said, line=name == "line", dead=name == "dead",
                    wait=wire.retry_after(outcome),
                )  # fmt: skip
        if not outcome.arrived:
            return wire.by_status(outcome, code="" if not answer else code, said=said)
        # Without a code nothing was understood, so nobody knows.
        known = bool(self._at("code_path", answer))
        return Receipt(End.REFUSED if known else End.UNKNOWN, code=code, said=said)

    def _said_yes(self, code: str) -> bool:
        good = self.settings["good_code"]
        return code == good if self.settings.get("code_path") else code.startswith(good)

    def _at(self, name: str, document: Any) -> str:
        path = self.settings.get(name, "")
        return writing.at(path, document) if path else ""

    def hear(self, call: Call, *, at: datetime) -> Answer:
        wire.demand_token(call, self.settings.get("token", ""))
        rows = self._rows(call)
        events = tuple(event for row in rows if (event := self._event(row)) is not None)
        return Answer(events, body=self.settings["heard"])

    def _rows(self, call: Call) -> list[Any]:
        found = _any(call.body)
        if found is None:
            form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
            return [dict(call.query) | form]
        rows = found
        for step in self.settings.get("rows_path", "").split(".") if found else ():
            rows = rows.get(step, []) if step and isinstance(rows, dict) else rows
        return rows if isinstance(rows, list) else [rows]

    def _event(self, row: Any) -> Event | None:
        text, state = self._at("reply_text", row), self._at("report_state", row)
        number, name = self._at("report_phone", row), self._at("report_id", row)
        address = f"+86{number}" if len(number) == 11 and number[0] == "1" else number
        if text:
            once = name or f"{number}:{self._at('report_time', row)}:{text}"
            return Event(
                Happened.REPLIED, once=f"reply:{once}"[:200], address=address, text=text
            )
        if not state or not name:
            return None
        good = state in self.settings["good_states"].split()
        what = Happened.DELIVERED if good else Happened.FAILED
        return Event(what, once=f"report:{name}:{state}", id=name, address=address, code=state)


def _any(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
