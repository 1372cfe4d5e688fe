"""Features that know the outcome are refused before anything is trained.

A value written down after the outcome makes every test look wonderful and every forecast
useless: the length of the call in which a product was sold, the closing date of those who
closed. Some are known by declaration (`known_at`), others only by evidence. The rules of
evidence, each with its reason:

1. *Alone.* No honest single feature orders rows almost perfectly: an AUC of 0.97 or more is
   refused.
2. *Beyond all others.* What all other features together leave open (1 less their AUC) is
   closed by 30 % or more by this one (and 0.02 at least), to an AUC of 0.85 or more. Honest
   features share what they know: on three public tables the best of 120 closed 9 %;
   `duration`, known only after the call, closed 60 %. Features that say the same (rank
   correlation of 0.8 or more) are left out of the others, so that a leak cannot hide behind
   its twin.
3. *A mark.* One word, or merely having or lacking a value, is the rarer outcome almost for
   certain (95 % interval from 0.95) and holds a tenth of it: a date filled in only for those
   who left.

What is refused wrongly is let through by declaring it `"before"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from regulars.base.errors import BadInput
from regulars.engine.intervals import wilson
from regulars.engine.learning.boosting import fit_boosting
from regulars.engine.learning.judgement import auc_with_interval
from regulars.engine.learning.logistic import levels_of
from regulars.engine.learning.scorecard import Coding
from regulars.engine.learning.sheet import Floats, Ints, Sheet
from regulars.engine.learning.threads import one_thread

KnownAt: TypeAlias = date | Literal["before", "after"]

ALONE = 0.97
CLOSES, GAINS, REACHES = 0.30, 0.02, 0.85
TWINS = 0.80
CERTAIN, HOLDS, FEWEST_OF_MARK = 0.95, 0.10, 20
# Below this a feature alone cannot close 30 % of what others leave open.
SUSPECT, MOST_SUSPECTS = 0.65, 8
TREES, FOLDS, MOST_ROWS = 60, 3, 20_000
# Alone, a number is looked at in so many steps, each rate drawn to the mean by ten rows.
NEARBY, PRIOR = 50, 10.0


@dataclass(frozen=True)
class Finding:
    """Why a feature is refused.

    Attributes
    ----------
    feature
        Its name.
    rule
        `declared`, `alone`, `beyond_others` or `mark`.
    figure
        The AUC alone, the AUC reached with it, or the share with the rarer outcome.
    message
        One sentence for a person.
    """

    feature: str
    rule: str
    figure: float
    message: str


class Leak(BadInput):
    """A feature knows the outcome."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(" ".join(finding.message for finding in findings))
        self.findings = findings


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
    declared = tuple(_declared(given, as_of))
    refused = {finding.feature for finding in declared}
    trusted = {name for name in given if name not in refused}
    rows = _some(sheet.rows, seed)
    sheet, happened = sheet.take(rows), happened[rows]
    if not 0 < happened.sum() < len(happened):
        return declared
    left = [name for name in sheet.features if name not in refused]
    return (*declared, *_by_evidence(sheet.only(left), happened, trusted, seed))


def _declared(known_at: Mapping[str, KnownAt], as_of: date | None) -> Iterator[Finding]:
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
    found = {name: mark for name in asked if (mark := _mark(sheet, name, happened))}
    yield from found.values()
    part = np.random.default_rng(seed).permutation(sheet.rows) % FOLDS
    alone = {name: _rates(sheet, name, happened, part) for name in asked if name not in found}
    aucs = {name: auc_with_interval(score, happened)[0] for name, score in alone.items()}
    for name, auc in aucs.items():
        if auc >= ALONE:
            found[name] = _too_good(name, auc)
            yield found[name]
    suspects = [name for name, auc in aucs.items() if auc >= SUSPECT and name not in found]
    suspects = sorted(suspects, key=lambda name: -aucs[name])[:MOST_SUSPECTS]
    left = [name for name in sheet.features if name not in found]
    search = _Search(sheet, happened, part, alone)
    while (leak := search.beyond_others(left, suspects)) is not None:
        left.remove(leak.feature)
        suspects.remove(leak.feature)
        yield leak


