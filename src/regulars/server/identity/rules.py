"""Which values a merged file carries; pure. A merge never loosens what somebody agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# What a person decides field by field; a blank is filled from the other file.
CHOSEN = (
    *("name", "name_en", "gender", "birth_date", "lunar_birthday", "phone", "email"),
    *("address", "district", "occupation", "id_tail", "id_hash", "wecom_id", "language"),
    *("country", "time_zone", "industry", "business_class", "key_concern", "since"),
    *("source", "preferred_channel", "risk_tolerance", "note"),
)
# What the rules decide, never a person: the stricter of the two.
STRICTER = (
    *("consents", "blocked_channels", "do_not_contact", "no_profiling", "deceased_on"),
    "legal_block",
)
NOTHING: Mapping[str, Any] = {
    "consents": {},
    "blocked_channels": [],
    "do_not_contact": False,
    "no_profiling": False,
    "deceased_on": None,
    "legal_block": "",
}
# The number and its hash say one thing.
TOGETHER = {"id_hash": "id_tail"}
SHARED_BY = 3  # so many different names under one phone make it a shop's or an agent's
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Clue:
    """One thing that speaks for or against two files being one customer.

    `weight` is the binary logarithm of how many times likelier it is between files of one
    customer than between two: above 0 speaks for it, below against.
    """

    about: str  # phone | id | name | birth_date | email | address
    verdict: str  # same | alike | different | shared
    weight: float

    def told(self) -> dict[str, Any]:
        return {"about": self.about, "verdict": self.verdict, "weight": round(self.weight, 2)}


@dataclass(frozen=True)
class Likeness:
    """Two files, by id in rising order, and how likely they are one customer."""

    first: int
    second: int
    probability: float  # 0-1
    clues: tuple[Clue, ...]

    def told(self) -> list[dict[str, Any]]:
        return [clue.told() for clue in self.clues]


def merged(survivor: Values, loser: Values, *, taken: frozenset[str]) -> dict[str, Any]:
    """Give the values that the surviving file changes to.

    Parameters
    ----------
    taken
        Fields whose value comes from the loser although the survivor has one.
    """
    values = {name: loser[name] for name in CHOSEN if _takes(survivor, loser, name, taken)}
    for name, other in TOGETHER.items():
        if name in values or other in values:
            values |= {name: loser[name], other: loser[other]}
    values |= stricter(survivor, loser)
    if set(loser["tags"]) - set(survivor["tags"]):
        values["tags"] = list(dict.fromkeys([*survivor["tags"], *loser["tags"]]))
    return {name: value for name, value in values.items() if value != survivor[name]}


def stricter(one: Values, other: Values) -> dict[str, Any]:
    """Give, for each stop and consent, the stricter of two.

    Refused is stricter than never asked, and never asked than agreed: who agreed under one
    file and was never asked under the other has agreed to less than both.
    """
    return {
        "consents": _consents(one["consents"], other["consents"]),
        "blocked_channels": sorted({*one["blocked_channels"], *other["blocked_channels"]}),
        "do_not_contact": one["do_not_contact"] or other["do_not_contact"],
        "no_profiling": one["no_profiling"] or other["no_profiling"],
        "deceased_on": _earlier(one["deceased_on"], other["deceased_on"]),
        "legal_block": one["legal_block"] or other["legal_block"],
    }


def as_strict_as(restored: Values, others: Iterable[Values]) -> dict[str, Any]:
    """Give values back to a file, no looser than other files that are still within it.

    :param others: values of those files, as they come from JSON.
    """
    found = dict(restored)
    for other in others:
        strict = stricter({**NOTHING, **found}, other)
        found |= {name: strict[name] for name in STRICTER if name in restored}
    return found


def _consents(one: Mapping[str, bool], other: Mapping[str, bool]) -> dict[str, bool]:
    found = {}
    for channel in sorted({*one, *other}):
        answers = (one.get(channel), other.get(channel))
        if False in answers:
            found[channel] = False
        elif answers == (True, True):
            found[channel] = True
    return found


def _earlier(one: Any, other: Any) -> Any:
    return min((each for each in (one, other) if each is not None), default=None)


def _takes(survivor: Values, loser: Values, name: str, taken: frozenset[str]) -> bool:
    if loser[name] in (None, ""):
        return False
    return name in taken or survivor[name] in (None, "")


def better(one: Values, other: Values) -> bool:
    """Tell whether `one` should survive: the file with more in it, then the older one."""
    return _fullness(one) > _fullness(other)


def _fullness(values: Values) -> tuple[int, int]:
    filled = sum(values[name] not in (None, "") for name in CHOSEN)
    return filled, -int(values["id"])


def obstacle(one: Values, other: Values) -> str:
    """Name what forbids a merge, or give "" where nothing does."""
    if one["kind"] != other["kind"]:
        return "kinds"
    if one["id_hash"] and other["id_hash"] and one["id_hash"] != other["id_hash"]:
        return "ids"
    return ""


def home(*, own: int, then: int, now: int, deserted: bool) -> int:
    """Say into which book a file comes out of a merge.

    Into its `own`, as everything else goes back. But where both files lay in one book, it went
    along with the survivor (`then` and `now` are the survivor's books, at the merge and
    today); and where nobody is left in its own, whoever looked after both goes on.
    """
    return now if own == then or deserted else own


def undone(before: Values, after: Values, now: Values) -> tuple[dict[str, Any], list[str]]:
    """Give the values to restore, and the fields that somebody changed since."""
    restored, by_hand = {}, []
    for name, value in after.items():
        if now[name] == value:
            restored[name] = before[name]
        else:
            by_hand.append(name)
    return restored, sorted(by_hand)
