"""Customers get their arm: by a hash, in one statement, once and for good."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.experiments import queries
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules import arms
from regulars.server.experiments.rules.places import arm_sql, end_of, place_sql

State = Experiment.State


class Closed(Refused):
    """Nobody enters an experiment that is over."""


@dataclass(frozen=True)
class Assigned:
    """What became of a list: who got an arm, who had one, who is left out of everything."""

    asked: int
    new: int
    known: int
    held_out: int  # of the programme: in no arm
    gone: int  # merged, erased or not on file


@transaction.atomic
def assign(
    experiment: Experiment, customer_ids: Collection[int], *, by: Actor, at: datetime
) -> Assigned:
    """Give customers their arm; who has one keeps it, so asking again changes nothing.

    Members of the programme holdout get none: they are treated by nobody, and as a control
    they would differ from the treated in all other marketing, too.

    :raises Closed: the experiment is over.
    """
    held = Experiment.objects.select_for_update(of=("self",), no_key=True)
    experiment = held.get(pk=experiment.pk)
    if experiment.state == State.CLOSED:
        raise Closed(_("“%(name)s” is over. Plan a new one.") % {"name": experiment})
    ids = sorted(set(customer_ids))
    counted = _insert(experiment, ids, at=at)
    if experiment.state == State.PLANNED and ids:
        experiment.state = State.RUNNING
        experiment.save(update_fields=["state"])
    audit.record(
        "experiments.assigned", experiment, by=by, at=at,
        customers=counted.new, held_out=counted.held_out,
    )  # fmt: skip
    return counted


def _insert(experiment: Experiment, ids: list[int], *, at: datetime) -> Assigned:
    split = arms.split_of(experiment.salt, experiment.all_arms)
    on = core.local_date(at)
    holdout = queries.holdout_in_force(on)
    outside, left_out = "false", list[Any]()
    if holdout is not None:
        outside = f"{place_sql('%s', 'c.id')} < %s"
        left_out = [holdout.salt, end_of(holdout.share)]
    arm = arm_sql("f.place", [each.key for each in experiment.all_arms])
    given: list[Any] = [
        experiment.salt,
        *left_out,
        ids,
        experiment.pk,
        *split.ends[:-1],
        at,
        max(on, experiment.starts_on),  # drawn ahead: their time begins with the experiment
    ]
    with connection.cursor() as db:
        db.execute(
            f"""
            with found as materialized (
                select c.id, {place_sql("%s", "c.id")} as place, {outside} as outside
                from unnest(%s::bigint[]) as asked (id)
                join customers_customer c on c.id = asked.id
                where c.state not in ('merged', 'erased')
            ), made as (
                insert into experiments_assignment
                    (experiment_id, customer_id, arm, assigned_at, assigned_on, crossed)
                select %s, f.id, {arm}, %s, %s, false from found f where not f.outside
                order by f.id
                on conflict (experiment_id, customer_id) do nothing returning 1
            )
            select (select count(*) from found), (select count(*) from found where outside),
                   (select count(*) from made)
            """,
            given,
        )
        there, out, new = db.fetchone()
    return Assigned(len(ids), new, there - out - new, out, len(ids) - there)