@dataclass(frozen=True)
class _Search:
    """What the second rule looks at."""

    sheet: Sheet
    happened: Ints
    part: Ints
    alone: dict[str, Floats]

    def beyond_others(self, left: list[str], suspects: list[str]) -> Finding | None:
        whole = self._auc(left)
        # Adding features hardly lowers the AUC: where all together do not reach the limit,
        # no single one does.
        for name in suspects if whole >= REACHES else ():
            twins = [each for each in left if self._alike(name, each)]
            others = [each for each in left if each != name and each not in twins]
            if not others:
                continue
            without = self._auc(others)
            reached = self._auc([*others, name]) if twins else whole
            wanted = max(GAINS, CLOSES * (1.0 - without))
            if reached >= REACHES and reached - without >= wanted:
                return _too_much(name, reached, without)
        return None

    def _auc(self, names: list[str]) -> float:
        score = _unseen(self.sheet.only(names), self.happened, self.part)
        return auc_with_interval(score, self.happened)[0]

    def _alike(self, one: str, other: str) -> bool:
        if other not in self.alone or one == other:
            return False
        ranks = [
            np.argsort(np.argsort(self.alone[name], kind="stable")) for name in (one, other)
        ]
        return bool(abs(np.asarray(np.corrcoef(ranks))[0, 1]) >= TWINS)


def _rates(sheet: Sheet, name: str, happened: Ints, part: Ints) -> Floats:
    """Score every row by the rate of its value, or of values near it, in other parts."""
    codes = _coding(sheet, name).codes(sheet, name)
    found, rate = np.zeros(sheet.rows), float(happened.mean())
    for each in range(FOLDS):
        test = part == each
        size = int(codes.max()) + 1
        rows = np.bincount(codes[~test], minlength=size)
        hits = np.bincount(codes[~test], happened[~test], minlength=size)
        found[test] = ((hits + PRIOR * rate) / (rows + PRIOR))[codes[test]]
    return found


def _coding(sheet: Sheet, name: str) -> Coding:
    if name in sheet.words:
        return Coding(levels=levels_of(sheet, name))
    known = np.unique(sheet.numbers[name][~np.isnan(sheet.numbers[name])])
    if len(known) > NEARBY:
        known = np.unique(np.nanquantile(sheet.numbers[name], np.linspace(0, 1, NEARBY + 1)))
    return Coding(tuple(known.tolist()))


def _unseen(sheet: Sheet, happened: Ints, part: Ints) -> Floats:
    """Score every row by a model of the other parts."""
    found = np.zeros(sheet.rows)
    with one_thread():
        for each in range(FOLDS):
            test = part == each
            train = happened[~test]
            if 0 < train.sum() < len(train):
                forest = fit_boosting(sheet.take(~test), train, trees=TREES)
                found[test] = forest.staged(sheet.take(test), [TREES])[TREES]
    return found


def _mark(sheet: Sheet, name: str, happened: Ints) -> Finding | None:
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
                f"have the rarer outcome. {_advice(name)}",
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


def _too_good(name: str, auc: float) -> Finding:
    return Finding(
        name,
        "alone",
        auc,
        f"{name} knows the outcome: it alone orders the rows with an AUC of {auc:.3f}, and "
        f"{ALONE} or more is refused. {_advice(name)}",
    )


def _too_much(name: str, reached: float, without: float) -> Finding:
    return Finding(
        name,
        "beyond_others",
        reached,
        f"{name} knows more than all other features together: with it the AUC is "
        f"{reached:.3f}, without it {without:.3f}. {_advice(name)}",
    )


def _advice(name: str) -> str:
    return (
        f"Drop {name}, or declare it known before the outcome with "
        f'known_at={{"{name}": "before"}}.'
    )
