"""Forms to begin with: NPS, CSAT, CES 2.0, experience and expectation, SERVQUAL, an empty one.

The wording is ours. Each question is told as data, so that a company's own begin the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One question.

    Attributes
    ----------
    point, point_en
        The touch point that it is about; empty for the whole.
    choices
        Of a choice: pairs of Chinese and English.
    """

    kind: str
    text: str
    text_en: str
    point: str = ""
    point_en: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True


@dataclass(frozen=True)
class Preset:
    """A form to begin with."""

    title: str
    title_en: str
    intro: str
    intro_en: str
    questions: tuple[Asked, ...]


WHY = Asked(
    "text",
    "是什么让您这样打分？",
    "What made you give this score?",
    required=False,
)
POINTS = (
    ("柜台服务", "At the counter"),
    ("客户经理", "Your relationship manager"),
    ("手机银行", "The app"),
)


def _point(zh: str, en: str) -> tuple[Asked, ...]:
    return (
        Asked("experience", f"{zh}：这次体验怎么样？", f"{en}: how was it this time?", zh, en),
        Asked(
            "compared",
            f"{zh}：和您预期的相比呢？",
            f"{en}: compared with what you expected?",
            zh,
            en,
        ),
    )


# SERVQUAL's five dimensions with 4, 5, 4, 4 and 5 items, told in our own words; each is asked
# as it is and as it should be (Parasuraman, Zeithaml and Berry 1988).
ITEMS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("有形性", "Tangibles"): (
        ("设备先进、好用", "Up-to-date equipment"),
        ("环境整洁舒适", "Pleasant premises"),
        ("员工仪表得体", "Staff of neat appearance"),
        ("单据和宣传品清楚", "Papers that are clear"),
    ),
    ("可靠性", "Reliability"): (
        ("答应的事按时做到", "Does by the time what it promised"),
        ("遇到问题真心帮忙解决", "Cares about solving a problem"),
        ("第一次就把事情办对", "Gets it right the first time"),
        ("在说好的时间提供服务", "Serves at the hour it said"),
        ("记录准确无误", "Keeps records without errors"),
    ),
    ("响应性", "Responsiveness"): (
        ("会告诉我什么时候办好", "Says when it will be done"),
        ("办理迅速", "Serves promptly"),
        ("员工乐意帮忙", "Staff who want to help"),
        ("再忙也会回应我的请求", "Never too busy to answer"),
    ),
    ("保证性", "Assurance"): (
        ("员工让人信任", "Staff whom one can trust"),
        ("办理业务让人放心", "Dealings that feel safe"),
        ("员工一直有礼貌", "Staff who are always polite"),
        ("员工有能力回答问题", "Staff who know the answers"),
    ),
    ("移情性", "Empathy"): (
        ("给我个别的关注", "Gives me individual attention"),
        ("营业时间方便", "Hours that suit me"),
        ("有人专门照顾我的需要", "Somebody who looks after me"),
        ("把我的利益放在心上", "Has my interest at heart"),
        ("了解我的特别需要", "Understands my particular needs"),
    ),
}


def _servqual() -> tuple[Asked, ...]:
    return tuple(
        Asked(kind, f"{zh}：{ask}", f"{en}: {ask_en}", dimension, dimension_en)
        for (dimension, dimension_en), items in ITEMS.items()
        for zh, en in items
        for kind, ask, ask_en in (
            ("expected", "理想中应该达到几分？", "how it should be"),
            ("perceived", "我们实际做到几分？", "how it is with us"),
        )
    )


THANKS_SHORT = ("只占您一分钟。", "It takes one minute.")
PRESETS: Mapping[str, Preset] = {
    "experience": Preset(
        "您的体验与预期",
        "What you had, and what you expected",
        "请告诉我们每个环节的感受，以及和您预期相比如何。",
        "Please tell us how each part was, and how it compares with what you expected.",
        (*(q for zh, en in POINTS for q in _point(zh, en)), WHY),
    ),
    "nps": Preset(
        "您愿意推荐我们吗？",
        "Would you recommend us?",
        *THANKS_SHORT,
        (
            Asked(
                "nps",
                "您有多大可能把我们推荐给亲友或同事？",
                "How likely are you to recommend us to a friend or colleague?",
            ),
            WHY,
        ),
    ),
    "csat": Preset(
        "您满意吗？",
        "Are you content?",
        *THANKS_SHORT,
        (
            Asked("csat", "总体上您对这次服务满意吗？", "Overall, how content are you?"),
            Asked(
                "compared",
                "和您预期的相比呢？",
                "Compared with what you expected?",
                "本次服务",
                "This service",
            ),
            WHY,
        ),
    ),
    "ces": Preset(
        "办这件事容易吗？",
        "Was it easy?",
        *THANKS_SHORT,
        (
            Asked(
                "ces",
                "我们让我很容易就把事情办成了，您同意吗？",
                "You made it easy for me to get it done: do you agree?",
            ),
            WHY,
        ),
    ),
    "servqual": Preset(
        "服务质量调查",
        "Service quality",
        "共 22 项，每项先说应该怎样，再说我们做得怎样，大约 8 分钟。",
        "22 items: first how it should be, then how it is with us. About 8 minutes.",
        _servqual(),
    ),
    "own": Preset("客户调查", "Survey", "", "", ()),
}
