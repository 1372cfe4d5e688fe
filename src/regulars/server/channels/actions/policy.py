"""Asking before anything goes out: checked, written down, held; asked again when it begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from regulars.server.channels import queries
from regulars.server.channels.models import Decision, PolicyVersion
from regulars.server.channels.rules.consents import NO, Standing
from regulars.server.channels.rules.packs import (
    BadPack,
    Basis,
    Policy,
    loosened,
    read_policy,
    shut,
)
from regulars.server.channels.rules.policy import (
    Allow,
    Ask,
    Context,
    Deny,
    decide,
)
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer

# How long an answer holds its place in the caps before it is used.
HELD = timedelta(hours=24)


@dataclass(frozen=True)
class Checked:
    """The answer, and the row that remembers it."""

    verdict: Allow | Deny
    decision: Decision

    @property
    def allowed(self) -> bool:
        return isinstance(self.verdict, Allow)


def check(customer: Customer, ask: Ask, *, by: Actor, at: datetime) -> Checked:
    """Decide, write the decision down, and hold a place in the caps where it is a yes.

    Two who ask at once for the same customer wait for each other, so that the caps hold.
    """
    return check_many([customer.pk], ask, by=by, at=at)[customer.pk]


@transaction.atomic
def check_many(
    customers: Collection[int], ask: Ask, *, by: Actor, at: datetime
) -> dict[int, Checked]:
    """The same for many of whom one thing is asked, in a few statements.

    :raises Customer.DoesNotExist: one of them is not there, or not for these eyes.
    """
    # No change of the key: the rows are only held, and rows that point at them may be
    # written. In one order, so that two who ask for the same people never wait in a ring.
    held = Customer.objects.select_for_update(of=("self",), no_key=True)
    found = list(held.filter(pk__in=customers).order_by("pk"))
    if len(found) < len(set(customers)):
        raise Customer.DoesNotExist("A customer of the list is not there.")
    contexts = queries.contexts(found, ask)
    verdicts = {one: decide(context) for one, context in contexts.items()}
    decisions = Decision.objects.bulk_create(
        _decision(one, contexts[one], verdict, by=by, at=at)
        for one, verdict in verdicts.items()
    )
    return {one.customer_id: Checked(verdicts[one.customer_id], one) for one in decisions}


def _decision(
    customer: int, context: Context, verdict: Allow | Deny, *, by: Actor, at: datetime
) -> Decision:
    ask, no = context.ask, verdict if isinstance(verdict, Deny) else None
    return Decision(
        customer_id=customer,
        channel=ask.channel,
        purpose=ask.purpose,
        at=ask.at,
        decided_at=at,
        actor=audit.label(by),
        allowed=no is None,
        rule=no.rule_id if no else "",
        reason=no.reason if no else "",
        retry_at=no.retry_at if no else None,
        pack=context.pack.code if context.pack else "",
        pack_version=context.pack.version if context.pack else None,
        policy_version=context.policy.version,
        holds_until=max(at, ask.at) + HELD if no is None else None,
    )


def begin(decision: Decision, *, at: datetime, enough: Collection[str] | None = None) -> bool:
    """Mark an allowed message as under way, unless something stopped it since.

    One statement asks again and marks: a withdrawal that was acknowledged before it is
    honoured, whatever the queue. False: it must not go out. `enough` is what `enough_for`
    gave for this decision, where the caller asked for it before.
    """
    fine = list(enough_for(decision, at=at) if enough is None else enough)
    with connection.cursor() as db:
        db.execute("select regulars_decision_begin(%s, %s, %s)", [decision.pk, at, fine])
        begun: bool = db.fetchone()[0]
    if begun:
        decision.begun_at = at
    return begun


def enough_for(decision: Decision, *, at: datetime) -> list[str]:
    """What may stand in the ledger when it begins: a yes; silence where that is enough."""
    found = queries.pack(decision.pack)
    policy = queries.company_policy(on=core.local_date(at))
    pack = policy.over(found) if found else None
    if pack is None or pack.basis_of(decision.purpose, decision.channel) is Basis.EXPRESS:
        return [Standing.GIVEN]
    return [standing for standing in Standing if standing not in NO]


@transaction.atomic
def give_back(decision: Decision, *, at: datetime) -> None:
    """Let go of a place in the caps that will not be used."""
    unused = Decision.objects.filter(pk=decision.pk, begun_at__isnull=True, touch__isnull=True)
    unused.update(holds_until=at)


@transaction.atomic
def take_back(decision: int, *, at: datetime) -> None:
    """Free the place of a message that was begun and, as its provider says, went nowhere."""
    gone = Decision.objects.filter(pk=decision, touch__isnull=True)
    gone.update(begun_at=None, holds_until=at)


@transaction.atomic
def set_policy(
    body: Mapping[str, Any], *, by: Actor, at: datetime, effective_on: date | None = None
) -> PolicyVersion:
    """Make a new version of the company's policy, in force today or from a day to come.

    :raises BadPack: it cannot be read, is less than the pack asks for, or leaves no hour.
    """
    today = core.local_date(at)
    day = effective_on or today
    if day < today:
        raise BadPack(
            _("%(day)s is past. A policy begins today or later.") % {"day": day.isoformat()}
        )
    last = PolicyVersion.objects.order_by("-version").first()
    version = last.version + 1 if last else 1
    _strict_enough(read_policy(body, version))
    made = PolicyVersion.objects.create(
        version=version,
        body=dict(body),
        effective_on=day,
        made_by=audit.label(by),
        made_at=at,
    )
    audit.record(
        "channels.policy.set", made, by=by, at=at,
        version=version, effective_on=day.isoformat(), **body,
    )  # fmt: skip
    return made


def _strict_enough(policy: Policy) -> None:
    pack = queries.delivered(policy.home)
    less = loosened(policy, pack) if pack else {}
    if pack and less:
        asked = ", ".join(f"{name}: {least}" for name, least in less.items())
        raise BadPack(
            _("The pack “%(pack)s” asks for more: %(asked)s. A policy may only be stricter.")
            % {"pack": pack.code, "asked": asked}
        )
    closed = shut(policy, queries.all_packs())
    if closed:
        raise BadPack(
            _("With these hours and those of the pack “%(pack)s” no hour is left to send.")
            % {"pack": closed.code}
        )
