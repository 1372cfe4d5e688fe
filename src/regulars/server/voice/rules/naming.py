"""Whether a comment names somebody, as customers write of staff in Chinese and in English."""

from __future__ import annotations

import re

HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
DOUBLE = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "令狐", "慕容", "东方")
TITLES = "经理|行长|主任|店长|总监|主管|总|姐|哥|先生|女士|小姐|老师"


def names(text: str, name: str, english: str = "") -> bool:
    """Whether a text holds the whole name, or the surname with a title: "魏经理", "Mr Wei"."""
    if name and HAN.fullmatch(name):
        surname = name[:2] if name.startswith(DOUBLE) else name[:1]
        if name in text or re.search(f"{surname}(?:副|大)?(?:{TITLES})", text):
            return True
    elif name and _word(name, text):
        return True
    last = english.split()[-1] if english.split() else ""
    titled = rf"(?:Mr|Mrs|Ms|Miss|Manager)\.?\s+{re.escape(last)}"
    return bool(english) and (_word(english, text) or bool(last and _found(titled, text)))


def _word(word: str, text: str) -> bool:
    return _found(re.escape(word), text)


def _found(pattern: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){pattern}(?![A-Za-z])", text, re.IGNORECASE) is not None
