"""Words that must not be said, or need a second look, as data with the reason.

A word counts wherever it stands, full or half width, with or without blanks between Han;
not where a listed phrase holds it (第一次), and not where it is denied (不保本) if it may be.
What a customer says (the title of an objection) and what only the speaker reads is not
looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from regulars.server.content.rules.messages import sources
from regulars.server.content.rules.shape import Body, Card, Kind, Message, Playbook, Words

_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = re.compile(r"[\"']([^\"']*)[\"']")


class Severity(StrEnum):
    """What a finding means."""

    REFUSED = "refused"  # such a text is not submitted
    LOOK = "look"  # whoever submits says why it is right here


@dataclass(frozen=True)
class Sensitive:
    """One word or phrase, why it is sensitive, and what to say instead."""

    word: str
    severity: str
    reason: Words
    unless: tuple[str, ...] = ()  # phrases that hold the word and are harmless
    deniable: bool = False  # harmless behind "not": 不保本, not guaranteed
    only: tuple[str, ...] = ()  # kinds of text; empty: all
    own: bool = False  # added by the company


@dataclass(frozen=True)
class Finding:
    """A sensitive word in a text."""

    word: str
    severity: str
    reason: Words
    part: str  # "say", "day 7", ...
    around: str
    own: bool = False

    @property
    def refused(self) -> bool:
        return self.severity == Severity.REFUSED


def read_sensitive(body: Mapping[str, Any]) -> Sensitive:
    return Sensitive(
        word=str(body["word"]),
        severity=Severity(body["severity"]),
        reason=Words(str(body["zh"]), str(body["en"])),
        unless=tuple(body.get("unless", ())),
        deniable=bool(body.get("deniable", False)),
        only=tuple(body.get("only", ())),
    )


def spoken(kind: str, body: Body) -> Iterator[tuple[str, str]]:
    """What is said to a customer, with the part it stands in."""
    if isinstance(body, Card):
        yield "say", body.say.zh
        yield "say", body.say.en
    elif isinstance(body, Playbook):
        for step in body.steps:
            for words in (step.say, *(question.text for question in step.questions)):
                yield f"day {step.day}", words.zh
                yield f"day {step.day}", words.en
    elif isinstance(body, Message):
        for name, language, part, source in sources(body):
            yield f"{name} {language} {part}", said_by(source)


def said_by(source: str) -> str:
    """The words of a message without its Liquid, but with what stands in quotes there."""
    return _LIQUID.sub(lambda hit: " ".join(_QUOTED.findall(hit[0])), source)


def lint(kind: str, body: Body, words: Sequence[Sensitive]) -> tuple[Finding, ...]:
    """Every sensitive word of a text once, the refused first."""
    found: dict[tuple[str, str], Finding] = {}
    for part, text in spoken(kind, body):
        for hit in _found(text, (w for w in words if not w.only or kind in w.only), part):
            found.setdefault((hit.word, hit.part), hit)
    bare = _bare_return(kind, body) or _no_notice(body) or _offers(body)
    hits = [*found.values(), *([bare] if bare else [])]
    return tuple(sorted(hits, key=lambda hit: (not hit.refused, hit.part, hit.word)))


def lint_sentence(text: str, words: Sequence[Sensitive]) -> tuple[Finding, ...]:
    """The same for one sentence that somebody means to say, of no kind of ours."""
    hits = _found(text, (word for word in words if not word.only), "")
    return tuple(sorted(hits, key=lambda hit: (not hit.refused, hit.word)))


def _found(text: str, words: Iterable[Sensitive], part: str) -> Iterator[Finding]:
    plain = flat(text)
    for sensitive in words:
        for place in _places(plain, flat(sensitive.word)):
            if _harmless(plain, place, sensitive):
                continue
            yield Finding(
                sensitive.word, sensitive.severity, sensitive.reason, part,
                _around(text, plain, sensitive.word, place), sensitive.own,
            )  # fmt: skip
            break


def _around(text: str, plain: str, word: str, place: int) -> str:
    """The words about a place, as they were written where they can be found so."""
    if word in text:
        plain, place = text, text.index(word)
    start, stop = max(0, place - 12), place + len(word) + 12
    opening, closing = "…" if start else "", "…" if stop < len(plain) else ""
    return f"{opening}{plain[start:stop].strip()}{closing}"


def flat(text: str) -> str:
    """One width, lower case, and no blanks between Han."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"[\u200b-\u200d\ufeff]", "", plain)
    plain = re.sub(r"(?<=[\u3400-\u9fff])[\s·.*_-]+(?=[\u3400-\u9fff])", "", plain)
    return re.sub(r"\s+", " ", plain)


