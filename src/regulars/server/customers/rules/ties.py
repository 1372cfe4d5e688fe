"""What ties customers: the word each side has for the other, and whom a tie fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PERSON, ORGANIZATION, EITHER = "person", "organization", ""


@dataclass(frozen=True)
class TieKind:
    """One kind of tie, read as "`other` is the <kind> of `customer`".

    Attributes
    ----------
    of, far
        What `customer` and `other` must be: a person, an organisation or either.
    same_both_ways
        Whether both sides say the same word, so that one row is enough for either order.
    """

    code: str
    of: str
    far: str
    same_both_ways: bool = False


KINDS: Mapping[str, TieKind] = {
    kind.code: kind
    for kind in (
        TieKind("spouse", PERSON, PERSON, same_both_ways=True),
        TieKind("parent", PERSON, PERSON),
        TieKind("child", PERSON, PERSON),
        TieKind("relative", PERSON, PERSON, same_both_ways=True),
        TieKind("employer", PERSON, ORGANIZATION),
        TieKind("key_person", ORGANIZATION, PERSON),
        TieKind("contact_person", ORGANIZATION, PERSON),
        TieKind("guarantor", EITHER, EITHER),
        TieKind("referrer", EITHER, EITHER),
        TieKind("parent_company", ORGANIZATION, ORGANIZATION),
        TieKind("partner", ORGANIZATION, ORGANIZATION, same_both_ways=True),
    )
}
SAME_BOTH_WAYS = tuple(kind.code for kind in KINDS.values() if kind.same_both_ways)
# A child seen from the other side is a parent: one kind says both, and it is the one kept.
TURNED = {"child": "parent"}
BACK = ":back"


@dataclass(frozen=True)
class Role:
    """A word that one side has for the other: a kind, read forwards or from its far end."""

    kind: str
    back: bool = False

    @property
    def code(self) -> str:
        return self.kind + (BACK if self.back else "")


def role_of(code: str) -> Role | None:
    """Read "employer" or "employer:back"; None for a word nobody knows."""
    kind = code.removesuffix(BACK)
    return Role(kind, code.endswith(BACK)) if kind in KINDS else None


def read_back(kind: str) -> Role:
    """The word of the far end; where both sides say the same there is no other."""
    return Role(kind, back=kind not in SAME_BOTH_WAYS)


def roles_for(*, of: str, far: str = EITHER) -> list[Role]:
    """The words that a customer of the kind `of` may have for one of the kind `far`."""
    found = []
    for kind in KINDS.values():
        if kind.code in TURNED:
            continue
        if fits(kind.code, of=of, far=far):
            found.append(Role(kind.code))
        if not kind.same_both_ways and fits(kind.code, of=far, far=of):
            found.append(Role(kind.code, back=True))
    return found


def fits(kind: str, *, of: str, far: str) -> bool:
    """Tell whether a tie may run between customers of these kinds; "" fits any."""
    asked = KINDS[kind]
    return _same(asked.of, of) and _same(asked.far, far)


def straight(kind: str, near: int, far: int) -> tuple[str, int, int]:
    """The one form in which a tie is kept, however it was said: kind, customer, other."""
    if kind in TURNED:
        return TURNED[kind], far, near
    if kind in SAME_BOTH_WAYS and near > far:
        return kind, far, near
    return kind, near, far


def _same(asked: str, given: str) -> bool:
    return not asked or not given or asked == given
