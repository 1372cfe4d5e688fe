"""A route as it is stored, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from typing import Any

from regulars.base.errors import BadInput
from regulars.server.journeys.rules.shape import (
    Aim,
    Ask,
    Enter,
    Goal,
    How,
    Kind,
    Late,
    Route,
    Step,
    Until,
)

PARTS = {each.name for each in fields(Step)} - {"yes", "no", "kind", "until", "ask"}
PLAIN = Step("", Kind.EXIT)


class BadRoute(BadInput):
    """What is stored is no route."""


def read(body: Mapping[str, Any]) -> Route:
    """The route that a stored body says.

    :raises BadRoute: it says something that no route has.
    """
    try:
        enter, goal = body.get("enter", {}), body.get("goal", {})
        return Route(
            enter=Enter(
                str(enter.get("segment", "")),
                How(enter.get("how", How.NOW)),
                None if enter.get("again") is None else int(enter["again"]),
            ),
            goal=Goal(Aim(goal.get("aim", Aim.NONE)), str(goal.get("segment", ""))),
            late=Late(body.get("late", Late.RESUME)),
            holdout=float(body.get("holdout", 0.1)),
            window=int(body.get("window", 60)),
            steps=tuple(_step(each) for each in body.get("steps", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRoute(f"The journey cannot be read: {error}.") from error


def written(route: Route) -> dict[str, Any]:
    """What is stored of a route."""
    return {
        "enter": {
            "segment": route.enter.segment,
            "how": route.enter.how.value,
            "again": route.enter.again,
        },
        "goal": {"aim": route.goal.aim.value, "segment": route.goal.segment},
        "late": route.late.value,
        "holdout": route.holdout,
        "window": route.window,
        "steps": [_stored(each) for each in route.steps],
    }


def _step(told: Mapping[str, Any]) -> Step:
    given = {name: told[name] for name in PARTS if name in told}
    return Step(
        **given,
        kind=Kind(told["kind"]),
        until=Until(told.get("until", Until.DAYS)),
        ask=Ask(told.get("ask", Ask.SEGMENT)),
        yes=tuple(_step(each) for each in told.get("yes", ())),
        no=tuple(_step(each) for each in told.get("no", ())),
    )


def _stored(step: Step) -> dict[str, Any]:
    """Without what stands as it does where nobody says anything."""
    kept: dict[str, Any] = {"id": step.id, "kind": step.kind.value}
    for part in fields(Step):
        value = getattr(step, part.name)
        if part.name in kept or value == getattr(PLAIN, part.name):
            continue
        if part.name in ("yes", "no"):
            kept[part.name] = [_stored(each) for each in value]
        else:
            kept[part.name] = value.value if isinstance(value, Enum) else value
    return kept
