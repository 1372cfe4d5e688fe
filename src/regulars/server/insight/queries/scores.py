"""Runs as people look at them: which there are, and what one of them rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from regulars.server.core.models import Person
from regulars.server.insight import rules
from regulars.server.scoring.models import Run

SHOWN = 50


@dataclass(frozen=True)
class Method:
    """How one way of forecasting did in the back-test."""

    code: str
    count: Mapping[str, float | None]  # total_error, mae, rmse, gini
    money: Mapping[str, float | None]
    top_fifth: float | None
    meets: bool  # came closest in amount
    chooses: bool  # chose the best fifth


@dataclass(frozen=True)
class Test:
    """The back-test of a run, or why there is none."""

    skipped: str = ""
    cutoff: str = ""
    days: int = 0
    customers: int = 0
    methods: tuple[Method, ...] = ()
    hindsight: float | None = None
    coverage: float | None = None
    level: str = ""
    choice: str = ""
    best_share: float | None = None
    no_signal: bool = False


def all_runs(viewer: Person) -> QuerySet[Run]:
    """Runs of every state, newest first; they hold sums only, so everybody's are shown."""
    return Run.objects.select_related("started_by").order_by("-pk")


def run_of(viewer: Person, public_id: str) -> Run | None:
    """One run, whatever became of it."""
    return Run.objects.select_related("started_by").filter(public_id=public_id).first()


def test_of(run: Run) -> Test:
    """Read a run's back-test."""
    found: Mapping[str, Any] = run.result.get("quality") or {}
    if "skipped" in found or not found:
        return Test(skipped=str(found.get("skipped") or ""))
    level, choice = str(found.get("level_winner") or ""), str(found.get("choice_winner") or "")
    purchases = found.get("purchases") or {}
    revenue = found.get("revenue") or {}
    top = found.get("top_fifth") or {}
    return Test(
        cutoff=str(found.get("cutoff") or ""),
        days=int(found.get("holdout_days") or 0),
        customers=int(found.get("customers") or 0),
        methods=tuple(
            Method(
                code,
                purchases[code],
                revenue.get(code, {}),
                top.get(code),
                code == level,
                code == choice,
            )
            for code in rules.METHODS
            if code in purchases
        ),
        hindsight=found.get("hindsight"),
        coverage=found.get("coverage"),
        level=level,
        choice=choice,
        best_share=top.get(choice),
        no_signal=bool(purchases)
        and max(float(each["gini"]) for each in purchases.values()) < rules.NO_SIGNAL,
    )
