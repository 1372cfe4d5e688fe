"""Privileges in versions, and their uses: within the quota of the tier in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.rewards import queries, rules
from regulars.server.rewards.actions import terms
from regulars.server.rewards.actions.coupons import AnotherRequest
from regulars.server.rewards.models import Privilege, Use
from regulars.server.tiers import queries as tiers

TERMS = ("kind", "name", "name_en", "terms", "period", "unit_cost", "quotas")
MOST = 1_000
BACK = timedelta(days=31)  # a use of longer ago is not written down any more


class NotEntitled(Refused):
    """The customer's tier does not bring it, or it does not hold today."""


class UsedUp(Refused):
    """The quota of the period is used."""


class TooLate(Refused):
    """A use is undone on its own day only."""


@transaction.atomic
def write_privilege(
    *, by: Actor, at: datetime, code: str = "", valid_from: date | None = None, **given: Any
) -> Privilege:
    """Write a privilege, or the next version of one, which holds after the notice (C-70).

    A version that does not hold yet is written anew.

    :raises TooSoon: what holds changes for the future only.
    :raises BadInput: the terms say what may not be said, or nothing.
    """
    told = terms.named(TERMS, given)
    told["quotas"] = _quotas(told.get("quotas") or {})
    terms.check_name(str(told.get("name", "")))
    terms.check_words(*(str(told.get(n) or "") for n in ("name", "name_en", "terms")))
    terms.check_cost(told["unit_cost"])
    today = core.local_date(at)
    standing = _standing(code, today) if code else None
    earliest = terms.soonest(changed=standing is not None, at=at)
    start = valid_from or earliest
    if start < earliest:
        raise terms.TooSoon(_too_soon(earliest))
    Privilege.objects.filter(code=code, valid_from__gt=today).exclude(code="").delete()
    last = Privilege.objects.filter(code=code).order_by("-version").first() if code else None
    made = Privilege(
        code=code,
        version=(last.version if last else 0) + 1,
        valid_from=start,
        made_by=by if isinstance(by, Person) else None,
        made_at=at,
        **told,
    )
    made.code = code or f"p-{made.public_id}"
    if standing is not None:
        _end(standing, start)
    made.save(force_insert=True)
    audit.record("rewards.privilege.written", made, by=by, at=at, version=made.version)
    return made


@transaction.atomic
def end_privilege(
    privilege: Privilege, *, by: Actor, at: datetime, on: date | None = None
) -> Privilege:
    """Let a privilege end after the notice; one that does not hold yet is thrown away."""
    today = core.local_date(at)
    found = Privilege.objects.select_for_update(of=("self",)).get(pk=privilege.pk)
    if found.valid_from > today:
        Privilege.objects.filter(
            code=found.code, valid_until=found.valid_from, version__lt=found.version
        ).update(valid_until=None)
        audit.record("rewards.privilege.dropped", found, by=by, at=at)
        found.delete()
        return found
    earliest = terms.soonest(changed=True, at=at)
    if on is not None and on < earliest:
        raise terms.TooSoon(_too_soon(earliest))
    _end(found, on or earliest)
    audit.record("rewards.privilege.ended", found, by=by, at=at)
    return found


