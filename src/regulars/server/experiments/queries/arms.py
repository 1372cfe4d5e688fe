"""Who is in which arm."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.experiments.models import Assignment, AssignmentQuerySet, Experiment
from regulars.server.experiments.rules import CONTROL


@dataclass(frozen=True)
class Row:
    """One customer of an arm."""

    customer: Customer
    arm: str
    assignment: Assignment


def arm_counts(experiment: Experiment, viewer: Person | None = None) -> dict[str, int]:
    """Customers by arm; of a viewer's scope where one is given, else of all: no names."""
    if viewer is not None:
        return _counted(_counting(experiment).visible_to(viewer))
    with scope.beyond():
        return _counted(_counting(experiment))


def rows(
    viewer: Person, experiment: Experiment, *, arm: str = "", after: int = 0, most: int = 50
) -> list[Assignment]:
    """Customers of an arm whom the viewer sees, in the order in which they were assigned."""
    found = _counting(experiment).visible_to(viewer).filter(pk__gt=after)
    if arm:
        found = found.filter(arm=arm)
    return list(found.select_related("customer__book").order_by("pk")[:most])


def arms_of(experiment: Experiment, customer_ids: Collection[int]) -> dict[int, str]:
    """The arm of each of some customers who is in the experiment."""
    found = Assignment.objects.filter(experiment=experiment, customer__in=customer_ids)
    return dict(found.values_list("customer_id", "arm"))


def in_control(experiment: Experiment, customer_ids: Collection[int]) -> set[int]:
    """Those of some customers whom the experiment leaves alone."""
    arms = arms_of(experiment, customer_ids)
    return {pk for pk, arm in arms.items() if arm == CONTROL}


def of_customer(viewer: Person, customer: Customer) -> list[Assignment]:
    """The experiments that leave a customer alone now, the newest first."""
    found = Assignment.objects.visible_to(viewer).filter(
        customer=customer, arm=CONTROL, experiment__state=Experiment.State.RUNNING
    )
    return list(found.select_related("experiment").order_by("-assigned_on", "-pk"))


def ids_of(viewer: Person, public_ids: Collection[str]) -> dict[str, int]:
    """The customers whom the viewer sees among some, by their public ids."""
    found = Customer.objects.visible_to(viewer).filter(public_id__in=public_ids)
    return dict(found.order_by("pk").values_list("public_id", "pk"))


def _counting(experiment: Experiment) -> AssignmentQuerySet:
    """Without those who turned out to be one person in two arms."""
    return Assignment.objects.filter(experiment=experiment, crossed=False)


def _counted(found: AssignmentQuerySet) -> dict[str, int]:
    counts = found.order_by().values("arm").annotate(n=Count("pk"))
    return {row["arm"]: row["n"] for row in counts}
