"""The programme holdout: begun for a while, ended early, drawn anew each year."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.experiments.actions.deciding import close
from regulars.server.experiments.actions.making import Plan, plan
from regulars.server.experiments.models import PROGRAMME, Experiment, GlobalHoldout
from regulars.server.experiments.rules.arms import usual

MOST = 0.05


class AlreadyHeldOut(Refused):
    """One programme holdout is in force in that time already."""


@transaction.atomic
def hold_out(
    share: float, *, starts_on: date, ends_on: date, by: Actor, at: datetime
) -> GlobalHoldout:
    """Leave a share of all customers out of all marketing from a day to another.

    Each one has a salt of its own, so that next year others are left out.

    :raises BadInput: the share is not between 0 and 5 %, or the days are past or turned round.
    :raises AlreadyHeldOut: another one is in force in that time.
    """
    if not 0 < share <= MOST:
        raise BadInput(_("Leave out between 0.1 % and 5 % of all customers."))
    if starts_on < core.local_date(at) or ends_on <= starts_on:
        raise BadInput(_("Choose a first day from today on, and a last day after it."))
    lock = GlobalHoldout.objects.select_for_update().order_by("pk")
    if any(each.starts_on < ends_on and starts_on < each.ends_on for each in lock):
        raise AlreadyHeldOut(_("Another programme holdout is in force in that time. End it."))
    made = GlobalHoldout.objects.create(
        share=share,
        salt=f"programme:{secrets.token_hex(8)}",
        starts_on=starts_on,
        ends_on=ends_on,
        made_by=audit.label(by),
        made_at=at,
    )
    _measured(made, by=by, at=at)
    audit.record(
        "experiments.holdout.begun", made, by=by, at=at,
        share=share, starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat(),
    )  # fmt: skip
    return made


@transaction.atomic
def end_holdout(holdout: GlobalHoldout, *, by: Actor, at: datetime) -> GlobalHoldout:
    """End a programme holdout today; one that has not begun never does.

    :raises AlreadyHeldOut: it is over.
    """
    today = core.local_date(at)
    found = GlobalHoldout.objects.select_for_update().get(pk=holdout.pk)
    if found.ends_on <= today:
        raise AlreadyHeldOut(_("It is over already."))
    found.ends_on = max(today, found.starts_on)
    found.save(update_fields=["ends_on"])
    measuring = Experiment.objects.filter(source=f"{PROGRAMME}{found.pk}")
    for each in measuring.exclude(state=Experiment.State.CLOSED):
        close(each, by=by, at=at)
    audit.record("experiments.holdout.ended", found, by=by, at=at)
    return found


def _measured(holdout: GlobalHoldout, *, by: Actor, at: datetime) -> None:
    """Begin the experiment that says what all marketing together brings.

    It has the holdout's salt: its arms are who is left out and who is not, to the customer.
    """
    days = (holdout.ends_on - holdout.starts_on).days
    made = plan(
        Plan(
            name=f"全局对照组 {holdout.starts_on:%Y-%m}",
            name_en=f"Programme holdout {holdout.starts_on:%Y-%m}",
            kind=Experiment.Kind.OTHER,
            outcome=Experiment.Outcome.REVENUE,
            starts_on=holdout.starts_on,
            source=f"{PROGRAMME}{holdout.pk}",
            label="programme",
            arms=usual(holdout.share),
            window_days=days,
        ),
        by=by,
        at=at,
    )
    made.salt, made.state = holdout.salt, Experiment.State.RUNNING
    made.save(update_fields=["salt", "state"])
