"""Member file, talks, events and truth of the chain as Arrow tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.birthdays import lunar_birthdays
from regulars.engine.synthetic.columns import (
    DAY_US,
    Bools,
    Floats,
    Ints,
    Ragged,
    Words,
    coded,
    days,
    pick,
    stamps,
    strings,
    words,
)
from regulars.engine.synthetic.names import addresses, person_names, phones, town_names
from regulars.engine.synthetic.retailing.catalogue import NAMES, SHOPPERS
from regulars.engine.synthetic.retailing.members import Members, trait
from regulars.engine.synthetic.retailing.talks import TOPICS, UNANSWERED
from regulars.engine.synthetic.schema import PLANTED, SCHEMAS
from regulars.engine.synthetic.staff import Staff

TIER_NAMES = ("black", "gold", "silver", "basic")
_NEVER = -1


def members_table(
    rng: np.random.Generator,
    members: Members,
    tier: Ints,
    book: Ints,
    staff: Staff,
    numbers: pa.Array,
    stores: pa.Array,
) -> pa.Table:
    """Return the member file."""
    size = members.size
    years = 1970 + np.floor(members.born / 365.25).astype(np.int64)
    names, spelled = person_names(rng, years, members.female)
    towns = town_names(len(stores))
    district = words([f"{town}镇" for town, _ in towns])[members.store]
    columns = {
        "number": numbers,
        "kind": strings(np.full(size, "person", dtype=object)),
        "name": strings(names),
        "name_en": strings(spelled),
        "gender": strings(words(["male", "female"])[members.female * 1]),
        "birth_date": days(members.born),
        "lunar_birthday": strings(
            lunar_birthdays(members.born, rng.random(size) < trait("lunar", members.kind))
        ),
        "phone": phones(rng, size),
        "address": strings(addresses(rng, district, rural=rng.random(size) < 0.3)),
        "district": strings(district),
        "occupation": strings(_occupations(rng, members)),
        "org_unit": stores.take(pa.array(members.store)),
        "book": strings(words([row[0] for row in staff.books])[book]),
        "since": days(members.since),
        "source": strings(words(["store", "app", "referral"])[pick(rng, [60, 30, 10], size)]),
        "preferred_channel": strings(
            words(["wecom", "sms", "call"])[pick(rng, [60, 28, 12], size)]
        ),
        "blocked_channels": _blocked(rng, size),
        "consent_sms": pa.array(rng.random(size) < 0.78),
        "consent_call": pa.array(rng.random(size) < 0.35),
        "consent_wecom": pa.array(rng.random(size) < np.where(members.app, 0.8, 0.4)),
        "member_tier": strings(words(TIER_NAMES)[tier]),
    }
    schema = SCHEMAS["customers"]
    return pa.table(
        [columns.get(f.name, pa.nulls(size, f.type)) for f in schema], schema=schema
    )


def _occupations(rng: np.random.Generator, members: Members) -> Words:
    found = np.full(members.size, None, dtype=object)
    for number, shopper in enumerate(SHOPPERS):
        rows = np.flatnonzero(members.kind == number)
        choice = rng.integers(0, len(shopper.occupations), len(rows))
        found[rows] = words(shopper.occupations)[choice]
    return found


def _blocked(rng: np.random.Generator, size: int) -> pa.Array:
    blocked = (rng.random(size) < 0.04).astype(np.int32)
    ends = np.r_[np.int32(0), np.cumsum(blocked, dtype=np.int32)]
    values = pa.array(["sms"] * int(blocked.sum()), type=pa.string())
    return pa.ListArray.from_arrays(pa.array(ends), values)


@dataclass(frozen=True)
class Talks:
    """Contacts, and the members whose last one is too long ago."""

    table: pa.Table
    overdue: Bools


def interactions(
    rng: np.random.Generator,
    members: Members,
    vip: Bools,
    book: Ints,
    staff: Staff,
    numbers: pa.Array,
    *,
    first: int,
    last: int,
    left: Floats,
) -> Talks:
    """Return contacts of associates, most with VIP members, some of them forgotten."""
    overdue = vip & (rng.random(members.size) < 0.10) & (members.since < last - 200)
    start = np.maximum(first, members.since) + 1
    until = np.where(overdue, last - 130, last)
    span = np.maximum(until - start + 1, 0)
    owner = Ragged.of(rng.poisson(np.where(vip, 0.45, 0.015) * span / 30.4)).owner
    day = start[owner] + (rng.random(len(owner)) * span[owner]).astype(np.int64)
    clock = rng.triangular(9 * 3600, 15 * 3600, 20.5 * 3600, len(owner)).astype(np.int64)
    time = day * DAY_US + clock * 1_000_000
    order = np.lexsort((time, owner))
    owner, time = owner[order], time[order]
    outcome = pick(rng, [50, 18, 10, 22], len(owner))
    notes = _notes(rng, len(owner))
    silent = np.flatnonzero(outcome == 3)
    notes[silent] = words(UNANSWERED)[rng.integers(0, len(UNANSWERED), len(silent))]
    table = pa.table(
        [
            coded(owner, numbers, wide=True),
            stamps(time),
            coded(
                pick(rng, [55, 20, 10, 15], len(owner)),
                pa.array(["wecom", "call", "sms", "branch"]),
            ),
            coded((rng.random(len(owner)) < 0.25).astype(np.int64), pa.array(["out", "in"])),
            coded(staff.keepers()[book[owner]], pa.array([row[0] for row in staff.people])),
            coded(outcome, pa.array(["reached", "interested", "done", "no_answer"])),
            pa.array(notes, pa.string()),
        ],
        schema=SCHEMAS["interactions"],
    )
    return Talks(table, overdue)


def _notes(rng: np.random.Generator, size: int) -> Words:
    topic = rng.integers(0, len(TOPICS), size)
    notes = np.full(size, "", dtype=object)
    for number, parts in enumerate(TOPICS):
        rows = np.flatnonzero(topic == number)
        draw = [words(x)[rng.integers(0, len(x), len(rows))] for x in parts]
        notes[rows] = "说：" + draw[0] + "。需要：" + draw[1] + "。下一步：" + draw[2] + "。"
    return notes


def events(
    rng: np.random.Generator,
    members: Members,
    left: Floats,
    numbers: pa.Array,
    *,
    first: int,
    last: int,
) -> pa.Table:
    """Return log-ins to the app until a member leaves, activations, and complaints."""
    start = np.maximum(first, members.since)
    end = np.minimum(left + 10, last).astype(np.int64)
    span = np.maximum(end - start + 1, 0)
    visits = Ragged.of(rng.poisson(np.where(members.app, 0.5, 0) * span / 30.4)).owner
    upset = Ragged.of(rng.poisson(0.002 * span / 30.4)).owner
    new = np.flatnonzero(members.app & (members.since >= first))
    owner = np.r_[visits, upset, new]
    kind = np.repeat([1, 2, 0], [len(visits), len(upset), len(new)])
    day = start[owner] + (rng.random(len(owner)) * span[owner]).astype(np.int64)
    day = np.where(kind == 0, members.since[owner], day)
    clock = rng.triangular(8 * 3600, 20 * 3600, 23 * 3600, len(owner)).astype(np.int64)
    time = day * DAY_US + clock * 1_000_000
    order = np.lexsort((time, owner))
    return pa.table(
        [
            coded(owner[order], numbers, wide=True),
            stamps(time[order]),
            coded(kind[order], pa.array(["activation", "login", "complaint"])),
            coded(kind[order], pa.array(["member_app", "member_app", "service"])),
            pa.array(np.ones(len(order), dtype=np.int64)),
        ],
        schema=SCHEMAS["events"],
    )


def truth_table(
    members: Members,
    numbers: pa.Array,
    first_time: Ints,
    left_day: Floats,
    alive: Bools,
    *,
    margin: Ints,
    stories: Mapping[str, Bools],
) -> pa.Table:
    """Return the truth of every member."""
    gone = np.isfinite(left_day)
    left = np.where(gone, np.where(gone, left_day, 0) * DAY_US, _NEVER).astype(np.int64)
    none = np.zeros(members.size, dtype=bool)
    grid = np.stack([stories.get(name, none) for name in PLANTED], axis=1)
    ends = np.r_[0, np.cumsum(grid.sum(axis=1))].astype(np.int32)
    planted = strings(words(PLANTED)[np.nonzero(grid)[1]])
    return pa.table(
        [
            numbers,
            pa.array(members.habits.rate),
            pa.array(members.habits.dropout),
            pa.array(alive),
            strings(words(NAMES)[members.kind]),
            stamps(first_time),
            stamps(left, missing=_NEVER),
            pa.array(members.habits.mean_spend),
            pa.array(margin),
            pa.ListArray.from_arrays(pa.array(ends), planted),
        ],
        schema=SCHEMAS["truth"],
    )
