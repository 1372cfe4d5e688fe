"""A word, or having or lacking a value, that is the rarer outcome almost for certain."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from regulars.engine.intervals import wilson
from regulars.engine.learning.leakage.finding import Finding, advice
from regulars.engine.learning.sheet import Ints, Sheet

CERTAIN, HOLDS, FEWEST_OF_MARK = 0.95, 0.10, 20


def find_mark(sheet: Sheet, name: str, happened: Ints) -> Finding | None:
    rare = happened if happened.mean() <= 0.5 else 1 - happened
    for said, here in _marks(sheet, name):
        rows, held = int(here.sum()), int(rare[here].sum())
        if rows == len(rare) or held < max(FEWEST_OF_MARK, HOLDS * rare.sum()):
            continue
        if wilson(held, rows)[0] >= CERTAIN:
            return Finding(
                name,
                "mark",
                held / rows,
                f"{name} knows the outcome: of {rows} rows where it {said}, {held / rows:.1%} "
                f"have the rarer outcome. {advice(name)}",
            )
    return None


def _marks(sheet: Sheet, name: str) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    missing = sheet.missing(name)
    if missing.any():
        yield "is empty", missing
        yield "is filled in", ~missing
    if name in sheet.words:
        words = sheet.words[name]
        for word in sorted(pc.drop_null(words.unique()).to_pylist())[:100]:
            here = pc.fill_null(pc.equal(words, word), False)
            yield f'is "{word}"', np.asarray(here)
