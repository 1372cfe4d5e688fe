"""The settings of WeCom, and the line to it."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds import wire
from regulars.server.delivery.kinds.base import (
    Allowance,
    Capabilities,
    Carrier,
    End,
    Field,
    Kind,
    Message,
    Receipt,
    Size,
)
from regulars.server.delivery.kinds.heard import (
    Answer,
    Call,
    Event,
    Happened,
)
from regulars.server.delivery.kinds.sms.line import demand
from regulars.server.delivery.kinds.wecom import api, callback

LONGEST = 4000  # characters of a mass message's text
TOGETHER = 10_000  # customers of one employee in one call
PAGE = 1000
# https://developer.work.weixin.qq.com/document/path/97610: three times a task in 24 hours
REMINDERS = 3
PAGES = 40  # of results of one employee: more customers than anybody has
# https://developer.work.weixin.qq.com/document/path/93338
STATES = {1: Happened.SENT, 2: Happened.FAILED, 3: Happened.LIMITED}
WORDS = {2: "not_a_contact", 3: "limit_reached"}


class WeCom(Kind):
    """Mass messages to customers, as tasks of employees."""

    code = "wecom"
    channel = "wecom"
    name = gettext_lazy("WeCom: tasks for employees")
    can = Capabilities(
        longest=LONGEST,
        confirmed_by_a_person=True,
        together=TOGETHER,
        receipts=True,
        reminders=REMINDERS,
    )
    fields = (
        Field("corp", gettext_lazy("Company ID"), gettext_lazy("Begins with ww.")),
        Field(
            "secret",
            gettext_lazy("Secret of the application"),
            gettext_lazy("Of an application that may use customer contact."),
            secret=True,
        ),
        Field(
            "capacity",
            gettext_lazy("What one customer may get"),
            gettext_lazy("As the company set it in WeCom's administration."),
            default="daily",
            choices=(
                ("monthly", gettext_lazy("As many a month as it has days")),
                ("weekly", gettext_lazy("7 a week")),
                ("daily", gettext_lazy("1 a day")),
            ),
        ),
        Field(
            "callback_token", gettext_lazy("Token of calls to us"), required=False, secret=True
        ),
        Field("aes_key", gettext_lazy("EncodingAESKey"), required=False, secret=True),
        Field("url", gettext_lazy("Address"), default="https://qyapi.weixin.qq.com"),
    )

    def check(self) -> None:
        demand(self)
        if self.settings.get("aes_key") and callback.key(self.settings["aes_key"]) is None:
            raise BadInput(_("The EncodingAESKey has 43 letters and digits."))

    def open(self) -> Carrier:
        return _Line(self)

    def size(self, message: Message) -> Size:
        return Size(1, len(message.text), "characters")

    def refusal(self, message: Message) -> str:
        if not message.to:
            return str(_("The customer is nobody's contact in WeCom."))
        if not message.sender:
            return str(_("The message names no employee who sends it."))
        if ":" in message.sender:
            return str(_("The employee's user ID cannot be read."))
        if not message.text.strip():
            return str(_("The message is empty."))
        if len(message.text) > LONGEST:
            return str(
                _("The message has %(units)s units; the provider takes %(longest)s.")
                % {"units": len(message.text), "longest": LONGEST}
            )
        return ""

    def allowance(self, on: date) -> Allowance:
        if self.settings["capacity"] == "monthly":
            days = monthrange(on.year, on.month)[1]
            first = on.replace(day=1)
            return Allowance(first, first + timedelta(days=days), days)
        if self.settings["capacity"] == "weekly":
            monday = on - timedelta(days=on.weekday())
            return Allowance(monday, monday + timedelta(days=7), 7)
        return Allowance(on, on + timedelta(days=1), 1)

    def hear(self, call: Call, *, at: datetime) -> Answer:
        return callback.heard(call, self.settings)

    def ask(self, ids: Sequence[str], *, at: datetime) -> tuple[Event, ...]:
        tasks: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for id in ids:
            task, sender, customer = _parts(id)
            tasks[task, sender][customer] = id
        line = api.Api(self.settings, self.world)
        return tuple(
            event
            for (task, sender), asked in sorted(tasks.items())
            for row in _results(line, task, sender)
            if (event := _event(row, asked)) is not None
        )

    def remind(self, ids: Sequence[str]) -> tuple[Receipt, ...]:
        line, told = api.Api(self.settings, self.world), []
        for task in sorted({_parts(id)[0] for id in ids}):
            outcome = line.call("externalcontact/remind_groupmsg_send", {"msgid": task}.copy)
            told.append(api.read(outcome) or Receipt(End.SENT, id=task))
            if told[-1].line or not outcome.arrived:
                break
        return tuple(told)


class _Line(Carrier):
    def __init__(self, kind: WeCom) -> None:
        self.api = api.Api(kind.settings, kind.world)

    def send(self, message: Message, mark: Callable[[], bool]) -> Receipt:
        def ours() -> Sequence[str]:
            return [message.key] if mark() else []

        return self.send_together([message], ours)[message.key]

    def send_together(
        self, messages: Sequence[Message], mark: Callable[[], Sequence[str]]
    ) -> Mapping[str, Receipt]:
        """One task of one employee; all messages have the same sender and text."""
        first = messages[0]
        if any((each.sender, each.text) != (first.sender, first.text) for each in messages):
            raise BadInput("Messages of several senders or texts cannot go together.")
        if len(messages) > TOGETHER:
            raise BadInput(f"At most {TOGETHER} customers go together.")
        going = _Going(messages, mark)
        outcome = self.api.call(
            "externalcontact/add_msg_template", going.task, mark=going.are_any_ours
        )
        failed = api.read(outcome)
        answer = wire.document(outcome)
        task, refused = str(answer.get("msgid", "")), set(answer.get("fail_list") or ())
        return going.receipts(lambda each: failed or _receipt(each, task, refused))


class _Going:
    """Messages of one task, of which some may be taken from us at the last moment."""

    def __init__(self, messages: Sequence[Message], mark: Callable[[], Sequence[str]]) -> None:
        self.messages, self.mark = messages, mark
        self.ours = {each.key for each in messages}

    def are_any_ours(self) -> bool:
        self.ours &= set(self.mark())
        return bool(self.ours)

    def task(self) -> dict[str, Any]:
        return {
            "chat_type": "single",
            "external_userid": [each.to for each in self.messages if each.key in self.ours],
            "sender": self.messages[0].sender,
            "text": {"content": self.messages[0].text},
        }

    def receipts(self, made: Callable[[Message], Receipt]) -> dict[str, Receipt]:
        return {
            each.key: made(each) if each.key in self.ours else Receipt(End.TAKEN)
            for each in self.messages
        }


def _receipt(message: Message, task: str, refused: set[Any]) -> Receipt:
    if message.to in refused:
        return Receipt(End.REFUSED, code="fail_list")
    return Receipt(End.CREATED, id=f"{task}:{message.sender}:{message.to}")


def _parts(id: str) -> tuple[str, str, str]:
    task, sender, customer = (*id.split(":", 2), "", "")[:3]
    return task, sender, customer


def _results(line: api.Api, task: str, sender: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = ""
    for _page in range(PAGES):
        asked = {"msgid": task, "userid": sender, "limit": PAGE, "cursor": cursor}
        outcome = line.call("externalcontact/get_groupmsg_send_result", asked.copy)
        answer = wire.document(outcome)
        if api.code(outcome) != 0:
            break
        rows += [row for row in answer.get("send_list") or () if isinstance(row, dict)]
        cursor = str(answer.get("next_cursor") or "")
        if not cursor:
            break
    return rows


def _event(row: Mapping[str, Any], asked: Mapping[str, str]) -> Event | None:
    customer, status = str(row.get("external_userid", "")), row.get("status")
    id, what = asked.get(customer), STATES.get(status) if isinstance(status, int) else None
    if id is None or what is None:
        return None
    sent = row.get("send_time")
    return Event(
        what, once=f"{id}:{status}", id=id, address=customer, code=str(status),
        said=WORDS.get(int(str(status)), ""),
        at=datetime.fromtimestamp(sent, UTC) if isinstance(sent, int) else None,
    )  # fmt: skip
