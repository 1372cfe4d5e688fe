"""A network as a picture: boxes with names and lines between them, ready for SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from regulars.server.customers import rules
from regulars.server.customers.forms.ties import role_words
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import Network

WIDTH, BOX, ROW, TOP = 860, 210, 46, 12  # in the picture's own units
HIGH = 34
GAP = (WIDTH - 3 * BOX) // 2
NARROW, INSET, STEM = 310, 26, 12  # of a phone: how far each step is set in, and its line
DRAWN = 40  # more is no picture any more: the table has them all
LETTER, WIDE = 8, 0x2E80  # as wide as a narrow letter is; where letters are twice as wide begin


@dataclass(frozen=True)
class Box:
    """One customer, where it stands, and the line that leads to it."""

    customer: Customer
    words: str
    step: int
    x: int
    y: float
    width: int
    line: str  # the path of the line; empty for the one in the middle

    @property
    def name(self) -> str:
        """The name as far as the box holds it; a Han letter is as wide as two others."""
        name, used = str(self.customer), 0
        for at, letter in enumerate(name):
            used += 2 if ord(letter) > WIDE else 1
            if used > self.width // LETTER:
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
    """Draw the nearest customers of a network as a tree that grows to the right."""
    return _draw(network, rules.places, _tree_box, WIDTH)


def narrow_picture(network: Network) -> Picture:
    """Draw the same for a phone: one under the other, each step set in."""
    return _draw(network, rules.listed, _list_box, NARROW)


Placing = Callable[[list[tuple[int, int | None]]], dict[int, rules.Place]]
Spot = tuple[int, float, int, str]  # x, y, width and the line from whoever led there


def _draw(
    network: Network,
    placing: Placing,
    spot: Callable[[rules.Place, rules.Place | None], Spot],
    width: int,
) -> Picture:
    drawn = [node for node in network.nodes[:DRAWN] if node.role is not None]
    start = network.start
    steps: list[tuple[int, int | None]] = [(start.pk, None)]
    steps += [(node.customer.pk, node.via.pk if node.via else None) for node in drawn]
    stood = placing(steps)

    def box(customer: Customer, words: str, via: Customer | None) -> Box:
        place = stood[customer.pk]
        x, y, wide, line = spot(place, stood[via.pk] if via is not None else None)
        return Box(customer, words, place.column, x, y, wide, line)

    boxes = [box(start, "", None)]
    boxes += [
        box(node.customer, str(role_words(node.role)), node.via)
        for node in drawn
        if node.role is not None
    ]
    rows = max(place.row for place in stood.values()) + 1
    left_out = len(network.nodes) - len(network.nodes[:DRAWN])
    return Picture(tuple(boxes), width, rows * ROW + TOP, left_out)


def _tree_box(place: rules.Place, via: rules.Place | None) -> Spot:
    x, y = place.column * (BOX + GAP), TOP + place.row * ROW
    if via is None:
        return x, y, BOX, ""
    begin, from_y = via.column * (BOX + GAP) + BOX, TOP + via.row * ROW + HIGH / 2
    middle, to_y = begin + GAP // 2, y + HIGH / 2
    return x, y, BOX, f"M{begin} {from_y:g}C{middle} {from_y:g} {middle} {to_y:g} {x} {to_y:g}"


def _list_box(place: rules.Place, via: rules.Place | None) -> Spot:
    x, y = place.column * INSET, TOP + place.row * ROW
    width = NARROW - x
    if via is None:
        return x, y, width, ""
    stem, below = via.column * INSET + STEM, TOP + via.row * ROW + HIGH
    return x, y, width, f"M{stem} {below:g}V{y + HIGH / 2:g}H{x}"
