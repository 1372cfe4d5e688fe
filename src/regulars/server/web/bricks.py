"""Small pieces that a feature lays on a page of a lower one: the customer page, home.

A brick is a template and a query. Its context returns None when there is nothing to
show, and then nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from regulars.server.web.navigation import Viewer

PLACES = (
    *("customer.head", "customer.main", "customer.side", "customer.file"),
    "customer.preferences",
    *("ties.tiles", "household.main", "home"),
    *("card.foot", "card.done", "opportunity.main"),
)
# The viewer and the subject are what the page has: a Person and a Customer, which this
# floor does not know.
Context = Callable[[Any, Any, datetime], "dict[str, Any] | None"]


@dataclass(frozen=True)
class Brick:
    """What one feature shows in one place."""

    place: str
    order: int
    template: str
    context: Context
    permission: str = ""


@dataclass
class Wall:
    """The bricks of one installation."""

    bricks: list[Brick] = field(default_factory=list)

    def add(self, *bricks: Brick) -> None:
        """Offer bricks for a place that pages know."""
        for brick in bricks:
            if brick.place not in PLACES:
                known = ", ".join(PLACES)
                raise ImproperlyConfigured(
                    f"No page has a place {brick.place!r}. Choose one of: {known}."
                )
            if brick not in self.bricks:
                self.bricks.append(brick)

    def filled(
        self, place: str, viewer: Viewer, subject: object, at: datetime
    ) -> Iterator[tuple[Brick, dict[str, Any]]]:
        """Yield the bricks that have something to show this person, in order."""
        for brick in sorted(self.bricks, key=lambda b: (b.order, b.template)):
            if brick.place != place or (brick.permission and not viewer.may(brick.permission)):
                continue
            context = brick.context(viewer, subject, at)
            if context is not None:
                yield brick, context


wall = Wall()
add = wall.add