@transaction.atomic
def use(
    customer: Customer,
    privilege: Privilege,
    *,
    key: str,
    by: Actor,
    at: datetime,
    on: date | None = None,
    place: OrgUnit | None = None,
    note: str = "",
) -> Use:
    """Write down that a customer used a privilege of their tier of that day.

    :raises NotEntitled: the tier in force then does not bring it, or it did not hold.
    :raises UsedUp: the quota of the period is used.
    :raises BadInput: the day has not come yet, or was too long ago.
    """
    terms.check_key(key)
    terms.lock(f"use:{key}")
    if stands := Use.objects.select_related("privilege").filter(key=key).first():
        if (stands.customer_id, stands.code) != (customer.pk, privilege.code):
            raise AnotherRequest(_("This key was used for another request."))
        return stands
    today = core.local_date(at)
    day = on or today
    if day > today:
        raise BadInput(_("That day has not come yet."))
    if day < today - BACK:
        told = _("A use is written down within %(n)s days; %(day)s is too long ago.")
        raise BadInput(told % {"n": BACK.days, "day": day})
    level, quota = _entitled(customer, privilege, day, today)
    period = rules.period(privilege.period, day)
    made = Use(
        privilege=privilege,
        code=privilege.code,
        customer=customer,
        level=level,
        period_start=period.start,
        period_stop=period.stop,
        quota=quota,
        key=key,
        used_on=day,
        at=at,
        by=by if isinstance(by, Person) else None,
        place=place,
        cost=privilege.unit_cost,
        note=note.strip()[:200],
    )
    _save(made)
    audit.record("rewards.privilege.used", made, by=by, at=at, code=privilege.code)
    return made


@transaction.atomic
def undo(use_: Use, *, by: Actor, at: datetime) -> Use:
    """Take a use back on the day on which it was written down.

    :raises TooLate: that day is over.
    """
    found = Use.objects.select_for_update(of=("self",)).get(pk=use_.pk)
    if found.undone_at is not None:
        return found
    if core.local_date(found.at) != core.local_date(at):
        raise TooLate(_("A use is undone on the day on which it was written down."))
    found.undone_at = at
    found.undone_by = by if isinstance(by, Person) else None
    found.save(update_fields=["undone_at", "undone_by"])
    audit.record("rewards.privilege.undone", found, by=by, at=at, code=found.code)
    return found


def _save(made: Use) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if terms.broken(error) != "a_quota_is_never_exceeded":
            raise
        told = _("“%(privilege)s” was used %(quota)s times in this period; that is all.")
        raise UsedUp(told % {"privilege": made.privilege, "quota": made.quota}) from error


def _entitled(
    customer: Customer, privilege: Privilege, day: date, today: date
) -> tuple[int, int | None]:
    """The level that brought it on a day, and how often. :raises NotEntitled: none did."""
    current = tiers.tiers_of([customer.pk]).get(customer.pk)
    tier = current if day == today else queries.tier_then(customer, day)
    over = privilege.valid_until is not None and privilege.valid_until <= day
    if tier is None or privilege.valid_from > day or over:
        raise NotEntitled(
            _("“%(privilege)s” does not hold for this customer on that day.")
            % {"privilege": privilege}
        )
    if str(tier.level) not in privilege.quotas:
        raise NotEntitled(
            _("The tier “%(tier)s” does not bring “%(privilege)s”.")
            % {"tier": tier.name, "privilege": privilege}
        )
    return tier.level, privilege.quotas[str(tier.level)]


def _standing(code: str, today: date) -> Privilege | None:
    found = Privilege.objects.select_for_update(of=("self",)).filter(
        code=code, valid_from__lte=today
    )
    last = found.order_by("-version").first()
    over = last is None or (last.valid_until is not None and last.valid_until <= today)
    return None if over else last


def _end(privilege: Privilege, on: date) -> None:
    privilege.valid_until = on
    privilege.save(update_fields=["valid_until"])


def _quotas(given: Mapping[Any, Any]) -> dict[str, int | None]:
    """:raises BadInput: no tier has it, or a number is none."""
    found: dict[str, int | None] = {}
    for level, quota in given.items():
        if int(level) not in rules.LEVELS or (quota is not None and not 1 <= quota <= MOST):
            raise BadInput(_("A quota is a number from 1 on, or without limit."))
        found[str(level)] = quota
    if not found:
        raise BadInput(_("Say which tiers have it."))
    return found


def _too_soon(earliest: date) -> str:
    told = _("Terms that hold change for the future only: from %(day)s at the earliest.")
    return told % {"day": earliest.isoformat()}
