"""Which stored run a page shows, and what is missing when there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from regulars.base.periods import year_before
from regulars.server.core import queries as core
from regulars.server.core.models import Job, Person
from regulars.server.facts import queries as facts
from regulars.server.facts.models import FactFile
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Scheme, SchemeVersion, TierRun

SCORING = "scoring"  # the kind of job that makes a run
CURRENT = "current"  # its subject where the scores become everybody's
NEAR = timedelta(days=45)  # a stored date so near to a year ago stands for it
NEEDED = ("branch", "cohort", "active_month")  # columns that runs of today have


@dataclass(frozen=True)
class Span:
    """The days of which the facts tell something; `stop` is the last that may be asked."""

    first: date
    last: date
    stop: date


@dataclass(frozen=True)
class Stand:
    """What can be shown for a date: a run with its tiers, or why there is none."""

    on: date
    run: Run | None = None
    tier_run: TierRun | None = None
    job: Job | None = None  # it is being computed


def known_days() -> Span | None:
    """The first and last day of the transactions and balances; None before any came."""
    last = facts.last_day()
    if last is None:
        return None
    manifest = facts.manifest()
    first = [manifest[k]["first_day"] for k in ("transactions", "balances") if k in manifest]
    # The night's run is as of its own day, which may bring no facts.
    stored = scoring.runs().first()
    return Span(min(first), last, max(last, stored.as_of) if stored else last)


def usual_date() -> date | None:
    """The date of the current run, or the last day of the facts."""
    run = scoring.current_run()
    return run.as_of if run is not None else facts.last_day()


def stand(viewer: Person, on: date) -> Stand:
    """What is stored for a date."""
    run = scoring.run_at(on)
    return Stand(
        on=on,
        run=run,
        tier_run=tiers.tier_run_of(run) if run else None,
        job=under_way(on.isoformat()),
    )


def usual_comparison(on: date, first: date) -> date | None:
    """A year earlier, or the stored date nearest to it; None where the facts are too young."""
    wanted = year_before(on)
    stored = [day for day in stored_dates() if day < on]
    nearest = min(stored, key=lambda day: abs((day - wanted).days), default=None)
    if nearest is not None and abs(nearest - wanted) <= NEAR:
        return nearest
    return wanted if wanted >= first else nearest


def stored_dates() -> list[date]:
    """Dates with a run, newest first."""
    return list(dict.fromkeys(scoring.runs().values_list("as_of", flat=True)))


def under_way(subject: str) -> Job | None:
    """The job that computes this date now."""
    states = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(kind=SCORING, subject=subject, state__in=states).first()


def job(pk: int) -> Job | None:
    """The job behind a queued task."""
    return Job.objects.select_related("asked_by").filter(pk=pk).first()


def job_of(viewer: Person, public_id: str) -> Job | None:
    """A run or its learning that is under way; whoever sees the base waits for the same."""
    watched = (SCORING, scoring.LEARNING)
    return Job.objects.filter(kind__in=watched, public_id=public_id).first()


def is_complete(run: Run) -> bool:
    """Whether a run holds what the pages read; runs of an older version do not."""
    known = scoring.columns(run)
    return all(name in known for name in NEEDED)


def has_newer_facts(run: Run) -> bool:
    """Whether facts came after the run was made: the same date would read otherwise now."""
    found = FactFile.objects.filter(added_at__gt=run.known_to, first_day__lte=run.as_of)
    return found.exclude(source="compaction").exists()


def schemes() -> list[Scheme]:
    """The schemes by which a page may sort, the primary ones first."""
    return sorted(tiers.schemes(), key=lambda scheme: (not scheme.is_primary, scheme.pk))


def tiers_of(scheme: Scheme, tier_run: TierRun) -> list[dict[str, Any]]:
    """The tiers of a scheme as they were in a tier run, best first."""
    number = tier_run.versions.get(scheme.code)
    found = SchemeVersion.objects.filter(scheme=scheme, number=number).first()
    return list(found.tiers) if found else []


def in_force() -> dict[str, int]:
    """The number of each scheme's version in force."""
    active = SchemeVersion.objects.filter(state=SchemeVersion.State.ACTIVE)
    return dict(active.order_by("scheme_id").values_list("scheme__code", "number"))


def branches(viewer: Person) -> list[Any]:
    return list(core.branches(viewer))
