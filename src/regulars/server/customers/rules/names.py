"""How names are searched: Han pairs, pinyin, prefixes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Surnames that are read differently from the same character elsewhere.
SURNAMES = {
    "仇": "qiu", "曾": "zeng", "查": "zha", "朴": "piao", "单": "shan", "解": "xie",
    "区": "ou", "任": "ren", "盖": "ge", "尉": "wei", "万": "wan", "乐": "yue",
    "缪": "miao", "翟": "zhai", "秘": "bi", "冼": "xian", "尹": "yin", "佘": "she",
}  # fmt: skip
HAN = re.compile(r"[\u3400-\u9fff]+")
WORD = re.compile(r"[a-z0-9]+")
LONGEST = 24


def pinyin(name: str) -> tuple[str, ...]:
    """Return the syllables of a Chinese name, the surname by its own reading."""
    syllables = [_syllable(letter) for letter in name]
    if name and name[0] in SURNAMES:
        syllables[0] = SURNAMES[name[0]]
    return tuple(syllable for syllable in syllables if syllable)


@lru_cache(maxsize=30_000)
def _syllable(letter: str) -> str:
    """The reading of one character: names are not phrases, and most letters come again."""
    # Imported at first use: its dictionary takes half a second, and pages never need it.
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(letter, style=Style.NORMAL, errors="ignore")
    return str(found[0]) if found else ""


def grams(*, name: str, number: str, name_en: str = "", phone: str = "") -> list[str]:
    """Return what a search may hit: Han pairs, pinyin and number by prefix, phone tail.

    A prefix is stored for each length, so that one array lookup answers "lin", "linm",
    "linmei" and the initials "lmf" alike.
    """
    found = set(_of_name(name, name_en))
    for word in WORD.findall(_fold(number)):
        found.update(_prefixes(word))
    tail = phone[-4:]
    if len(tail) == 4:
        found.add(f"~{tail}")  # found by four digits only, so that a phone is not spelt out
    return sorted(found)


@lru_cache(maxsize=50_000)
def _of_name(name: str, name_en: str) -> frozenset[str]:
    """What is made of the names: many share one."""
    found: set[str] = set()
    for run in HAN.findall(name):
        found.update(run)
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    syllables = pinyin(name)
    if syllables:
        found.update(_prefixes("".join(syllables)))
        found.update(_prefixes("".join(s[0] for s in syllables)))
    for word in WORD.findall(_fold(f"{name} {name_en}")):
        found.update(_prefixes(word))
    return frozenset(found)


def wanted(text: str) -> list[str]:
    """Turn what somebody typed into the grams that all must be present."""
    folded = _fold(text.strip())
    asked: set[str] = set()
    for run in HAN.findall(folded):
        asked.update([run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)])
    asked.update(word[:LONGEST] for word in WORD.findall(folded.replace("'", "")))
    return sorted(asked)


def phone_tail(text: str) -> str | None:
    """Return the gram of a phone's last four digits, if that is what was typed."""
    digits = text.strip()
    return f"~{digits[-4:]}" if digits.isdigit() and len(digits) >= 4 else None


def _prefixes(word: str) -> list[str]:
    return [word[:length] for length in range(1, min(len(word), LONGEST) + 1)]


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).lower()
