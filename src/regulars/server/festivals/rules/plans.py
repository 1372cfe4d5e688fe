"""What is to be done before a festival, and who wishes whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from regulars.base.calendar import WorkCalendar

NOTICE = 21  # days before a festival by which somebody decides what is done
# What is done in every plan: so many days before the festival.
TASKS: Mapping[str, int] = {"decide": NOTICE, "text": 14, "gifts": 14, "invite": 7}


def due(on: date, before: int, work: WorkCalendar) -> date:
    """The working day on which something is due, so many days before a festival."""
    day = on - timedelta(days=before)
    while not work.is_workday(day):
        day -= timedelta(days=1)
    return day


def task_days(
    on: date, work: WorkCalendar, *, wish: bool, gift: bool
) -> Iterator[tuple[str, date]]:
    """The tasks of a plan with their days; no text without a wish, no gifts without a gift."""
    left_out = {*(() if wish else ("text",)), *(() if gift else ("gifts",))}
    for code, before in TASKS.items():
        if code not in left_out:
            yield code, due(on, before, work)


@dataclass(frozen=True)
class Split:
    """Who of a festival's customers is wished by whom; nobody stands in two of them.

    Attributes
    ----------
    message
        Get the message.
    manager
        Their manager wishes them: a card on their list.
    birthday
        Have their birthday that day, and are wished for that.
    had
        Were wished already, by whatever way.
    """

    message: tuple[int, ...]
    manager: tuple[int, ...]
    birthday: tuple[int, ...]
    had: tuple[int, ...]


def split(
    audience: Collection[int],
    *,
    levels: Mapping[int, int],
    by_manager: Collection[int],
    birthday: Collection[int],
    had: Collection[int],
    carded: Collection[int],
    message: bool,
) -> Split:
    """Give each customer one wish at most.

    Whoever was wished, or has a card for it, stays with that, whatever tier they are in now.
    """
    found: dict[str, list[int]] = {"message": [], "manager": [], "birthday": [], "had": []}
    had, carded, birthday, top = set(had), set(carded), set(birthday), set(by_manager)
    for one in sorted(set(audience)):
        if one in had:
            found["had"].append(one)
        elif one in carded:
            found["manager"].append(one)
        elif one in birthday:
            found["birthday"].append(one)
        elif levels.get(one, 0) in top:
            found["manager"].append(one)
        elif message:
            found["message"].append(one)
    return Split(*(tuple(found[name]) for name in ("message", "manager", "birthday", "had")))


def burden(counts: Mapping[int, int], everybody: int) -> dict[str, int]:
    """How many customers get 0, 1, 2, 3 and more; `counts` leaves out who gets nothing."""
    found = dict.fromkeys(("0", "1", "2", "3"), 0)
    for n in counts.values():
        if n:
            found[str(min(n, 3))] += 1
    found["0"] = max(0, everybody - sum(found.values()))
    return found
