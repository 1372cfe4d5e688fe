"""Kinds of questions and their scales; what an answer may hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NPS, CSAT, CES = "nps", "csat", "ces"
CHOICE, TEXT = "choice", "text"
# Kind -> the ends of its scale, both included.
SCALES: Mapping[str, tuple[int, int]] = {
    NPS: (0, 10),
    CSAT: (1, 5),
    CES: (1, 7),
    "experience": (1, 10),
    "expectation": (1, 10),
    "compared": (-2, 2),
    "perceived": (1, 7),
    "expected": (1, 7),
}
KINDS = (*SCALES, CHOICE, TEXT)
LONGEST_TEXT = 2_000


def steps(kind: str) -> list[int]:
    """The steps of a scale from its low end; none of a choice or a text."""
    if kind not in SCALES:
        return []
    low, high = SCALES[kind]
    return list(range(low, high + 1))


# Forms of other houses ask the same of ten, but begin at nought; their answers are taken so.
BROUGHT: Mapping[str, tuple[int, int]] = {"experience": (0, 10), "expectation": (0, 10)}


def fits(kind: str, value: int, choices: Sequence[str] = (), *, brought: bool = False) -> bool:
    """Whether a number may answer a question; of a choice it counts from one."""
    if kind == CHOICE:
        return 1 <= value <= len(choices)
    scale = BROUGHT.get(kind) if brought else None
    low, high = scale or SCALES.get(kind, (1, 0))
    return low <= value <= high
