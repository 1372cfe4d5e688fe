"""Learn from the company's own past, judge on its last complete horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.engine.churn.columns import learned
from regulars.engine.churn.methods import (
    Way,
    cards,
    recalibrated,
    settled_by_parts,
    settled_out_of_time,
)
from regulars.engine.churn.rows import Frame, Rows, stacked
from regulars.engine.learning.judgement import Judgement, judge
from regulars.engine.learning.scorecard import Scorecard

# Of either outcome, on the dates learned from and on the one judged.
FEWEST_OF_EACH = 50


@dataclass(frozen=True)
class Contest:
    """How the methods fared.

    Attributes
    ----------
    judgements
        By method, on the last complete horizon.
    ways
        By method, its setting and the curve that goes with the final scorecard.
    cards
        By method, trained with the last complete horizon included.
    chosen
        The method with the lowest log loss.
    out_of_time
        Whether settings and curves were found on a later date than the one trained on, or
        on customers left out of the same dates.
    features
        The columns learned from.
    """

    judgements: Mapping[str, Judgement]
    ways: Mapping[str, Way]
    cards: Mapping[str, Scorecard]
    chosen: str
    out_of_time: bool
    features: tuple[str, ...]


def contest(
    learn: list[Rows], early: list[Rows], last: Rows, frame: Frame, *, seed: int
) -> Contest:
    """Let the methods compete.

    Parameters
    ----------
    learn
        Rows of the dates learned from, latest first.
    early
        Those of them whose outcome was known on the latest; empty where none was.
    last
        Rows of the last complete horizon.
    """
    every = stacked(learn)
    features = learned(list(every.sheet.features), history_days=frame.history_days)
    ways = _settle(learn, early, features, seed)
    settings = {name: way.setting for name, way in ways.items()}
    # A column that is the same for everybody on one date may vary over several.
    trained = cards(every.sheet, every.left, features, settings, seed)
    before = {name: card for name, card in trained.items() if name in ways}
    scores = {name: card.score(last.sheet) for name, card in before.items()}
    judgements = {
        name: judge(
            ways[name].calibration.probability(score),
            last.left,
            naive=float(every.left.mean()),
        )
        for name, score in scores.items()
    }
    keys = last.ids.to_pylist()
    final = {
        name: recalibrated(ways[name], score, last.left, keys, seed)
        for name, score in scores.items()
    }
    whole = stacked([last, *learn])
    return Contest(
        judgements,
        final,
        cards(whole.sheet, whole.left, features, settings, seed),
        min(judgements, key=lambda name: judgements[name].log_loss),
        bool(early),
        tuple(features),
    )


def _settle(
    learn: list[Rows], early: list[Rows], features: list[str], seed: int
) -> dict[str, Way]:
    if early:
        then, late = stacked(early), learn[0]
        return settled_out_of_time(
            (then.sheet, then.left),
            (late.sheet, late.left),
            features,
            late.ids.to_pylist(),
            seed,
        )
    every = stacked(learn)
    return settled_by_parts(every.sheet, every.left, features, every.ids.to_pylist(), seed)


def too_few(rows: Rows) -> int:
    """Tell how many more of the rarer outcome are needed; 0 where there are enough."""
    left = int(rows.left.sum())
    return max(0, FEWEST_OF_EACH - min(left, rows.sheet.rows - left))
