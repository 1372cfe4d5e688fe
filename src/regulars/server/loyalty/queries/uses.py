"""What points went for: the words behind a movement's "coupon:7hq2k9xw4mzt"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Use:
    """What a feature spends points on.

    `names` says what stands behind some ids; whom it does not name is not of this feature.
    `back` is the sentence that says how such points return, where nobody gives them back
    alone: what they paid for would stay good.
    """

    kind: str
    names: Callable[[Collection[str]], Mapping[str, str]]
    back: Any = ""


_uses: dict[str, Use] = {}


def add_use(use: Use) -> None:
    """Let a feature say what its points are spent on; said when the server starts."""
    _uses[use.kind] = use


def words_of(refs: Iterable[str]) -> dict[str, str]:
    """What some refs are called; one that no feature knows says itself."""
    found = {ref: ref for ref in refs if ref}
    for kind, use in _uses.items():
        mine = {_id(ref): ref for ref in found if ref.startswith(f"{kind}:")}
        if mine:
            named = use.names(mine)
            found |= {ref: named[each] for each, ref in mine.items() if each in named}
    return found


def back_of(ref: str) -> str:
    """How the points of a ref return, where they are not given back alone; else empty."""
    use = _uses.get(ref.partition(":")[0])
    if use is None or not use.back or _id(ref) not in use.names([_id(ref)]):
        return ""
    return str(use.back)


def _id(ref: str) -> str:
    return ref.partition(":")[2]
