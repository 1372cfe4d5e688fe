"""Triggers that a company makes itself: what its form says, read into a trigger like any other.

A body is what is kept of the form, plain JSON:

    name, say, hint   {"zh", "en"}; one language at least
    purpose           "service" or "marketing"
    priority          2 (may be lost) to 5 (care); promises are made by people alone
    desk              "rm", "manager", "leader", "service"
    deadline, minutes, chance, channels
    stages            days after it happened, or before a date
    rest              days for which it says no second word to the same customer
    find              {"kind": "segment", "segment", "already"}
                      {"kind": "event", "event", "op", "value", "ref"}
                      {"kind": "move", "move", "op", "amount", "product", "category"}
                      {"kind": "date", "date", "holding", "named", "way", "yearly"}

A date is one that we keep (of a holding, of the file) or, as "sent", one of the company's own
that its systems report: rows of events of a kind ("lease_ends") with a day, ahead or past.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from regulars.base.errors import BadInput
from regulars.server.care.rules.detectors import (
    After,
    Before,
    Booked,
    Detector,
    Entered,
    Event,
    File,
    Holding,
    Yearly,
)
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

PREFIX = "own_"
SEGMENT, EVENT, MOVE, DATE = "segment", "event", "move", "date"
PURPOSES = ("service", "marketing")
OPS = {"ge": ">=", "le": "<=", "eq": "="}
BEFORE, AFTER = "before", "after"
HELD = ("matures_on", "opened_on", "closed_on")
YEARLY = ("birth_date", "since")
SENT = "sent"
DATES = (*HELD, *YEARLY, SENT)
COMES_ROUND = ("opened_on", SENT)  # may be told each year, or once
CHIPS = {Priority.LOSS: "loss", Priority.MATURITY: "due", Priority.GROWTH: "growth"}
ICONS = {SEGMENT: "users", EVENT: "activity", MOVE: "cash", DATE: "calendar-event"}
# Bounds within which every number of a trigger must lie, own or shipped.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "deadline": (0, 60),
    "minutes": (1, 240),
    "chance": (0, 1),
    "stage": (0, 400),
    "rest": (0, 730),
}
MOST_STAGES = 6
WORD = r"[a-z][a-z0-9_]{1,39}"


# What its words may name, by what it waits for.
DATED = ("name", "day", "days", "weekday")
FIELDS: Mapping[str, tuple[str, ...]] = {
    SEGMENT: ("name", "day", "days"),
    EVENT: (*DATED, "value", "item"),
    MOVE: (*DATED, "amount"),
    DATE: DATED,
}


class Unreadable(BadInput):
    """A field of a trigger cannot be read; `field` says which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def read(code: str, body: Mapping[str, Any]) -> Trigger:
    """The trigger that a body describes.

    :raises Unreadable: a field is missing or beyond its bounds.
    """
    name, say = _text(body, "name"), _text(body, "say")
    if body.get("purpose") not in PURPOSES:
        raise Unreadable("purpose", "Say whether it is service or marketing.")
    priority = Priority(int(_number(body, "priority", 2, 5)))
    find = body.get("find", {})
    stages = _stages(body)
    return Trigger(
        code=code,
        name=name,
        priority=priority,
        marketing=body["purpose"] == "marketing",
        deadline=int(_bounded(body, "deadline")),
        keep=max(3, int(body["deadline"])),
        minutes=int(_bounded(body, "minutes")),
        icon=ICONS.get(find.get("kind", ""), "bell"),
        kind=CHIPS.get(priority, "care"),
        chip=_chip(name, find),
        script=say,
        hint=_text(body, "hint", needed=False),
        detect=_detector(find, stages),
        pack=Pack.OWN,
        desk=Desk(body.get("desk", "rm")),
        channels=_channels(body),
        stake=Stake.AMOUNT if find.get("kind") == MOVE else Stake.CUSTOMER,
        chance=_bounded(body, "chance"),
        source="",
        rest=int(_bounded(body, "rest")) if body.get("rest") else 0,
    )


