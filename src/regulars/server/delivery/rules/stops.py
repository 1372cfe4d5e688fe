"""Which answers are a no. A question about a no is none."""

from __future__ import annotations

import re
import unicodedata

# What the opt-out words of operators and providers ask for, and what people write instead.
STOPS = frozenset(
    {"T", "TD", "R", "N", "QX", "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
    | {"OPTOUT", "REVOKE", "退", "退订", "退定", "拒收", "取消", "取消订阅", "停止", "停止发送"}
    | {"不要发", "别发了", "不要再发", "不要再发了"}
)
STARTS = frozenset({"START", "UNSTOP", "恢复", "恢复订阅"})
# A polite person says it with more words; a question mark makes it a question.
POLITE = re.compile(
    r"^(请|麻烦)?(给我|帮我|我要|我想)?(退订|拒收|取消订阅|停止发送)(短信|信息|谢谢|吧|了|啦)*$"
)
ASKED = re.compile(r"[?？]|[吗么呢]\W*$|怎么|如何|为什么|什么")
NOISE = re.compile(r"[\W_]+")
QUOTED = re.compile(r"^(回复?|发送?|reply|send)", re.IGNORECASE)


def is_stop(text: str) -> bool:
    """Tell whether an answer asks that nothing more be sent."""
    plain = unicodedata.normalize("NFKC", text)
    if ASKED.search(plain):
        return False
    word = _bare(plain)
    return word in STOPS or bool(POLITE.match(word)) or _bare(QUOTED.sub("", plain)) in STOPS


def is_start(text: str) -> bool:
    """Tell whether an answer takes a refusal back, in the words that providers document."""
    return _bare(unicodedata.normalize("NFKC", text)) in STARTS


def _bare(text: str) -> str:
    return NOISE.sub("", text).upper()
