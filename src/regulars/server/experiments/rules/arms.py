"""The arms of an experiment: a share that is left alone, and one or more that are not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.base.errors import BadInput
from regulars.engine.uplift import Split

CONTROL, TREATED = "control", "treated"
SHARE = 0.10  # what is left alone where nobody says otherwise
KEY = re.compile(r"[a-z][a-z0-9_]{0,11}")


class BadArms(BadInput):
    """The arms cannot be drawn: nobody is left alone, or the shares do not make a whole."""


@dataclass(frozen=True)
class Arm:
    """One arm: how it is stored, what people call it, and its share of the customers."""

    key: str
    name: str
    share: float

    @property
    def is_control(self) -> bool:
        return self.key == CONTROL


def usual(share: float = SHARE) -> tuple[Arm, ...]:
    """One share left alone, everybody else treated."""
    return (Arm(CONTROL, "", share), Arm(TREATED, "", round(1.0 - share, 6)))


def variants(names: Sequence[str], share: float = SHARE) -> tuple[Arm, ...]:
    """One share left alone, the rest split evenly over the variants A, B, ...

    With one variant or none it is the usual split.
    """
    if len(names) < 2:
        return usual(share)
    each = (1.0 - share) / len(names)
    treated = [Arm(chr(ord("a") + n), name, each) for n, name in enumerate(names)]
    return (Arm(CONTROL, "", share), *treated)


def checked(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Return the arms, the one left alone first.

    :raises BadArms: there is none that is left alone, or shares are not above 0 and one whole.
    """
    found = sorted(arms, key=lambda arm: not arm.is_control)
    if sum(arm.is_control for arm in found) != 1:
        raise BadArms("One arm must be left alone; it is called “control”.")
    wrong = [arm.key for arm in found if not KEY.fullmatch(arm.key)]
    if wrong:
        raise BadArms(
            f"“{wrong[0]}” is no name of an arm: small letters and digits, at most 12."
        )
    split_of("any", found)
    return tuple(found)


def split_of(salt: str, arms: Sequence[Arm]) -> Split:
    """How the engine splits customers over the arms.

    :raises BadArms: shares are not above 0, or do not make one whole.
    """
    try:
        return Split(salt, tuple((arm.key, arm.share) for arm in arms))
    except BadInput as error:
        raise BadArms(str(error)) from error


def told(arms: Sequence[Arm]) -> list[dict[str, Any]]:
    """The arms as they are stored."""
    return [{"key": arm.key, "name": arm.name, "share": arm.share} for arm in arms]


def read(stored: Sequence[dict[str, Any]]) -> tuple[Arm, ...]:
    """The arms as they were stored."""
    return tuple(Arm(each["key"], each["name"], float(each["share"])) for each in stored)
