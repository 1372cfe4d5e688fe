"""Satisfaction is experience less expectation, per touch point and answer (Oliver 1980).

Below: who got less than they expected complains or leaves. Equal: may go where it is cheaper.
Above: stays and tells others. A form asks both (1-10, or SERVQUAL's 1-7), or at once how it was
compared with what was expected (-2 to 2); the difference is of one answer, never of two means
of different people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from regulars.server.voice.rules.scores import Score, mean

# Kinds of questions: which half of the pair, on which scale.
EXPERIENCED: Mapping[str, str] = {"experience": "ten", "perceived": "seven"}
EXPECTED: Mapping[str, str] = {"expectation": "ten", "expected": "seven"}
COMPARED = "compared"
BELOW, EQUAL, ABOVE = "below", "equal", "above"
PAIRS = (*EXPERIENCED, *EXPECTED, COMPARED)
# At one touch point so much less than expected that somebody should ask why: "far less", or
# about a third of the scale.
CLEAR: Mapping[str, float] = {"ten": -3, "seven": -2, COMPARED: -2}


@dataclass(frozen=True)
class Said:
    """One number of an answer."""

    answer: int
    point: str
    kind: str
    value: int


@dataclass(frozen=True)
class Gap:
    """Satisfaction at one touch point.

    Attributes
    ----------
    scale
        "ten", "seven", or "compared" where the difference itself was asked.
    gap
        Mean difference of the answers that have both halves.
    experience, expectation
        Their means over the same answers; None where only the difference was asked.
    classes
        How many answers lie below, at and above what was expected.
    name
        The touch point in the reader's language, where somebody filled it in.
    """

    point: str
    scale: str
    gap: Score
    experience: float | None
    expectation: float | None
    classes: Mapping[str, int]
    name: str = ""


def gaps(said: Iterable[Said]) -> list[Gap]:
    """One gap for each touch point and scale, the worst first."""
    pairs: dict[tuple[str, str], dict[int, tuple[list[int], list[int]]]] = {}
    direct: dict[str, dict[int, list[int]]] = {}
    for one in said:
        if one.kind == COMPARED:
            direct.setdefault(one.point, {}).setdefault(one.answer, []).append(one.value)
        elif scale := EXPERIENCED.get(one.kind) or EXPECTED.get(one.kind):
            halves = pairs.setdefault((one.point, scale), {})
            pair = halves.setdefault(one.answer, ([], []))
            pair[one.kind in EXPECTED].append(one.value)
    found = [
        *(_paired(point, scale, halves) for (point, scale), halves in pairs.items()),
        *(_direct(point, answers) for point, answers in direct.items()),
    ]
    known = [gap for gap in found if gap]
    return sorted(known, key=lambda gap: (gap.gap.value, gap.point, gap.scale))


def kind_of(difference: float) -> str:
    """The class of one answer: below, equal or above what was expected."""
    return BELOW if difference < 0 else ABOVE if difference > 0 else EQUAL


def difference_of(values: Sequence[tuple[str, int]]) -> float | None:
    """The difference of one answer from its kinds and values at a touch point."""
    asked = [value for kind, value in values if kind == COMPARED]
    if asked:
        return fmean(asked)
    had = [value for kind, value in values if kind in EXPERIENCED]
    hoped = [value for kind, value in values if kind in EXPECTED]
    return fmean(had) - fmean(hoped) if had and hoped else None


def disappointed(said: Iterable[Said]) -> Gap | None:
    """The worst touch point of one answer that is clearly below what was expected, if any."""
    bad = [gap for gap in gaps(said) if gap.gap.value <= CLEAR[gap.scale]]
    return min(bad, key=lambda gap: gap.gap.value / -CLEAR[gap.scale], default=None)


def _paired(
    point: str, scale: str, halves: Mapping[int, tuple[list[int], list[int]]]
) -> Gap | None:
    whole = [(fmean(had), fmean(hoped)) for had, hoped in halves.values() if had and hoped]
    return _gap(
        point,
        scale,
        [had - hoped for had, hoped in whole],
        fmean(had for had, _ in whole) if whole else None,
        fmean(hoped for _, hoped in whole) if whole else None,
    )


def _direct(point: str, answers: Mapping[int, list[int]]) -> Gap | None:
    return _gap(point, COMPARED, [fmean(values) for values in answers.values()], None, None)


def _gap(
    point: str,
    scale: str,
    differences: Sequence[float],
    experience: float | None,
    expectation: float | None,
) -> Gap | None:
    gap = mean(differences)
    if gap is None:
        return None
    kinds = [kind_of(round(each, 9)) for each in differences]
    classes = {kind: kinds.count(kind) for kind in (BELOW, EQUAL, ABOVE)}
    return Gap(point, scale, gap, experience, expectation, classes)
