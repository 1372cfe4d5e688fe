"""What points went for: the words behind a movement's "coupon:7hq2k9xw4mzt"."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from regulars.server.loyalty.models import Opening, Wish


@dataclass(frozen=True)
class Use:
    """What a feature spends points on, or gives them for.

    `names` says what stands behind some ids; whom it does not name is not of this feature.
    `back` is the sentence that says how such points return, where nobody gives them back
    alone: what they paid for would stay good; `where` names the customer's page for it.
    What `is_told` by the feature itself stands on the timeline once: there.
    """

    kind: str
    names: Callable[[Collection[str]], Mapping[str, str]]
    back: Any = ""
    where: str = ""
    is_told: bool = False


@dataclass(frozen=True)
class Used:
    """What a ref is called, and how its points return where they do not return alone."""

    words: str
    back: str = ""
    where: str = ""


def _wishes(ids: Collection[str]) -> Mapping[str, str]:
    return dict(Wish.objects.filter(public_id__in=ids).values_list("public_id", "reason"))


def _openings(ids: Collection[str]) -> Mapping[str, str]:
    found = Opening.objects.filter(public_id__in=ids)
    return dict(found.values_list("public_id", "file_name"))


_uses: dict[str, Use] = {
    "wish": Use("wish", _wishes),
    "opening": Use("opening", _openings),
}


def add_use(use: Use) -> None:
    """Let a feature say what its points are spent on; said when the server starts."""
    _uses[use.kind] = use


def used(refs: Iterable[str]) -> dict[str, Used]:
    """What stands behind some refs; one that no feature knows says itself."""
    found = {ref: Used(ref) for ref in refs if ref}
    for kind, use in _uses.items():
        mine = {ref.partition(":")[2]: ref for ref in found if ref.startswith(f"{kind}:")}
        for each, words in use.names(mine).items() if mine else ():
            found[mine[each]] = Used(words, str(use.back), use.where)
    return found


def told_elsewhere() -> list[str]:
    """The beginnings of refs whose features tell of them on the timeline themselves."""
    return [f"{kind}:" for kind, use in _uses.items() if use.is_told]


def back_of(ref: str) -> str:
    """How the points of a ref return, where they are not given back alone; else empty."""
    return used([ref])[ref].back if ref else ""
