"""Two years of contacts: calls, visits, WeCom, branch talks, with what was said."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.banking.archetypes import ARCHETYPES, NAMES, ORGANIZATION
from regulars.engine.synthetic.banking.population import Population
from regulars.engine.synthetic.banking.talks import DECLINED, TOPICS, UNANSWERED, WRONG
from regulars.engine.synthetic.columns import (
    DAY_US,
    Floats,
    Ints,
    Ragged,
    Words,
    coded,
    pick,
    stamps,
    words,
)
from regulars.engine.synthetic.schema import SCHEMAS

CHANNELS = ("call", "visit", "wecom", "sms", "branch")
DIRECTIONS = ("out", "in")
OUTCOMES = (
    "reached",
    "interested",
    "done",
    "no_answer",
    "wrong_number",
    "refused_offer",
    "refused_marketing",
    "not_suitable",
)
_UNREACHED, _WRONG, _REFUSED, _NO_MARKETING = 3, 4, 5, 6


def interactions(
    rng: np.random.Generator,
    population: Population,
    members: Ints,
    *,
    keeper: Ints,
    people: pa.Array,
    customers: pa.Array,
    first: int,
    last: int,
) -> pa.Table:
    """Return contacts; `keeper` is the row in `people` of who looks after each book."""
    owner, day = _when(rng, population, members, first, last)
    channel = _channel(rng, population.archetype[members[owner]])
    outcome = pick(rng, [46, 13, 9, 17, 1.2, 8, 0.8, 2], len(owner))
    # Who stands in front of you has answered.
    met = (channel == 1) | (channel == 4)
    outcome = np.where(met & ((outcome == _UNREACHED) | (outcome == _WRONG)), 0, outcome)
    clock = rng.triangular(8.6 * 3600, 10 * 3600, 17.5 * 3600, len(owner)).astype(np.int64)
    time = day * DAY_US + clock * 1_000_000
    order = np.lexsort((time, owner))
    owner, time, channel, outcome = owner[order], time[order], channel[order], outcome[order]
    incoming = (rng.random(len(owner)) < 0.18) & (outcome != _UNREACHED)
    person = keeper[population.book[members[owner]]]
    return pa.table(
        [
            coded(members[owner], customers, wide=True),
            stamps(time),
            coded(channel, pa.array(CHANNELS)),
            coded(incoming.astype(np.int64), pa.array(DIRECTIONS)),
            coded(person, people),
            coded(outcome, pa.array(OUTCOMES)),
            pa.array(_notes(rng, population.archetype[members[owner]], outcome), pa.string()),
        ],
        schema=SCHEMAS["interactions"],
    )


def _when(
    rng: np.random.Generator, population: Population, members: Ints, first: int, last: int
) -> tuple[Ints, Ints]:
    start = np.maximum(first, population.since[members]) + 1
    gone = last - rng.integers(125, 420, len(members))
    until = np.where(population.forgotten[members], gone, last)
    span = np.maximum(until - start + 1, 0)
    rows = Ragged.of(rng.poisson(_monthly(population, members) * span / 30.4))
    day = start[rows.owner] + (rng.random(len(rows.owner)) * span[rows.owner]).astype(np.int64)
    weekday = (day + 3) % 7
    day = day - np.maximum(weekday - 4, 0)
    kept = day >= start[rows.owner]
    return rows.owner[kept], day[kept]


def _monthly(population: Population, members: Ints) -> Floats:
    """Return contacts a month: by tier in a book of one's own, rarely in a pool."""
    wealth = population.wealth[members]
    tier = np.digitize(wealth, [20_000_000, 50_000_000, 600_000_000])
    managed = np.array([0.18, 0.45, 0.95, 2.2])[tier]
    managed = np.where(population.archetype[members] == ORGANIZATION, 0.8, managed)
    monthly: Floats = np.where(population.managed[members], managed, 0.012)
    return monthly


def _channel(rng: np.random.Generator, archetype: Ints) -> Ints:
    liked = np.array([CHANNELS.index(kind.channel) for kind in ARCHETYPES])[archetype]
    other = pick(rng, [42, 12, 24, 8, 14], len(archetype))
    return np.where(rng.random(len(archetype)) < 0.4, liked, other)


def _notes(rng: np.random.Generator, archetype: Ints, outcome: Ints) -> Words:
    notes = np.full(len(archetype), "", dtype=object)
    for number, name in enumerate(NAMES):
        rows = np.flatnonzero(archetype == number)
        notes[rows] = _talk(rng, name, len(rows))
    for code, lines in (
        (_UNREACHED, UNANSWERED),
        (_WRONG, WRONG),
        (_REFUSED, DECLINED),
        (_NO_MARKETING, DECLINED[2:3]),
    ):
        rows = np.flatnonzero(outcome == code)
        notes[rows] = words(lines)[rng.integers(0, len(lines), len(rows))]
    return notes


def _talk(rng: np.random.Generator, name: str, size: int) -> Words:
    fitting = [topic for topic in TOPICS if not topic[0] or name in topic[0]]
    weights = [2.5 if topic[0] else 1.0 for topic in fitting]
    chosen = pick(rng, weights, size)
    notes = np.full(size, "", dtype=object)
    for number, (_, said, needs, then) in enumerate(fitting):
        rows = np.flatnonzero(chosen == number)
        draw = [words(x)[rng.integers(0, len(x), len(rows))] for x in (said, needs, then)]
        notes[rows] = "说：" + draw[0] + "。需要：" + draw[1] + "。下一步：" + draw[2] + "。"
    return notes
