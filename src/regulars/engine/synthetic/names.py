"""Names of people, their pinyin, and the towns they live in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from regulars.engine.synthetic.columns import Bools, Ints, Words, digits, pick, words
from regulars.engine.synthetic.schema import DEMO_PHONE_PREFIX
from regulars.engine.synthetic.words import GENERATIONS, GIVEN, PINYIN, SURNAMES, TOWNS

ROADS = words(
    [
        "人民路",
        "解放路",
        "建设路",
        "振兴路",
        "东风路",
        "文化路",
        "河滨路",
        "新华路",
        "桥南街",
        "府前街",
    ]
)
HAMLETS = words(
    [
        "东村",
        "西村",
        "南村",
        "北村",
        "前村",
        "后村",
        "塘湾村",
        "桥头村",
        "柳家村",
        "河西村",
        "新民村",
    ]
)
ESTATES = words(["河滨花园", "幸福家园", "锦绣新村", "桂花苑", "水岸名邸", "振兴小区"])


def person_names(
    rng: np.random.Generator, birth_years: Ints, female: Bools
) -> tuple[Words, Words]:
    """Draw names by generation and sex; return them in Han characters and in pinyin."""
    family = surnames(rng, len(birth_years))
    return given_names(rng, family, birth_years, female)


def surnames(rng: np.random.Generator, size: int) -> Ints:
    """Draw row numbers of `SURNAMES` by how common they are."""
    return pick(rng, [weight for _, _, weight in SURNAMES], size)


def given_names(
    rng: np.random.Generator, family: Ints, birth_years: Ints, female: Bools
) -> tuple[Words, Words]:
    """Give each member of `family` a name that suits the generation."""
    han = words([entry[0] for entry in SURNAMES])[family]
    pinyin = words([entry[1] for entry in SURNAMES])[family]
    generation = np.searchsorted(GENERATIONS, birth_years, side="right")
    for sex in (False, True):
        for number in range(len(GENERATIONS) + 1):
            rows = np.flatnonzero((female == sex) & (generation == number))
            given, given_pinyin = _given(rng, GIVEN[sex, number], len(rows))
            han[rows] += given
            pinyin[rows] += given_pinyin
    return han, pinyin


def _given(
    rng: np.random.Generator, parts: tuple[str, str, str], size: int
) -> tuple[Words, Words]:
    firsts, seconds, singles = parts
    pairs = [first + second for first in firsts for second in seconds if first != second]
    # A third of the names of those generations that liked single characters.
    weights = [1.0] * len(pairs) + [len(pairs) / 2 / max(len(singles), 1)] * len(singles)
    chosen = pick(rng, weights, size)
    given = [*pairs, *singles]
    spelled = [" " + "".join(PINYIN[letter] for letter in name).capitalize() for name in given]
    return words(given)[chosen], words(spelled)[chosen]


def town_names(size: int) -> list[tuple[str, str]]:
    """Return the first `size` invented towns as (Chinese, pinyin)."""
    return list(TOWNS[:size])


def addresses(rng: np.random.Generator, districts: Words, *, rural: Bools) -> Words:
    """Write an address in each district: hamlet and group, or road, estate and door."""
    size = len(districts)
    number = words([str(n) for n in range(1, 400)])
    start = "澄湖市" + districts
    village = (
        start
        + HAMLETS[rng.integers(0, len(HAMLETS), size)]
        + number[rng.integers(0, 24, size)]
        + "组"
        + number[rng.integers(0, 120, size)]
        + "号"
    )
    town = (
        start
        + ROADS[rng.integers(0, len(ROADS), size)]
        + number[rng.integers(0, 399, size)]
        + "号"
        + ESTATES[rng.integers(0, len(ESTATES), size)]
        + number[rng.integers(0, 32, size)]
        + "幢"
        + number[rng.integers(100, 399, size)]
        + "室"
    )
    chosen: Words = np.where(rural, village, town)
    return chosen


def phones(rng: np.random.Generator, size: int) -> pa.Array:
    """Return up to ten million different numbers with the demo prefix."""
    # An odd step that shares no factor with ten million visits every number once.
    order = (np.arange(size) * 7_654_321 + int(rng.integers(0, 10_000_000))) % 10_000_000
    return digits(DEMO_PHONE_PREFIX, order, 7)
