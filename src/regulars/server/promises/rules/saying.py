"""Whether a promise says something that can be checked.

Promises to customers are to be unconditional, clear, useful and lawful (承诺服务), and
somebody must be able to count or see afterwards whether they were kept. The lists below
catch what is said most often instead; they read words, not minds. What may not be said to a
customer at all is content's to know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

SHORTEST = 4  # signs, without spaces: "寄合同" and less names no thing and no measure
NUMERALS = "一二两三四五六七八九十百千万几半"
MEASURES = "个份次张笔天日周月年元万点小时分页台家套"


def _any(chinese: str, english: str) -> re.Pattern[str]:
    """One of these words; English ones as whole words only."""
    return re.compile(rf"{chinese}|\b(?:{english})\b")


# Words that put off or praise: with one of them the sentence promises nothing by itself.
VAGUE = _any(
    "尽快|尽量|尽力|尽早|尽可能|争取|改天|回头|有空|到时候|适当"
    "|更好|优质|满意|贴心|关注|留意|多多|放心",
    "as soon as possible|asap|soon|sometime|some day|if possible|when possible|try to"
    "|do my best|do our best|look into|better|excellent",
)
# What makes it depend on something else. A promise holds in any case.
CONDITION = _any(
    "如果|假如|只要|除非|前提是|视情况",
    "provided that|on condition|unless|as long as|depending on",
)
# Something that is there afterwards or is not: it can be seen whether it was done.
DONE = _any(
    "发|送|寄|报价|电话|回电|致电|打印|开通|办理|办好|提交|交给|通知|带来|带上|约|安排|到账"
    "|退|补|修|换|拜访|上门|回复|答复|出具|准备|联系|转账|转给|付|减免|写好|签",
    "send|call|bring|deliver|visit|write|open|close|refund|pay|print|reply|answer|hand|book"
    "|quote|give|post|mail|email|prepare|arrange|transfer|credit|ring|meet|confirm|collect"
    "|fix|replace|repair|waive|sign|submit|report|invite|order|phone|message|text|show"
    "|renew|issue|finish|register|cancel",
)
NUMBER = re.compile(rf"\d|[{NUMERALS}]\s*[{MEASURES}]")
DATED = _any(
    "今天|明天|后天|周[一二三四五六日天末]|星期|礼拜|上午|下午|月底|年底|季末|之前",
    "today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
)


class Wrong(StrEnum):
    """What is wrong with the words of a promise."""

    SHORT = "short"
    CONDITIONAL = "conditional"
    VAGUE = "vague"
    UNCHECKABLE = "uncheckable"


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong, and the words it is about."""

    wrong: Wrong
    words: str = ""


def fault(text: str) -> Fault | None:
    """Find what keeps a text from being a promise; None where it is one."""
    said = " ".join(text.lower().split())
    if len(said.replace(" ", "")) < SHORTEST:
        return Fault(Wrong.SHORT, text.strip())
    if hit := CONDITION.search(said):
        return Fault(Wrong.CONDITIONAL, hit[0])
    if NUMBER.search(said) or DATED.search(said):
        return None
    if hit := VAGUE.search(said):
        return Fault(Wrong.VAGUE, hit[0])
    return None if DONE.search(said) else Fault(Wrong.UNCHECKABLE)
