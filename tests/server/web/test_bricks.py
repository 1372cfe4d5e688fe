"""Features lay bricks on lower pages; those with nothing to say stay away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory

from regulars.server.web import bricks
from regulars.server.web.bricks import Brick, Wall

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Mei:
    """May see risk, and nothing else."""

    role = "rm"
    is_authenticated = True

    def may(self, permission: str) -> bool:
        return permission == "scoring.see"


def says(words: str | None) -> Any:
    return lambda viewer, subject, at: None if words is None else {"title": words}


def brick(words: str | None, order: int, permission: str = "") -> Brick:
    return Brick("customer.side", order, "web/empty.html", says(words), permission)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    empty = Wall()
    monkeypatch.setattr(bricks, "wall", empty)
    return empty


def test_bricks_stand_in_order_and_silent_ones_are_left_out(wall: Wall) -> None:
    wall.add(brick("second", 20), brick(None, 15), brick("first", 10))

    found = [context["title"] for _, context in wall.filled("customer.side", Mei(), 7, AT)]

    assert found == ["first", "second"]


def test_a_brick_is_not_asked_without_its_permission(wall: Wall) -> None:
    wall.add(brick("risk", 10, "scoring.see"), brick("secret", 20, "administration.all"))

    found = [context["title"] for _, context in wall.filled("customer.side", Mei(), 7, AT)]

    assert found == ["risk"]


def test_bricks_of_another_place_do_not_show(wall: Wall) -> None:
    wall.add(brick("side", 10))

    assert list(wall.filled("customer.main", Mei(), 7, AT)) == []


def test_an_unknown_place_is_refused_with_the_known_ones(wall: Wall) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"customer\.side"):
        wall.add(Brick("customer.botom", 1, "web/empty.html", says("x")))


def test_the_tag_renders_them_with_viewer_subject_and_time(wall: Wall) -> None:
    asked: list[object] = []

    def context(viewer: object, subject: object, at: datetime) -> dict[str, Any]:
        asked.extend([subject, at])
        return {"title": f"For {subject}"}

    wall.add(Brick("customer.side", 1, "web/empty.html", context))
    request = RequestFactory().get("/")
    request.user = Mei()  # type: ignore[assignment]

    shown = Template('{% bricks "customer.side" who %}').render(
        Context({"request": request, "at": AT, "who": "Li Na"})
    )

    assert "For Li Na" in shown
    assert asked == ["Li Na", AT]


def test_a_page_that_forgets_the_time_hears_of_it(wall: Wall) -> None:
    request = RequestFactory().get("/")
    request.user = Mei()  # type: ignore[assignment]

    with pytest.raises(KeyError):
        Template('{% bricks "home" %}').render(Context({"request": request}))
