"""What every letter owes, whoever carries it: mark of advertising, a way out, its headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from email.headerregistry import Address
from email.utils import parseaddr
from functools import lru_cache
from html import escape

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from regulars.base.errors import BadInput
from regulars.server.delivery.kinds.base import Field, Message

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z]{2,63}")
MARKS = {"zh": "广告", "en": "AD"}
SENDER = Field(
    "sender",
    gettext_lazy("Sender"),
    gettext_lazy("Such as Yunshan Bank <news@yunshan.example>."),
)
REPLY_TO = Field(
    "reply_to",
    gettext_lazy("Address for replies"),
    gettext_lazy("Refusals may be sent there, too; it must work for 30 days after a letter."),
    required=False,
)
ADVERT = Field(
    "advert",
    gettext_lazy("Mark advertising in the subject"),
    gettext_lazy("In mainland China the subject must begin with 广告 or AD."),
    default="yes",
    choices=(("yes", pgettext_lazy("setting", "Yes")), ("no", pgettext_lazy("setting", "No"))),
)
OWED = (SENDER, REPLY_TO, ADVERT)


def words(message: Message, *, advert: bool) -> Message:
    """A letter as it will arrive: marked where it advertises, with a way out."""
    subject = " ".join(message.subject.split())
    if not message.marketing:
        return replace(message, subject=subject)
    if advert and not subject.startswith(tuple(MARKS.values())):
        mark = MARKS.get(message.language, "AD")
        subject = f"{mark}：{subject}" if mark == "广告" else f"{mark}: {subject}"
    return replace(message, subject=subject, text=_text(message), html=_html(message))


def _text(message: Message) -> str:
    if not message.stop or message.stop in message.text:
        return message.text
    word = "退订" if message.language == "zh" else "Unsubscribe"
    return f"{message.text.rstrip()}\n\n{word}: {message.stop}\n"


def _html(message: Message) -> str:
    link = escape(message.stop)
    if not message.html or not link or link in message.html or message.stop in message.html:
        return message.html
    word = "退订" if message.language == "zh" else "Unsubscribe"
    line = f'<p><a href="{link}">{word}</a></p>'
    head, body, tail = message.html.rpartition("</body>")
    return f"{head}{line}{body}{tail}" if body else f"{tail}{line}"


def headers(message: Message, *, reply_to: str) -> dict[str, str]:
    """What mail programs and servers are told beside the letter (RFC 8058, RFC 3834)."""
    if not message.marketing:
        return {"Auto-Submitted": "auto-generated"}
    if not message.stop:
        return {}
    ways = [f"<{message.stop}>"]
    if reply_to:
        ways.append(f"<mailto:{parseaddr(reply_to)[1]}?subject=unsubscribe%20{message.key}>")
    return {
        "List-Unsubscribe": ", ".join(ways),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }


def refusal(message: Message) -> str:
    """Why a letter cannot be carried; empty: it can."""
    if not ADDRESS.fullmatch(message.to) or ".." in message.to:
        return str(_("The e-mail address cannot be read."))
    if not message.subject.strip():
        return str(_("The letter has no subject."))
    if not message.text.strip():
        return str(_("The message is empty."))
    if message.marketing and not message.stop.startswith("https://"):
        return str(_("A marketing letter needs an https address where one click refuses more."))
    return ""


def sender(settings: Mapping[str, str]) -> Address:
    """Who letters are from.

    :raises BadInput: the address cannot be read.
    """
    return _sender(settings.get("sender", ""))


@lru_cache(maxsize=64)
def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    if not ADDRESS.fullmatch(address):
        raise BadInput(_("Say who mail is from, such as Name <news@example.com>."))
    return Address(name, addr_spec=address)
