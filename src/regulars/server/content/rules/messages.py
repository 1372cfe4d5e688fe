"""Messages: read from what is kept, and what is wrong with one before it is handed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.server.content.rules import shape
from regulars.server.content.rules.liquid import markup
from regulars.server.content.rules.liquid.checking import Problem, check
from regulars.server.content.rules.message_fields import Known, Use
from regulars.server.content.rules.parts import BadContent, as_words, fitting, tags, words
from regulars.server.content.rules.shape import Message, Wording

MOST_WORDINGS = 2
LONGEST_SUBJECT, LONGEST_HTML = 120, 12_000
PARTS = ("subject", "text", "html")
GREETINGS = frozenset({"customer.salutation", "customer.name"})
TOP_LEVEL = 5
# The channel puts these on by itself, and counts them.
_SIGNATURE = re.compile(r"^\s*【[^】]*】|【[^】]*】\s*$")
_OPT_OUT = re.compile(
    r"拒收请?回复|退订请?回复?|回复?\s*(?:T|TD|R)\s*退订|reply\s+stop|\bstop\s+to\b", re.I
)


@dataclass(frozen=True)
class Trouble:
    """A problem of one wording in one language: "A", "zh", "text"."""

    wording: str
    language: str
    part: str
    problem: Problem


def read_message(body: Mapping[str, Any]) -> Message:
    """Read what is kept.

    :raises BadContent: it is no message.
    """
    wordings = tuple(_wording(each) for each in body.get("wordings") or ())
    wordings = tuple(one for n, one in enumerate(wordings) if one.text or n == 0)
    if not wordings or not wordings[0].text:
        raise BadContent("missing", field="text")
    if len(wordings) > MOST_WORDINGS:
        raise BadContent("too_many_wordings", n=len(wordings), most=MOST_WORDINGS)
    return Message(
        title=words(body, "title", needed=True, longest=160),
        channel=_one_of(body, "channel", shape.MESSAGE_CHANNELS),
        purpose=_one_of(body, "purpose", shape.MESSAGE_PURPOSES),
        wordings=wordings,
        product=str(body.get("product") or "").strip(),
        product_kind=str(body.get("product_kind") or "").strip(),
        valid_until=_day(body.get("valid_until")),
        fallback=_one_of(body, "fallback", ("zh", "en"), usual="zh"),
        tags=tags(body),
        fits=fitting(body.get("fits") or {}),
    )


def _wording(body: Mapping[str, Any]) -> Wording:
    return Wording(
        subject=words(body, "subject", longest=LONGEST_SUBJECT),
        text=as_words(body.get("text")),
        html=words(body, "html", longest=LONGEST_HTML),
    )


def _one_of(body: Mapping[str, Any], name: str, known: tuple[str, ...], usual: str = "") -> str:
    value = str(body.get(name) or usual)
    if value not in known:
        raise BadContent("unknown_code", field=name, value=value)
    return value


def _day(given: object) -> str:
    try:
        return date.fromisoformat(str(given)).isoformat() if given else ""
    except ValueError as error:
        raise BadContent("bad_date", value=str(given)) from error


def sources(message: Message) -> Iterator[tuple[str, str, str, str]]:
    """Every source there is: wording, language, part, source."""
    for name, wording in zip("AB", message.wordings, strict=False):
        for language in ("zh", "en"):
            for part in PARTS:
                if source := getattr(getattr(wording, part), language):
                    yield name, language, part, source


def troubles(message: Message, known: Known) -> list[Trouble]:
    """What keeps a message from being written down, each with its place."""
    found = []
    for name, language, part, source in sources(message):
        html = part == "html"
        if html and (hit := markup.foreign(source)):
            found.append(Trouble(name, language, part, _placed("markup", source, *hit)))
        checked = check(source, known, purpose=message.purpose, html=html)
        found += [Trouble(name, language, part, one) for one in checked.problems]
    return found


def _placed(code: str, source: str, written: str, index: int) -> Problem:
    before = source[:index]
    line = before.count("\n") + 1
    return Problem(code, line, index - (before.rfind("\n") + 1) + 1, written)


def lacks(message: Message) -> list[Trouble]:
    """What a message still needs, or has too much of, before it is submitted."""
    found = []
    most = shape.LONGEST_TEXT[message.channel]
    for name, language, part, source in sources(message):
        for code, value in _of_part(message, part, source, most):
            found.append(Trouble(name, language, part, Problem(code, 1, 1, value, str(most))))
    if message.channel in shape.WITH_SUBJECT:
        for name, wording in zip("AB", message.wordings, strict=False):
            for language in ("zh", "en"):
                if getattr(wording.text, language) and not getattr(wording.subject, language):
                    none = Problem("no_subject", 1, 1, "")
                    found.append(Trouble(name, language, "subject", none))
    if not message.languages:
        found.append(Trouble("B", "zh", "text", Problem("no_language", 1, 1, "")))
    return found


def _of_part(message: Message, part: str, source: str, most: int) -> Iterator[tuple[str, str]]:
    if part == "text" and len(source) > most:
        yield "text_long", str(len(source))
    if message.channel != "sms" or part != "text":
        return
    if hit := _SIGNATURE.search(source):
        yield "signature", hit[0].strip()
    if hit := _OPT_OUT.search(source):
        yield "opt_out", hit[0]


def unwritten(message: Message) -> tuple[str, ...]:
    """The languages in which it is not written: such customers get the fallback."""
    return tuple(one for one in ("zh", "en") if one not in message.languages)


def paths(message: Message, known: Known) -> frozenset[str]:
    """Every field that a message names."""
    found: set[str] = set()
    for _name, _language, part, source in sources(message):
        found |= check(source, known, html=part == "html").paths
    return frozenset(found)


def is_personal(message: Message, known: Known) -> bool:
    """Whether it says what was computed about the customer, who may have refused that."""
    used = paths(message, known)
    return any(known.fields[p].use is Use.SCORED for p in used if p in known.fields)


def personal_enough(message: Message, known: Known) -> bool:
    """Whether each wording addresses the customer by name, in each language it is written in.

    Messages to the top tier must: see `needs_confirmation`.
    """
    greeted = {
        (name, language)
        for name, language, part, source in sources(message)
        if part != "subject" and GREETINGS & check(source, known, html=part == "html").paths
    }
    written = {(n, language) for n, language, part, _s in sources(message) if part == "text"}
    return bool(written) and written <= greeted


def needs_confirmation(level: int | None, *, top: int = TOP_LEVEL) -> bool:
    """Whether a message to a customer of this tier waits for their relationship manager.

    The top tier is never sent to in bulk: somebody who knows the customer confirms each
    message, and it addresses them personally.
    """
    return level is not None and level >= top


def text_of(wording: Wording, language: str) -> tuple[str, str, str]:
    """Subject, text and HTML sources of one language."""
    subject, text, html = (getattr(getattr(wording, part), language) for part in PARTS)
    return subject, text, html
