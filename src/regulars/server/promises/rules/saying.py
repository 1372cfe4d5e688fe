"""Whether a promise says something that can be checked.

Promises to customers are to be unconditional, clear, useful and lawful (承诺服务), and
somebody must be able to count or see afterwards whether they were kept. The lists below
catch what is said most often instead; they read words, not minds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

SHORTEST = 4  # signs, without spaces: "寄合同" and less names no thing and no measure
# Words that put off or praise: with one of them the sentence promises nothing by itself.
VAGUE = (
    *(
        "尽快",
        "尽量",
        "尽力",
        "尽早",
        "尽可能",
        "争取",
        "改天",
        "回头",
        "有空",
        "到时候",
        "适当",
    ),
    *("更好", "优质", "满意", "贴心", "关注", "留意", "多多", "放心"),
    *("as soon as possible", "asap", "soon", "sometime", "some day", "if possible"),
    *(
        "when possible",
        "try to",
        "do my best",
        "do our best",
        "look into",
        "better",
        "excellent",
    ),
)
# What makes it depend on something else. A promise holds in any case.
CONDITIONS = (
    *("如果", "假如", "只要", "除非", "前提是", "视情况"),
    *("provided that", "on condition", "unless", "as long as", "depending on"),
)
# What may not be promised at all: returns, safety of capital, favours against the rules.
FORBIDDEN = (
    *("保本", "保收益", "保证收益", "保证盈利", "稳赚", "零风险", "无风险", "刚性兑付", "回扣"),
    *("guaranteed return", "guarantee the return", "guaranteed profit", "kickback"),
    *("no risk", "risk-free", "risk free"),
)
# Something that is there afterwards or is not: it can be seen whether it was done.
DONE = (
    *("发", "送", "寄", "报价", "电话", "回电", "致电", "打印", "开通", "办理", "办好", "提交"),
    *(
        "交给",
        "通知",
        "带来",
        "带上",
        "约",
        "安排",
        "到账",
        "退",
        "补",
        "修",
        "换",
        "拜访",
        "上门",
    ),
    *(
        "回复",
        "答复",
        "出具",
        "准备",
        "联系",
        "转账",
        "转给",
        "付",
        "减免",
        "写好",
        "签",
        "取来",
    ),
)
DO = (
    *("send", "call", "bring", "deliver", "visit", "write", "open", "close", "refund", "pay"),
    *("print", "reply", "answer", "hand", "book", "quote", "give", "post", "mail", "email"),
    *("prepare", "arrange", "transfer", "credit", "ring", "meet", "confirm", "collect", "fix"),
    *("replace", "repair", "waive", "sign", "submit", "report", "invite", "order", "get back"),
    *("phone", "message", "text", "show", "renew", "issue", "finish", "register", "cancel"),
)
MEASURES = "个份次张笔天日周月年元万点小时分页台家套"
NUMBER = re.compile(rf"\d|[一二两三四五六七八九十百千万几半]\s*[{MEASURES}]")
DATED = re.compile(
    r"今天|明天|后天|周[一二三四五六日天末]|星期|礼拜|上午|下午|月底|年底|季末|之前"
    r"|\b(?:today|tomorrow|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
)


class Wrong(StrEnum):
    """What is wrong with the words of a promise."""

    SHORT = "short"
    FORBIDDEN = "forbidden"
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
    if word := _first(FORBIDDEN, said):
        return Fault(Wrong.FORBIDDEN, word)
    if word := _first(CONDITIONS, said):
        return Fault(Wrong.CONDITIONAL, word)
    if NUMBER.search(said) or DATED.search(said):
        return None
    if word := _first(VAGUE, said):
        return Fault(Wrong.VAGUE, word)
    return None if _first(DONE, said) or _first(DO, said) else Fault(Wrong.UNCHECKABLE)


def _first(words: tuple[str, ...], said: str) -> str:
    """The first of the words that is said; Latin ones only as whole words."""
    for word in words:
        if not word.isascii():
            if word in said:
                return word
        elif re.search(rf"\b{re.escape(word)}\b", said):
            return word
    return ""
