"""A journey drawn as lines: each step a sentence, its ways under it, who is where beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import pgettext

from regulars.server.journeys.models import Traveller
from regulars.server.journeys.queries.moments import ending
from regulars.server.journeys.queries.wording import ICONS, Wording, sentence
from regulars.server.journeys.rules import NO, YES, Kind, Route, Step, by_id, read


@dataclass(frozen=True)
class Line:
    """One line of the drawing: a step, or the head of a branch's way (`way`).

    Attributes
    ----------
    here
        How many of the viewer's customers stand at the step now.
    count
        How many it has happened to, in words such as "sent", with their number.
    empty
        Of a way: nothing stands on it.
    """

    step: Step
    depth: int
    words: str
    icon: str = ""
    way: str = ""
    here: int = 0
    count: Sequence[tuple[str, int]] = ()
    lacks: tuple[str, ...] = ()
    first: bool = False
    last: bool = False
    empty: bool = False


@dataclass(frozen=True)
class Figures:
    """What stands beside the steps."""

    here: Mapping[str, int] = field(default_factory=dict)
    passed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    lacks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def where(traveller: Traveller, wording: Wording) -> str:
    """Where somebody is, or how it ended."""
    if traveller.state != Traveller.State.TRAVELLING:
        return ending(traveller)
    steps = by_id(wording.route) if wording.route else {}
    known = steps.get(traveller.step) or by_id(read(traveller.version.body)).get(traveller.step)
    return sentence(known, wording) if known else ""


def lines(route: Route, wording: Wording, figures: Figures) -> list[Line]:
    """Every line, in reading order."""
    return list(_lines(route.steps, 0, wording, figures))


def _lines(
    steps: Sequence[Step], depth: int, wording: Wording, figures: Figures
) -> Iterator[Line]:
    for n, step in enumerate(steps):
        yield Line(
            step, depth, sentence(step, wording), ICONS[step.kind],
            here=figures.here.get(step.id, 0),
            count=[
                (figures.names.get(what, what), count)
                for (name, what), count in figures.passed.items()
                if name == step.id
            ],
            lacks=figures.lacks.get(step.id, ()),
            first=n == 0, last=n == len(steps) - 1,
        )  # fmt: skip
        if step.kind is Kind.BRANCH:
            for way, own in ((YES, step.yes), (NO, step.no)):
                words = pgettext("branch", "Yes") if way == YES else pgettext("branch", "No")
                yield Line(step, depth + 1, words, way=way, empty=not own)
                yield from _lines(own, depth + 1, wording, figures)
