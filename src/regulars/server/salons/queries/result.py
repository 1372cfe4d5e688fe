"""What came of a salon: numbers, cost, opportunities, words, and the effect by lot."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum

from regulars.server.core import scope
from regulars.server.experiments import queries as experiments
from regulars.server.experiments.models import Experiment, Reading
from regulars.server.experiments.queries import saying
from regulars.server.opportunities.models import Opportunity
from regulars.server.salons.models import Guest, Part, Salon
from regulars.server.salons.queries.guests import SHOWS, counts
from regulars.server.salons.queries.plan import Costs, costs
from regulars.server.voice.rules import scores
from regulars.server.voice.rules.scores import Score


@dataclass(frozen=True)
class Brought:
    """Opportunities that a salon opened."""

    opened: int = 0
    won: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Effect:
    """What the experiment says so far."""

    experiment: Experiment
    reading: Reading | None
    word: str
    tone: str
    sentence: str
    treated: int
    control: int
    alike: str  # salons of the kind taken together, where there are several


@dataclass(frozen=True)
class Result:
    """Everything of the page of a result."""

    counts: dict[str, int]
    costs: Costs
    each: Decimal | None
    brought: Brought
    rating: Score | None
    again: Score | None
    parts: tuple[tuple[Part, int], ...]
    effect: Effect | None


def result(salon: Salon) -> Result:
    """What came of a salon, of all its guests whoever looks: numbers, no names."""
    found, money = counts(salon), costs(salon)
    people = found["came"]
    spent = money.actual if not money.open else money.actual or money.planned
    with scope.beyond():
        said = list(
            salon.guests.filter(SHOWS["said"]).order_by("pk").values_list("rating", "again")
        )
        marks = [
            pk
            for each in salon.guests.filter(state=Guest.State.CAME).values_list("took_part")
            for pk in each[0]
        ]
        brought = _brought(salon)
    again = [yes for _rating, yes in said if yes is not None]
    return Result(
        counts=found,
        costs=money,
        each=(spent / people).quantize(Decimal("0.01")) if people and spent else None,
        brought=brought,
        rating=scores.mean([float(rating) for rating, _yes in said if rating is not None]),
        again=scores.share(sum(again), len(again)),
        parts=tuple(
            (part, marks.count(part.pk)) for part in salon.parts.filter(takes_part=True)
        ),
        effect=_effect(salon.experiment) if salon.experiment else None,
    )


def _brought(salon: Salon) -> Brought:
    rows = Opportunity.objects.counted().filter(signal=salon.source)
    won = Q(state=Opportunity.State.WON)
    found = rows.order_by().aggregate(
        opened=Count("pk"), won=Count("pk", filter=won), amount=Sum("won_amount", filter=won)
    )
    return Brought(found["opened"], found["won"], found["amount"] or Decimal(0))


def _effect(experiment: Experiment) -> Effect:
    reading = experiments.latest(experiment)
    arms = experiments.arm_counts(experiment)
    alike = experiments.like(experiment.kind, experiment.label, experiment.outcome)
    return Effect(
        experiment=experiment,
        reading=reading,
        word=saying.word(reading.code) if reading else "",
        tone=saying.tone(reading.code) if reading else "n",
        sentence=saying.sentence(experiment, reading) if reading else "",
        treated=sum(n for arm, n in arms.items() if arm != "control"),
        control=arms.get("control", 0),
        alike=alike.difference if alike else "",
    )
