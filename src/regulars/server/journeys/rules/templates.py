"""Journeys to begin with: their steps, without the words that a company chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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

Words = Mapping[str, str]  # what the tasks and ends say, in the language of who begins


@dataclass(frozen=True)
class Template:
    """A shipped beginning. `presets`: the shipped segments that fit, the first there is."""

    code: str
    presets: tuple[str, ...]
    build: Callable[[str, Words], Route]


def _wait(key: str, days: int, hour: str = "") -> Step:
    return Step(key, Kind.WAIT, days=days, hour=hour)


def _send(key: str, message: str = "", days: int = 3) -> Step:
    return Step(key, Kind.SEND, message=message, days=days)


def _task(key: str, words: Words, days: int = 7) -> Step:
    return Step(key, Kind.TASK, text=words[key], script=words[f"{key}_say"], days=days)


def _ask(key: str, ask: Ask, yes: tuple[Step, ...], no: tuple[Step, ...] = ()) -> Step:
    return Step(key, Kind.BRANCH, ask=ask, yes=yes, no=no)


def _exit(key: str, words: Words) -> Step:
    return Step(key, Kind.EXIT, text=words.get(key, ""))


def _win_back(segment: str, words: Words) -> Route:
    """A word, a call by who knows them, once more; whoever comes back is out."""
    return Route(
        Enter(segment, How.DAILY, 180), Goal(Aim.BOUGHT), Late.RESUME, 0.1, 60,
        (
            _send("hello", "win-back"),
            _wait("rest", 5, "10:00"),
            _ask("heard", Ask.ANSWERED, (_exit("talked", words),)),
            _task("call", words),
            _ask("spoke", Ask.ANSWERED, (_wait("ripen", 14), _exit("helped", words))),
            _wait("pause", 21, "10:00"),
            _send("again", "win-back"),
            _wait("last", 14),
            _exit("end", words),
        ),
    )  # fmt: skip


def _welcome(segment: str, words: Words) -> Route:
    """The first 90 days: thanks, a call within a fortnight, a question, a look at day 90."""
    return Route(
        Enter(segment, How.NEWLY, None), Goal(), Late.CATCH_UP, 0.1, 90,
        (
            _wait("settle", 2, "10:00"),
            _send("thanks", "thank-you"),
            _wait("week", 8, "10:00"),
            _task("call", words),
            _wait("month", 20, "10:00"),
            _ask("second", Ask.BOUGHT, (_wait("quiet", 45),), (_task("offer", words, 10),)),
            _wait("look", 14, "10:00"),
            _task("review", words, 10),
            _exit("end", words),
        ),
    )  # fmt: skip


def _frequency(segment: str, words: Words) -> Route:
    """Seldom here but worth it: a reason to come, three times, until they come."""
    return Route(
        Enter(segment, How.DAILY, 120), Goal(Aim.BOUGHT), Late.RESUME, 0.15, 60,
        (
            Step("friday", Kind.WAIT, until=Until.WEEKDAY, weekday=4, hour="10:00"),
            _send("reason"),
            _wait("rest", 13),
            Step("round", Kind.REPEAT, to="friday", times=2),
            _ask("heard", Ask.ANSWERED, (_exit("talked", words),)),
            _task("call", words),
            _exit("end", words),
        ),
    )  # fmt: skip


TEMPLATES: Mapping[str, Template] = {
    each.code: each
    for each in (
        Template("win_back", ("top_at_risk", "sleeping_money", "sleeping_spender"), _win_back),
        Template("welcome", ("no_second_product", "no_second_order"), _welcome),
        Template("frequency", ("promising", "silent"), _frequency),
    )
}
