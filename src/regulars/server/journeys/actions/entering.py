"""Once a day: who enters, who has reached the goal, whose time for it is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import WORKER, Actor
from regulars.server.experiments import actions as experiments
from regulars.server.experiments import queries as arms
from regulars.server.experiments.rules import CONTROL
from regulars.server.journeys import queries, rules
from regulars.server.journeys.actions.ending import drop_errands, end
from regulars.server.journeys.actions.running import measure
from regulars.server.journeys.models import Inside, Journey, Traveller, Version
from regulars.server.journeys.rules import Aim, How, Paths, Route, lots

State = Traveller.State
AT_ONCE = 5_000


@transaction.atomic
def look(journey: Journey, *, at: datetime, by: Actor = WORKER) -> int:
    """Do a journey's work of the day, once; return how many entered. For the system.

    :raises NoSegment: its owner has no such segment any more.
    """
    held = Journey.objects.select_for_update(of=("self",)).select_related("owner")
    found = held.get(pk=journey.pk)
    today = core.local_date(at)
    version = queries.in_force(found)
    if found.state != Journey.State.RUNNING or version is None:
        return 0
    if found.looked_on is not None and found.looked_on >= today:
        return 0
    route = rules.read(version.body)
    entered = _enter(found, version, route, _wanted(found, route, at=at), at=at, by=by)
    _watch(found, route, at=at)
    _ask_again(found, at=at)
    found.looked_on = today
    found.save(update_fields=["looked_on"])
    if entered:
        audit.record("journeys.entered", found, by=by, at=at, customers=entered)
    return entered


def _wanted(journey: Journey, route: Route, *, at: datetime) -> list[int]:
    """Who of the segment may enter today, but for those who were on it before."""
    first = journey.looked_on is None
    if route.enter.how is How.NOW and not first:
        return []
    ids = queries.members(journey.owner, route.enter.segment, at=at)
    if route.enter.how is How.NEWLY:
        new = _newly(journey, ids)
        ids = [] if first else new
    return _free(journey, route, ids, at=at)


def _newly(journey: Journey, ids: Sequence[int]) -> list[int]:
    """Who came into the segment since the last look; remembers who is in it now."""
    with connection.cursor() as db:
        db.execute(
            "delete from journeys_inside where journey_id = %s "
            "and not customer_id = any(%s::bigint[])",
            [journey.pk, list(ids)],
        )
    known = set(Inside.objects.filter(journey=journey).values_list("customer_id", flat=True))
    new = [pk for pk in ids if pk not in known]
    Inside.objects.bulk_create(
        [Inside(journey=journey, customer_id=pk) for pk in new], batch_size=AT_ONCE
    )
    return new


def _free(journey: Journey, route: Route, ids: Sequence[int], *, at: datetime) -> list[int]:
    """Those who may enter: never were on it, or long enough ago."""
    before = Traveller.objects.filter(journey=journey)
    if route.enter.again is not None:
        since = at - timedelta(days=route.enter.again)
        before = before.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=since))
    known = set(before.values_list("customer_id", flat=True))
    fresh = [pk for pk in ids if pk not in known]
    allowed = queries.standing(fresh)
    return [pk for pk in fresh if pk in allowed]


def _enter(
    journey: Journey,
    version: Version,
    route: Route,
    ids: Sequence[int],
    *,
    at: datetime,
    by: Actor,
) -> int:
    first = Paths(route).first
    if first is None:
        return 0
    watched = core.local_date(at) + timedelta(days=route.window)
    entered = 0
    for some in lots(ids, AT_ONCE):
        control, left_out = _arms(journey, route, some, at=at, by=by)
        rows = [
            Traveller(
                journey=journey,
                version=version,
                customer_id=pk,
                state=State.HELD if pk in control else State.TRAVELLING,
                is_control=pk in control,
                step="" if pk in control else first,
                due_at=None if pk in control else at,
                entered_at=at,
                watched_until=watched,
            )
            for pk in some
            if pk not in left_out
        ]
        Traveller.objects.bulk_create(rows)
        entered += len(rows)
    return entered


def _arms(
    journey: Journey, route: Route, ids: Sequence[int], *, at: datetime, by: Actor
) -> tuple[set[int], set[int]]:
    """Who is left alone by this journey's lot, and who is left out of everything."""
    left_out = arms.held_out_among(ids, on=core.local_date(at))
    found = measure(journey, route, by=by, at=at)
    if found is None:
        return set(), left_out
    experiments.assign(found, ids, by=by, at=at)
    drawn = arms.arms_of(found, ids)
    return {pk for pk, arm in drawn.items() if arm == CONTROL}, set(ids) - set(drawn)


def _watch(journey: Journey, route: Route, *, at: datetime) -> None:
    """Who reached the goal, in both groups; and whom the lot leaves alone no longer."""
    today = core.local_date(at)
    open_ones = Traveller.objects.select_for_update(of=("self",)).filter(
        journey=journey, goal_at__isnull=True
    )
    watched = list(
        open_ones.exclude(state=State.STOPPED).filter(watched_until__gte=today).order_by("pk")
    )
    for some in lots(watched, AT_ONCE):
        reached = at_goal(journey, route, some, at=at)
        _reached([each for each in some if each.pk in reached], at=at)
    over = list(open_ones.filter(state=State.HELD, watched_until__lt=today).order_by("pk"))
    for each in over:
        end(each, State.EXITED, at=at, why=Traveller.Why.WINDOW)
    _keep(over)


def _ask_again(journey: Journey, *, at: datetime) -> None:
    """Who waits for a day of theirs waits for it as it is known today; without one, no more."""
    zone = core.time_zone()
    for step, waiting in queries.waiting_for_days(journey):
        for some in lots(waiting, AT_ONCE):
            since = {each.customer_id: each.begun_at or at for each in some}
            known = queries.ends(step, since, zone)
            moved = []
            for each in some:
                until = known.get(each.customer_id, at)
                if until != each.due_at:
                    each.due_at = until
                    moved.append(each)
            Traveller.objects.bulk_update(moved, ["due_at"], batch_size=1_000)


def at_goal(
    journey: Journey, route: Route, travellers: Sequence[Traveller], *, at: datetime
) -> set[int]:
    """The travellers who have reached the goal, by their keys."""
    if route.goal.aim is Aim.BOUGHT:
        return queries.bought(travellers)
    if route.goal.aim is Aim.SEGMENT:
        ids: Collection[int] = {each.customer_id for each in travellers}
        inside = queries.among(journey.owner, route.goal.segment, ids, at=at)
        return {each.pk for each in travellers if each.customer_id in inside}
    return set()


def _reached(travellers: list[Traveller], *, at: datetime) -> None:
    for each in travellers:
        if each.ended_at is None:
            end(each, State.GOAL, at=at)
        else:
            each.goal_at = at
    _keep(travellers)
    drop_errands(travellers, by=None, at=at)


def _keep(travellers: list[Traveller]) -> None:
    fields = ["state", "goal_at", "ended_at", "why", "words", "due_at", "begun_at"]
    Traveller.objects.bulk_update(travellers, fields, batch_size=1_000)
