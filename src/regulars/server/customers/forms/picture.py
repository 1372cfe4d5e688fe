"""A network as a picture: boxes with names and lines between them, ready for SVG."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.server.customers import rules
from regulars.server.customers.forms.ties import role_words
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import Network

WIDTH, BOX, ROW, TOP = 860, 210, 46, 12  # in the picture's own units
HIGH = 34
GAP = (WIDTH - 3 * BOX) // 2
DRAWN = 40  # more is no picture any more: the table has them all
HOLDS, WIDE = 26, 0x2E80  # narrow letters a box holds; where wide letters begin


@dataclass(frozen=True)
class Box:
    """One customer, where it stands, and the line that leads to it."""

    customer: Customer
    words: str
    step: int
    x: int
    y: float
    line: str  # the path of the line; empty for the one in the middle

    @property
    def name(self) -> str:
        """The name as far as the box holds it; a Han letter is as wide as two others."""
        name, used = str(self.customer), 0
        for at, letter in enumerate(name):
            used += 2 if ord(letter) > WIDE else 1
            if used > HOLDS:
                return f"{name[: at - 1]}…"
        return name


@dataclass(frozen=True)
class Picture:
    """Everything an SVG needs."""

    boxes: tuple[Box, ...]
    width: int
    height: float
    left_out: int


def picture(network: Network) -> Picture:
    """Draw the nearest customers of a network."""
    drawn = network.nodes[:DRAWN]
    start = network.start
    steps: list[tuple[int, int | None]] = [(start.pk, None)]
    steps += [(node.customer.pk, node.via.pk if node.via else None) for node in drawn]
    stood = rules.places(steps)
    boxes = [_box(start, "", stood, None)]
    boxes += [
        _box(node.customer, str(role_words(node.role)), stood, node.via)
        for node in drawn
        if node.role is not None
    ]
    rows = max(place.row for place in stood.values()) + 1
    return Picture(tuple(boxes), WIDTH, rows * ROW + TOP, len(network.nodes) - len(drawn))


def _box(
    customer: Customer, words: str, stood: dict[int, rules.Place], via: Customer | None
) -> Box:
    place = stood[customer.pk]
    x, y = _at(place)
    line = ""
    if via is not None:
        from_x, from_y = _at(stood[via.pk])
        begin, middle = from_x + BOX, from_x + BOX + GAP // 2
        line = (
            f"M{begin} {from_y + HIGH / 2:g}C{middle} {from_y + HIGH / 2:g} "
            f"{middle} {y + HIGH / 2:g} {x} {y + HIGH / 2:g}"
        )
    return Box(customer, words, place.column, x, y, line)


def _at(place: rules.Place) -> tuple[int, float]:
    return place.column * (BOX + GAP), TOP + place.row * ROW
