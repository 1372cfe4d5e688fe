"""A campaign is launched: its people are frozen, drawn into their arms and put into waves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import translation

from regulars.server.campaigns import queries
from regulars.server.campaigns.actions.deciding import Incomplete, held
from regulars.server.campaigns.models import Campaign
from regulars.server.campaigns.rules import CALLS, ends_of
from regulars.server.core import actions as jobs
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Job, Person
from regulars.server.experiments import actions as experiments
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules import CONTROL, TREATED, Arm
from regulars.server.experiments.rules.places import end_of, place_sql
from regulars.server.segments.forms.sentence import sentence
from regulars.server.segments.forms.words import Words

State = Campaign.State
LAUNCH = "campaigns.launch"
Told = Callable[[str, int, int], None]


@transaction.atomic
def ask_launch(campaign: Campaign, *, by: Person, at: datetime) -> Job:
    """Queue the launch of an approved campaign; the worker freezes its people.

    :raises Incomplete: something is missing.
    :raises NotThatFar: it is not approved.
    """
    found = held(campaign, State.APPROVED)
    if lacking := queries.lacking(by, found, at):
        raise Incomplete(lacking)
    if found.job is not None and not found.job.is_over:
        return found.job
    job = jobs.ask_job(LAUNCH, at=at, asked_by=by, subject=found.public_id)
    jobs.defer(LAUNCH, job=job)
    found.job = job
    found.save(update_fields=["job"])
    return job


def launch(
    campaign: Campaign, *, by: Person, at: datetime, told: Told | None = None
) -> dict[str, int]:
    """Freeze the audience as it is now and begin; returns how many stand where.

    :raises Incomplete: something is missing.
    :raises NotThatFar: it is not approved.
    """
    tell = told or (lambda step, done, total: None)
    tell("audience", 0, 3)
    found = queries.audience(by, campaign, at)
    tell("members", 1, 3)
    with transaction.atomic():
        one = held(campaign, State.APPROVED)
        if lacking := queries.lacking(by, one, at, people=len(found.ids)):
            raise Incomplete(lacking)
        one.experiment = _experiment(one, found, by=by, at=at)
        _freeze(one, found, at=at)
        one.state, one.launched_by, one.launched_at = State.RUNNING, by, at
        one.rule_version, one.run = found.version, found.run
        one.data_version = found.data_version
        one.rule = {
            **_words(one.owner, found),
            "fields": _fields(found),
            "personal": found.is_personal,
        }
        one.save()
        counts = queries.counts(one)
        audit.record("campaigns.launched", one, by=by, at=at, **counts)
    tell("members", 3, 3)
    # A new table of many rows is planned for as if it were empty.
    if len(found.ids) > 10_000:
        jobs.refresh_statistics("campaigns_member", "experiments_assignment")
    return counts


def _words(by: Person, found: queries.Audience) -> dict[str, str]:
    if found.rule is None:
        return {"zh": found.name, "en": found.name}
    said = {}
    for language, code in (("zh", "zh-hans"), ("en", "en")):
        with translation.override(code):
            said[language] = sentence(found.rule, found.fields, Words(by))
    return said


def _fields(found: queries.Audience) -> dict[str, dict[str, str]]:
    """What is needed later to say the values in words."""
    keys = {reason.field.key: reason.field for rows in found.why.values() for reason in rows}
    return {
        key: {name: getattr(field, name) for name in queries.FIELD}
        for key, field in keys.items()
    }


def _experiment(
    one: Campaign, found: queries.Audience, *, by: Person, at: datetime
) -> Experiment | None:
    """Who is left alone, and who gets which wording; without a holdout nothing is measured."""
    if one.keep_arms and one.previous and one.previous.experiment:
        made = one.previous.experiment
    elif one.holdout <= 0:
        return None
    else:
        made = experiments.plan(_plan(one, len(found.ids), at), by=by, at=at, owner=one.owner)
    experiments.assign(made, found.ids, by=by, at=at)
    return made


def _plan(one: Campaign, people: int, at: datetime) -> experiments.Plan:
    assert one.starts_on is not None
    begins = max(one.starts_on, core.local_date(at))
    waves = list(one.waves.values_list("on", flat=True))
    last = max([begins, *waves]) + timedelta(days=one.window_days)
    calls = all(step.channel in CALLS for step in one.steps.all())
    kind = Experiment.Kind.CALL_LIST if calls else Experiment.Kind.CAMPAIGN
    return experiments.Plan(
        name=one.name, name_en=one.name_en, kind=kind, outcome=one.outcome, starts_on=begins,
        source=f"campaign:{one.public_id}", arms=arms_of(one), window_days=(last - begins).days,
        ends_on=last, margin=one.margin, fixed_cost=one.fixed_cost or Decimal(0),
        cost_each=one.cost_each or Decimal(0), planned_size=people,
    )  # fmt: skip


def arms_of(one: Campaign) -> tuple[Arm, ...]:
    """The share that is left alone, and A and B of the rest where two wordings are tried."""
    rest = round(1 - one.holdout, 6)
    if not one.b_share:
        return Arm(CONTROL, "", one.holdout), Arm(TREATED, "", rest)
    of_b = round(rest * one.b_share, 6)
    return (
        Arm(CONTROL, "", one.holdout),
        Arm("a", "A", round(rest - of_b, 6)),
        Arm("b", "B", of_b),
    )


INSERT = """
insert into campaigns_member
    (campaign_id, customer_id, book_id, wave, arm, why, state, reason, step, result)
select %(campaign)s, p.id, p.book_id, {wave}, {arm}, p.why, {state}, '', 0, ''
from (
    select c.id, c.book_id, s.why, a.arm, {place} as place
    from staged s join customers_customer c
        on c.id = s.id and c.state not in ('merged', 'erased')
    left join experiments_assignment a
        on a.experiment_id = %(experiment)s and a.customer_id = c.id
) p
order by p.id
on conflict (campaign_id, customer_id) do nothing"""


def _freeze(one: Campaign, found: queries.Audience, *, at: datetime) -> None:
    """Write everybody down in one statement; where nothing was drawn nobody is left alone."""
    ends = ends_of([wave.percent for wave in one.waves.order_by("number")])
    cuts = " ".join(f"when p.place < {end_of(end)} then {n}" for n, end in enumerate(ends, 1))
    wave = f"case {cuts} else {len(ends) + 1} end" if ends else "1"
    state = "'waiting'"
    if one.experiment is not None:
        state = "case p.arm when 'control' then 'control' else 'waiting' end"
        state = f"case when p.arm is null then 'spared' else {state} end"
    statement = INSERT.format(
        wave=wave, state=state, place=place_sql("%(salt)s", "c.id"),
        arm="coalesce(p.arm, '')" if one.experiment else f"'{TREATED}'",
    )  # fmt: skip
    with connection.cursor() as db:
        db.execute("drop table if exists pg_temp.staged")
        db.execute("create temp table staged (id bigint, why jsonb) on commit drop")
        with db.copy("copy staged (id, why) from stdin") as copy:
            for row in _rows(found):
                copy.write_row(row)
        db.execute(
            statement,
            {
                "campaign": one.pk,
                "experiment": one.experiment_id,
                "salt": f"waves:{one.public_id}",
            },
        )


def _rows(found: queries.Audience) -> Iterator[tuple[int, str]]:
    for pk in found.ids:
        told: Mapping[str, Any] = {
            reason.field.key: list(reason.values) for reason in found.why.get(pk, ())
        }
        yield pk, json.dumps(told, ensure_ascii=False)
