"""What became of a released topic: who was reached, who answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from regulars.server.core.models import Person
from regulars.server.delivery.models import Mailing
from regulars.server.experiments import queries as experiments
from regulars.server.outreach import queries as outreach
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment
from regulars.server.topics.models import Talk, Topic

SENT = ("sent", "delivered")


@dataclass(frozen=True)
class Outcome:
    """Figures of one topic; those of messages are the company's, those of talks the viewer's.

    `reached` counts messages that went out; `alone` those left alone for comparison.
    """

    mailing: Mailing | None
    states: Mapping[str, int]
    talks: int
    answered: int
    alone: int

    @property
    def reached(self) -> int:
        return sum(self.states.get(each, 0) for each in SENT)


def outcome(viewer: Person, topic: Topic) -> Outcome:
    """What became of a topic."""
    key = f"topic:{topic.public_id}"
    found = Talk.objects.visible_to(viewer).filter(topic=topic).order_by()
    by_state = {r["state"]: r["n"] for r in found.values("state").annotate(n=Count("pk"))}
    arms = experiments.arm_counts(topic.experiment) if topic.experiment else {}
    return Outcome(
        outreach.mailing_of(key) if topic.message else None,
        Counter(outreach.outcome_of(key).values()) if topic.message else {},
        sum(by_state.values()),
        by_state.get(Talk.State.ANSWERED, 0),
        arms.get("control", 0),
    )


def talks(viewer: Person, topic: Topic, *, state: str = "") -> QuerySet[Talk]:
    """The talks behind a figure."""
    found = Talk.objects.visible_to(viewer).filter(topic=topic)
    if state in Talk.State.values:
        found = found.filter(state=state)
    return found.select_related("customer__book__owner", "answered_by").order_by("pk")


def segments_to_choose(viewer: Person) -> list[Segment]:
    return list(segments.segments(viewer))
