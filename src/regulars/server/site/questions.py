"""What the stories of surveys in the demo share: their scene, a wave, and dice that repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.site.sayings import ATTITUDE, FEES, HIGH, LOW, MIDDLE, ONLINE, WAITING
from regulars.server.voice import actions
from regulars.server.voice.models import Version, Wave


@dataclass(frozen=True)
class Scene:
    """The people of the story and its days."""

    marketer: Person
    today: date


def field(
    version: Version,
    name: str,
    name_en: str,
    ago: int,
    days: int,
    asked: Sequence[tuple[Customer, Person]],
    scene: Scene,
    channel: str = "wecom",
) -> Wave:
    at = morning(scene.today, -ago)
    ends = core.local_date(at) + timedelta(days=days)
    made = actions.launch(
        version, name=name, name_en=name_en, channel=channel, ends_on=ends, by=scene.marketer,
        at=at,
    )  # fmt: skip
    actions.draw(made, by=scene.marketer, at=at, among=[who.pk for who, _owner in asked])
    made.refresh_from_db()
    return made


def one_of(texts: Sequence[str], who: Customer) -> str:
    return texts[dice(who, "words", len(texts))]


def dice(who: Customer, seed: str, sides: int) -> int:
    return crc32(f"{who.number}/{seed}".encode()) % sides


def workday(day: date) -> date:
    return core.work_calendar().add_workdays(day, 0)


def morning(today: date, days: int) -> datetime:
    """Nine in the morning of a day, or of today at its very beginning."""
    return moment(today + timedelta(days=days), 9 if days else 0, 0)


def moment(day: date, hour: int, minute: int) -> datetime:
    at = datetime.combine(day, time(hour, minute), core.time_zone())
    return at.astimezone(UTC)


def opinion(who: Customer, wave: str, bad: int) -> tuple[int, str, str]:
    """A score of 0 to 10 with words that fit; `bad` of a hundred are unhappy."""
    luck = dice(who, f"{wave}/score", 100)
    if luck < bad:
        code = complaint(who, wave, bad)
        return 2 + dice(who, wave, 5), one_of(LOW[code], who), code
    if luck < bad + 26:
        return 7 + dice(who, wave, 2), one_of(MIDDLE, who), ""
    return 9 + dice(who, wave, 2), one_of(HIGH, who), ""


def complaint(who: Customer, wave: str, bad: int) -> str:
    """Of what: of waiting above all, until counters were opened."""
    luck = dice(who, f"{wave}/cause", 100)
    waits = 60 if bad > 30 else 15
    if luck < waits:
        return WAITING
    rest = (ATTITUDE, ONLINE, FEES)
    return rest[dice(who, f"{wave}/rest", len(rest))]
