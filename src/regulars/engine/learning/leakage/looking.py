"""Every feature is looked at, by declaration first, then by the three rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal, TypeAlias

import numpy as np

from regulars.engine.learning.judgement import auc_with_interval
from regulars.engine.learning.leakage.evidence import FOLDS, Search, rates_nearby
from regulars.engine.learning.leakage.finding import ALONE, Finding, Leak, too_good
from regulars.engine.learning.leakage.marks import find_mark
from regulars.engine.learning.sheet import Ints, Sheet

KnownAt: TypeAlias = date | Literal["before", "after"]
# Below this a feature alone cannot close 30 % of what others leave open.
SUSPECT, MOST_SUSPECTS = 0.65, 8
MOST_ROWS = 20_000


def refuse_leaks(
    sheet: Sheet,
    happened: Ints,
    *,
    known_at: Mapping[str, KnownAt] | None = None,
    as_of: date | None = None,
    seed: int = 0,
) -> None:
    """Raise where a feature knows the outcome; see `find_leaks`.

    Raises
    ------
    Leak
        naming every such feature, the figure and what to do.
    """
    found = find_leaks(sheet, happened, known_at=known_at, as_of=as_of, seed=seed)
    if found:
        raise Leak(found)


def find_leaks(
    sheet: Sheet,
    happened: Ints,
    *,
    known_at: Mapping[str, KnownAt] | None = None,
    as_of: date | None = None,
    seed: int = 0,
) -> tuple[Finding, ...]:
    """Look for features that know the outcome, by declaration and by evidence.

    Parameters
    ----------
    sheet
        The features.
    happened
        0 or 1 by row.
    known_at
        By feature, when its value was recorded: a date, `"before"` or `"after"`. What is
        declared `"before"`, or by a date up to `as_of`, is not searched.
    as_of
        The day of the forecast; None refuses no dates.
    seed
        Of the rows looked at where there are more than 20,000, and of the parts.

    Returns
    -------
    tuple of Finding
        empty where every feature may be used

    Examples
    --------
    >>> import pyarrow as pa
    >>> left = np.arange(200) % 4 == 0
    >>> table = pa.table({"age": np.arange(200.0) % 7, "closed": np.where(left, 1.0, 0.0)})
    >>> [found.feature for found in find_leaks(Sheet.of(table), left.astype(np.int64))]
    ['closed']
    """
    given = dict(known_at or {})
    declared = tuple(find_declared(given, as_of))
    refused = {finding.feature for finding in declared}
    trusted = {name for name in given if name not in refused}
    rows = _some(sheet.rows, seed)
    sheet, happened = sheet.take(rows), happened[rows]
    if not 0 < happened.sum() < len(happened):
        return declared
    left = [name for name in sheet.features if name not in refused]
    return (*declared, *_by_evidence(sheet.only(left), happened, trusted, seed))


def find_declared(known_at: Mapping[str, KnownAt], as_of: date | None) -> Iterator[Finding]:
    for name, when in known_at.items():
        late = when == "after" or (
            isinstance(when, date) and as_of is not None and when > as_of
        )
        if late:
            said = when if isinstance(when, str) else f"on {when.isoformat()}"
            yield Finding(
                name,
                "declared",
                1.0,
                f"{name} is declared as recorded {said}"
                + (" the outcome" if isinstance(when, str) else f", after {as_of}")
                + ": a forecast cannot know it. Drop it.",
            )


def _some(rows: int, seed: int) -> Ints:
    if rows <= MOST_ROWS:
        return np.arange(rows)
    picked = np.random.default_rng(seed).permutation(rows)[:MOST_ROWS]
    return np.sort(picked)


def _by_evidence(
    sheet: Sheet, happened: Ints, trusted: set[str], seed: int
) -> Iterator[Finding]:
    asked = [name for name in sheet.features if name not in trusted]
    found = {name: mark for name in asked if (mark := find_mark(sheet, name, happened))}
    yield from found.values()
    part = np.random.default_rng(seed).permutation(sheet.rows) % FOLDS
    alone = {
        name: rates_nearby(sheet, name, happened, part) for name in asked if name not in found
    }
    aucs = {name: auc_with_interval(score, happened)[0] for name, score in alone.items()}
    for name, auc in aucs.items():
        if auc >= ALONE:
            found[name] = too_good(name, auc)
            yield found[name]
    suspects = [name for name, auc in aucs.items() if auc >= SUSPECT and name not in found]
    suspects = sorted(suspects, key=lambda name: -aucs[name])[:MOST_SUSPECTS]
    left = [name for name in sheet.features if name not in found]
    search = Search(sheet, happened, part, alone)
    while (leak := search.beyond_others(left, suspects)) is not None:
        left.remove(leak.feature)
        suspects.remove(leak.feature)
        yield leak