def fields_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields that the words of a body may name."""
    find = body.get("find", {})
    named = FIELDS.get(find.get("kind", ""), DATED)
    if find.get("kind") != DATE:
        return named
    date = find.get("date")
    more = ("product", "amount") if date in HELD else ("value", "item") if date == SENT else ()
    return (*named, *more, *(("count",) if is_yearly(find) else ()))


def is_yearly(find: Mapping[str, Any]) -> bool:
    """Whether a date is told of each year."""
    date = find.get("date")
    return date in YEARLY or (date in COMES_ROUND and bool(find.get("yearly")))


def _detector(find: Mapping[str, Any], stages: tuple[int, ...]) -> Detector:
    match find.get("kind"):
        case "segment":
            if not find.get("segment"):
                raise Unreadable("segment", "Choose a segment.")
            return Entered(str(find["segment"]), already=bool(find.get("already")))
        case "event":
            return After(Event((_word(find, "event"),), where=_of_event(find)), stages or (0,))
        case "move":
            return After(Booked((_word(find, "move"),), where=_of_move(find)), stages or (0,))
        case "date":
            return _of_date(find, stages)
        case _:
            raise Unreadable("find", "Say what the trigger waits for.")


def _of_date(find: Mapping[str, Any], stages: tuple[int, ...]) -> Detector:
    date, way = find.get("date"), find.get("way")
    if date not in DATES:
        raise Unreadable("date", "Choose a date.")
    itself = is_yearly(find)  # 0 days before it is the day
    if (
        way not in (BEFORE, AFTER)
        or not stages
        or (way == BEFORE and not (itself or all(stages)))
    ):
        raise Unreadable("stages", "Say how many days before or after, such as 30, 7.")
    if is_yearly(find):
        if way == AFTER or len(stages) > 1:
            raise Unreadable("stages", "A day that comes each year takes one number before it.")
        return Yearly(_source(find), ahead=stages[0])
    if way == BEFORE:
        return Before(_source(find), tuple(sorted(stages, reverse=True)), newest=date == SENT)
    return After(_source(find), tuple(sorted(stages)), newest=date == SENT)


def _source(find: Mapping[str, Any]) -> File | Event | Holding:
    date = find["date"]
    if date in YEARLY:
        return File(date)
    if date == SENT:
        return Event((_word(find, "named"),))
    if not find.get("holding"):
        raise Unreadable("holding", "Choose the kind of product.")
    return Holding((find["holding"],), date=date)


def _of_event(find: Mapping[str, Any]) -> str:
    where = []
    if find.get("op"):
        where.append(f"value {OPS[find['op']]} {_figure(find, 'value')!r}")
    if find.get("ref"):
        where.append(f"ref = {_quoted(find['ref'])}")
    return " and ".join(where)


def _of_move(find: Mapping[str, Any]) -> str:
    where = []
    if find.get("op"):
        where.append(f"units {OPS[find['op']]} {_figure(find, 'amount')!r}")
    if find.get("product"):
        where.append(f"product_id = {_quoted(find['product'])}")
    if find.get("category"):
        where.append(f"category = {_quoted(find['category'])}")
    return " and ".join(where)


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _word(find: Mapping[str, Any], name: str) -> str:
    found = re.fullmatch(WORD, str(find.get(name, "")))
    if found is None:
        raise Unreadable(
            name, "Name the kind in lower-case letters and underscores, such as branch_visit."
        )
    return found[0]


def _figure(find: Mapping[str, Any], name: str) -> float:
    try:
        value = float(find[name])
    except (KeyError, TypeError, ValueError):
        raise Unreadable(name, "Give a number to compare with.") from None
    if not math.isfinite(value):
        raise Unreadable(name, "Give a number to compare with.")
    return value


def _chip(name: Text, find: Mapping[str, Any]) -> Text:
    zh, en = _plain(name.zh), _plain(name.en)
    if find.get("kind") == SEGMENT:
        return Text(zh, en)
    told = "{day} {amount}" if find.get("kind") == MOVE else "{day}"
    return Text(f"{zh} · {told}", f"{en}, {told}")


def _plain(name: str) -> str:
    return name.replace("{", "").replace("}", "")


def _text(body: Mapping[str, Any], name: str, *, needed: bool = True) -> Text:
    given = body.get(name) or {}
    zh, en = str(given.get("zh", "")).strip(), str(given.get("en", "")).strip()
    if needed and not (zh or en):
        raise Unreadable(name, "Fill it in, in one language at least.")
    return Text(zh or en, en or zh)


def _channels(body: Mapping[str, Any]) -> tuple[str, ...]:
    channels = tuple(dict.fromkeys(str(one) for one in body.get("channels", ())))
    if not channels:
        raise Unreadable("channels", "Choose one way at least.")
    return channels


def _stages(body: Mapping[str, Any]) -> tuple[int, ...]:
    stages = tuple(dict.fromkeys(int(stage) for stage in body.get("stages", ())))
    low, high = BOUNDS["stage"]
    if len(stages) > MOST_STAGES or any(not low <= stage <= high for stage in stages):
        raise Unreadable("stages", f"At most {MOST_STAGES} numbers of days, up to {high:.0f}.")
    return stages


def _bounded(body: Mapping[str, Any], name: str) -> float:
    return _number(body, name, *BOUNDS[name])


def _number(body: Mapping[str, Any], name: str, low: float, high: float) -> float:
    try:
        value = float(body[name])
    except (KeyError, TypeError, ValueError):
        raise Unreadable(name, f"Give a number from {low:g} to {high:g}.") from None
    if not low <= value <= high:
        raise Unreadable(name, f"{value:g} is beyond {low:g} to {high:g}.")
    return value