def _places(text: str, word: str) -> Iterator[int]:
    edge = r"\b" if word[:1].isascii() and word[:1].isalnum() else ""
    end = r"\b" if word[-1:].isascii() and word[-1:].isalnum() else ""
    yield from (hit.start() for hit in re.finditer(edge + re.escape(word) + end, text))


# Directly before the word, perhaps with "promise" between.
_DENIED = re.compile(
    r"(?:不(?!仅|但|只|光|错)(?:能|会|得|可|是|再|做|作)?|非|并非|绝不|从不|无法|没有|没人|未)"
    r"(?:承诺|保证|说|叫|对外宣称|等于|代表|意味着|(?:任何|有)(?:人|产品)(?:能|会)?)*$"
    r"|(?:not|no|never|cannot|can't|isn't|aren't|doesn't|without)(?:\s+(?:a|an|any|be|is|are"
    r"|promise|promised|offer|mean|the))*\s*$"
)


def _harmless(text: str, place: int, sensitive: Sensitive) -> bool:
    size = len(flat(sensitive.word))
    for phrase in sensitive.unless:
        for start in _places(text, flat(phrase)):
            if start <= place and place + size <= start + len(flat(phrase)):
                return True
    return sensitive.deniable and bool(_DENIED.search(text[max(0, place - 24) : place]))


# Products with a return are not talked about without a word of the risk.
WITH_RETURN = frozenset({"wealth", "fund", "insurance"})
_RETURN = re.compile(r"收益|回报|净值|年化|yield|return")
_RISK = re.compile(
    r"风险|不保证|可能亏|会波动|涨跌|有涨有跌|risk|may fall|may lose|can fall|not guaranteed"
)
BARE = Words(
    "说到收益而没有提示风险。有收益的产品要同时说明可能亏损。",
    "Speaks of returns without a word of the risk. Say that such products may lose value.",
)


def _bare_return(kind: str, body: Body) -> Finding | None:
    if kind not in {Kind.SCRIPT, Kind.OBJECTION, Kind.SNIPPET} or not isinstance(body, Card):
        return None
    if not WITH_RETURN & set(body.fits.kinds):
        return None
    for text in (body.say.zh, body.say.en):
        plain = flat(text)
        hit = _RETURN.search(plain)
        if hit and not _RISK.search(plain):
            return Finding(hit[0], Severity.LOOK, BARE, "say", plain[:30])
    return None


NO_NOTICE = Words(
    "有收益的产品的营销信息要有风险提示，例如“理财有风险，投资须谨慎”。",
    "A marketing message about a product with a return needs a notice of the risk.",
)


def _no_notice(body: Body) -> Finding | None:
    """Marketing for a product with a return says so of its risk in each text."""
    if not isinstance(body, Message) or body.purpose != "marketing":
        return None
    if body.product_kind not in WITH_RETURN and not WITH_RETURN & set(body.fits.kinds):
        return None
    for name, language, part, source in sources(body):
        if part == "text" and not _RISK.search(flat(said_by(source))):
            word = "风险提示" if language == "zh" else "risk notice"
            return Finding(word, Severity.REFUSED, NO_NOTICE, f"{name} {language}", "")
    return None


_OFFER = re.compile(
    r"优惠|折扣|抽奖|秒杀|限时|特价|赠送|discount|% off|special offer|lucky draw"
)
AN_OFFER = Words(
    "服务通知里像是有营销内容。营销请用途选“营销”，并按客户同意发送。",
    "A service message seems to hold an offer. Offers are marketing and need consent.",
)


def _offers(body: Body) -> Finding | None:
    """A notice is no place for an offer: that would go round the consent."""
    if not isinstance(body, Message) or body.purpose != "service":
        return None
    for name, language, _part, source in sources(body):
        if hit := _OFFER.search(flat(said_by(source))):
            return Finding(hit[0], Severity.LOOK, AN_OFFER, f"{name} {language}", hit[0])
    return None
