"""Pure rules of the file: how names are searched, what is personal, who may be reached."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
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
# Shown in full only to those with the right, and only after asking.
PERSONAL = ("phone", "email", "address")
CHANNELS = ("call", "wecom", "sms", "email", "visit")
# What carries marketing needs a word from the customer; a visit is agreed upon each time.
MARKETING = ("call", "wecom", "sms", "email")


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
    for word in WORD.findall(_fold(number)):
        found.update(_prefixes(word))
    tail = phone[-4:]
    if len(tail) == 4:
        found.add(f"~{tail}")  # found by four digits only, so that a phone is not spelt out
    return sorted(found)


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
    return unicodedata.normalize("NFKC", text).lower()


def age(born: date | None, today: date) -> int | None:
    """Count whole years; somebody born on 29 February is older on 1 March."""
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@dataclass(frozen=True)
class Reach:
    """Whether a way to a customer is open: open, unasked, missing, blocked or refused."""

    channel: str
    state: str
    preferred: bool


def reaches(
    *,
    preferred: str,
    blocked: list[str],
    consents: Mapping[str, bool],
    addresses: Mapping[str, str],
) -> list[Reach]:
    """Judge every channel; the preferred one comes first, what is closed last.

    `addresses` holds what a channel needs (a phone for calls and SMS, an e-mail address).
    """
    ranks = {"open": 1, "unasked": 2, "missing": 3, "blocked": 4, "refused": 5}
    states = {
        channel: _reach(channel, blocked=blocked, consents=consents, addresses=addresses)
        for channel in CHANNELS
    }
    # Who preferred WeCom once and refuses it now prefers it no more.
    found = [
        Reach(channel, state, channel == preferred and state in {"open", "unasked"})
        for channel, state in states.items()
    ]
    return sorted(found, key=lambda r: (not r.preferred, ranks[r.state]))


def _reach(
    channel: str,
    *,
    blocked: list[str],
    consents: Mapping[str, bool],
    addresses: Mapping[str, str],
) -> str:
    if channel in blocked:
        return "blocked"
    if consents.get(channel) is False:
        return "refused"
    if channel in addresses and not addresses[channel]:
        return "missing"
    return "open" if consents.get(channel) or channel not in MARKETING else "unasked"


def origin(given: list[str] | None) -> tuple[str, date | None]:
    """Read where a value came from: "hand" or "import:customers.csv", and the day."""
    if not given:
        return "", None
    source, day = (*given, "")[:2]
    try:
        return source, date.fromisoformat(day)
    except ValueError:
        return source, None
