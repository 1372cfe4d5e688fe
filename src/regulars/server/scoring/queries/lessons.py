"""What a run learned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from regulars.server.scoring.bridge.names import CHURN_MODEL
from regulars.server.scoring.models import Run
from regulars.server.scoring.queries.runs import folder, runs

# Runs nearer than this say the same; so many of the older ones are looked at.
A_MONTH, OLDER = timedelta(days=20), 3


def lessons(run: Run | None) -> Mapping[str, Any]:
    """What was learned after a run: its cards, and why a lesson was skipped."""
    found = run.result.get("learned") if run is not None else None
    return found or {"cards": {}, "skipped": {}}


def card(run: Run | None, code: str) -> Mapping[str, Any]:
    """The quality card of one lesson; empty where it was not learned."""
    found: Mapping[str, Any] = lessons(run)["cards"].get(code) or {}
    return found


def learned_before(run: Run) -> Run | None:
    """The newest run about a month or more before, if its churn was learned too."""
    older = runs().filter(as_of__lte=run.as_of - A_MONTH)[:OLDER]
    return next((each for each in older if card(each, "churn")), None)


def usual_churn(run: Run) -> float | None:
    """The probability of the usual customer, from which all reasons start."""
    path = folder(run) / CHURN_MODEL
    return _usual_churn(path, path.stat().st_mtime_ns) if path.exists() else None


@lru_cache(maxsize=8)
def _usual_churn(path: Path, _written: int) -> float | None:
    # Imported here: only a page with a learned risk needs it, and it brings NumPy.
    import numpy as np

    from regulars.engine.learning.calibration import Calibration

    stored = json.loads(path.read_text("utf-8"))
    if stored is None:
        return None
    curve = Calibration.from_dict(stored["model"]["calibration"])
    baseline = np.array([stored["model"]["scorecard"]["baseline"]])
    return float(curve.probability(baseline)[0])
