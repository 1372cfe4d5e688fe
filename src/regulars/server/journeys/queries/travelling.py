"""Who is on their way, where, and what happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.journeys.models import (
    Errand,
    Happened,
    Journey,
    OfCustomers,
    Traveller,
    Version,
)
from regulars.server.outreach import queries as outreach

State = Traveller.State
PAGE = 50


@dataclass(frozen=True)
class Side:
    """One of the two groups of a journey: how many entered, how many reached the goal."""

    entered: int = 0
    goal: int = 0

    @property
    def share(self) -> float | None:
        return self.goal / self.entered if self.entered else None


@dataclass(frozen=True)
class Progress:
    """A journey in figures."""

    treated: Side = Side()
    control: Side = Side()
    travelling: int = 0
    exited: int = 0
    stopped: int = 0


def by_pk(pk: int) -> Journey:
    return Journey.objects.select_related("owner").get(pk=pk)


def due_today(at: datetime, *, earliest: int) -> list[Journey]:
    """The journeys whose work of the day is not done; before some hour only fresh ones."""
    local = at.astimezone(core.time_zone())
    found = Journey.objects.filter(state=Journey.State.RUNNING)
    found = found.exclude(looked_on__gte=local.date())
    if local.hour < earliest:
        found = found.filter(looked_on__isnull=True)
    return list(found.order_by("pk"))


def done(travellers: Sequence[Traveller]) -> dict[int, dict[tuple[str, int], str]]:
    """What happened to some travellers: by step and turn the way that was taken."""
    found: dict[int, dict[tuple[str, int], str]] = {}
    rows = Happened.objects.filter(traveller__in=[each.pk for each in travellers])
    told = rows.order_by("pk").values_list("traveller_id", "step", "turn", "way")
    for traveller, step, turn, way in told:
        found.setdefault(traveller, {})[step, turn] = way
    return found


def at_steps(viewer: Person, journey: Journey) -> dict[str, int]:
    """How many of the viewer's customers stand at each step."""
    found = Traveller.objects.visible_to(viewer).filter(journey=journey, state=State.TRAVELLING)
    rows = found.order_by().values("step").annotate(n=Count("pk"))
    return {row["step"]: row["n"] for row in rows}


def passed(viewer: Person, journey: Journey) -> dict[tuple[str, str], int]:
    """How often each step happened to the viewer's customers, by what happened."""
    found = Happened.objects.visible_to(viewer).filter(traveller__journey=journey)
    rows = found.order_by().values("step", "what").annotate(n=Count("pk"))
    return {(row["step"], row["what"]): row["n"] for row in rows}


def progress(viewer: Person, journey: Journey) -> Progress:
    """How far the viewer's customers are."""
    found = Traveller.objects.visible_to(viewer).filter(journey=journey)
    row = found.aggregate(
        treated=Count("pk", filter=Q(is_control=False)),
        treated_goal=Count("pk", filter=Q(is_control=False, goal_at__isnull=False)),
        control=Count("pk", filter=Q(is_control=True)),
        control_goal=Count("pk", filter=Q(is_control=True, goal_at__isnull=False)),
        travelling=Count("pk", filter=Q(state=State.TRAVELLING)),
        exited=Count("pk", filter=Q(state=State.EXITED, is_control=False)),
        stopped=Count("pk", filter=Q(state=State.STOPPED)),
    )
    return Progress(
        Side(row["treated"], row["treated_goal"]),
        Side(row["control"], row["control_goal"]),
        row["travelling"],
        row["exited"],
        row["stopped"],
    )


def standing_at(version: Version) -> dict[str, int]:
    """How many customers stand at each step, whoever looks: a count, no names."""
    with scope.beyond():
        found = Traveller.objects.filter(journey=version.journey_id, state=State.TRAVELLING)
        rows = found.order_by().values("step").annotate(n=Count("pk"))
        return {row["step"]: row["n"] for row in rows}


def mailings(journey: Journey) -> list[Mailing]:
    """What was laid down for the journey and is not over."""
    return outreach.laid_down(f"{journey.source}:")


def under_way(journey: Journey) -> tuple[int, int]:
    """How many are on the way, and how many messages did not go out yet, whoever looks."""
    with scope.beyond():
        found = Traveller.objects.filter(journey=journey, ended_at__isnull=True)
        return found.count(), outreach.waiting_in(mailings(journey))


def travellers(
    viewer: Person, journey: Journey, *, show: str = "", step: str = "", after: int = 0
) -> list[Traveller]:
    """A page of the viewer's customers on a journey, and one more where there are more."""
    found = travellers_of(viewer, journey, show=show, step=step)
    if after:
        found = found.filter(pk__lt=after)
    return list(found[: PAGE + 1])


def travellers_of(
    viewer: Person, journey: Journey, *, show: str = "", step: str = ""
) -> OfCustomers[Traveller]:
    """The viewer's customers on a journey, those who left too, the last ones first."""
    found = _shown(Traveller.objects.visible_to(viewer).filter(journey=journey), show)
    if step:
        found = found.filter(step=step, state=State.TRAVELLING)
    about = ("customer__book__owner", "customer__book__org_unit", "journey", "version")
    return found.select_related(*about).order_by("-pk")


def _shown(found: OfCustomers[Traveller], show: str) -> OfCustomers[Traveller]:
    if show == "goal":
        return found.filter(goal_at__isnull=False, is_control=False)
    if show == "control":
        return found.filter(is_control=True)
    if show == "control_goal":
        return found.filter(goal_at__isnull=False, is_control=True)
    if show == "treated":
        return found.filter(is_control=False)
    return found.filter(state=show) if show in State.values else found


def traveller(viewer: Person, public_id: str) -> Traveller | None:
    """One traveller, if their customer is the viewer's to see."""
    found = Traveller.objects.visible_to(viewer).filter(public_id=public_id)
    related = ("customer__book", "journey__owner", "version", "ended_by")
    return found.select_related(*related).first()


def travellers_after(
    viewer: Person, journey: Journey, cursor: str, most: int, *, state: str = ""
) -> list[Traveller] | None:
    """Customers of a journey, from the one after another on; None after a stranger."""
    found = Traveller.objects.visible_to(viewer).filter(journey=journey)
    if cursor:
        last = found.filter(public_id=cursor).first()
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    if state:
        found = found.filter(state=state)
    return list(found.select_related("customer__book").order_by("-pk")[:most])


def of_customer(viewer: Person, customer: Customer, *, most: int = 6) -> list[Traveller]:
    """The journeys of one customer, those on their way first."""
    found = Traveller.objects.visible_to(viewer).filter(customer=customer)
    ordered = found.order_by(F("ended_at").desc(nulls_first=True), "-pk")
    return list(ordered.select_related("journey", "version")[:most])


def happened(traveller: Traveller) -> list[Happened]:
    """What happened to a traveller whom the viewer sees, the first thing first."""
    return list(traveller.happened.select_related("version").order_by("pk"))


def sent(row: Happened) -> str:
    """What became of the message of a step, in words; nothing where it left no trace."""
    state = outreach.reached(row.key, [row.customer_id]).get(row.customer_id, "")
    if state in Delivery.State.values:
        return str(Delivery.State(state).label)
    return _("waits for the manager") if state else ""


def errands(traveller: Traveller) -> dict[tuple[str, int], Errand]:
    """The tasks of a traveller whom the viewer sees, by step and turn."""
    rows = traveller.errands.select_related("ended_by").order_by("pk")
    return {(each.step, each.turn): each for each in rows}
