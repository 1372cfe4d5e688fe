"""A coupon is taken at the counter or by another system: once, whoever asks how often.

Who mistook a code or a customer takes it back the same day; the coupon is good again then.

Whoever brings the code is at any counter, so the code is looked for beyond the books of who
stands there; nothing of the customer is told by it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.rewards import rules
from regulars.server.rewards.actions import terms
from regulars.server.rewards.actions.coupons import AnotherRequest, erase
from regulars.server.rewards.actions.privileges import TooLate
from regulars.server.rewards.models import Coupon, Redemption, Undoing

State = Coupon.State


class NoSuchCode(BadInput):
    """There is no coupon of this code."""


class NoAmount(BadInput):
    """The coupon asks how much is paid."""


class Taken(Refused):
    """The coupon was redeemed before, is over, or void."""


class TakenBack(Refused):
    """The redemption of this key was taken back."""


class TooLittle(Refused):
    """The coupon asks for more to be paid."""


@dataclass(frozen=True)
class Redeemed:
    """A redemption with the answer that its key has for ever; `again`: it stood before."""

    redemption: Redemption
    answer: dict[str, Any]
    again: bool = False


@transaction.atomic
def redeem(
    code: str,
    *,
    key: str,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    place: OrgUnit | None = None,
    ref: str = "",
) -> Redeemed:
    """Take a coupon. The same key gives the same answer; another key finds it taken.

    :raises NoSuchCode: there is none.
    :raises Taken: it was redeemed before, is over, or void.
    :raises NoAmount: the coupon asks for an amount, and none is named.
    :raises TooLittle: less is paid than the coupon asks for.
    :raises AnotherRequest: the key has the answer of another request.
    :raises TakenBack: what this key redeemed was taken back; it needs a key of its own.
    """
    terms.check_key(key)
    plain = rules.plain(code)
    print_ = _print({"code": plain, "amount": amount, "ref": ref})
    terms.lock(f"redeem:{key}")
    with scope.beyond():
        if stands := Redemption.objects.select_related("undoing").filter(key=key).first():
            return _repeated(stands, print_)
        coupon = _locked(plain)
        _check(coupon, amount, at=at)
        made = _written(
            coupon,
            {
                "key": key, "print": print_, "amount": amount, "ref": ref[:80], "place": place,
                "person": by if isinstance(by, Person) else None, "at": at,
                "on": core.local_date(at),
            },
        )  # fmt: skip
        audit.record("rewards.coupon.redeemed", made, by=by, at=at)
    return Redeemed(made, made.answer)


@transaction.atomic
def take_back(redemption: Redemption, *, reason: str, by: Actor, at: datetime) -> Undoing:
    """Undo a redemption the same day: the coupon is good again, and it costs nothing.

    :raises TooLate: it was another day.
    :raises TakenBack: it was taken back before.
    """
    if not reason.strip():
        raise BadInput(_("Say why, so that others understand it later."))
    today = core.local_date(at)
    with scope.beyond():
        # Two who undo at once wait for each other at the coupon.
        Coupon.objects.select_for_update().only("pk").get(pk=redemption.coupon_id)
        coupon = Coupon.objects.select_related("customer").get(pk=redemption.coupon_id)
        if Undoing.objects.filter(redemption=redemption).exists():
            raise TakenBack(_("This redemption was taken back before."))
        if redemption.on != today:
            raise TooLate(_("A redemption is taken back on the same day only."))
        made = Undoing.objects.create(
            redemption=redemption, reason=reason.strip()[:200],
            person=by if isinstance(by, Person) else None, at=at, on=today,
        )  # fmt: skip
        if coupon.customer is not None and coupon.customer.state == Customer.State.ERASED:
            erase(coupon.customer.pk, by=by, at=at)  # what is good again is nobody's to use
        audit.record("rewards.redemption.undone", redemption, by=by, at=at)
    return made


def _locked(plain: str) -> Coupon:
    """:raises NoSuchCode: there is none."""
    found = (
        Coupon.objects.select_for_update(of=("self",))
        .select_related("batch__kind")
        .filter(code=plain)
        .first()
        if rules.is_code(plain)
        else None
    )
    if found is None:
        raise NoSuchCode(
            _("There is no coupon with this code. Compare it with the paper, letter by letter.")
        )
    return found


def _check(coupon: Coupon, amount: Decimal | None, *, at: datetime) -> None:
    state, kind = coupon.state, coupon.batch.kind
    if state == State.REDEEMED:
        raise Taken(_("This coupon was redeemed before. It counts once."))
    if state == State.VOID or (state == State.FREE and not coupon.batch.is_bearer):
        raise Taken(_("This coupon is not good: it was taken back, or never given out."))
    if coupon.expires_on and coupon.expires_on < core.local_date(at):
        told = _("This coupon was good until %(day)s.")
        raise Taken(told % {"day": date_format(coupon.expires_on, "DATE_FORMAT")})
    if amount is None and kind.least > 0:
        told = _("Say what is paid: the coupon is good from an amount of %(least)s on.")
        raise NoAmount(told % {"least": kind.least})
    if amount is not None and amount < kind.least:
        told = _("The coupon is good from an amount of %(least)s on.")
        raise TooLittle(told % {"least": kind.least})


def _written(coupon: Coupon, told: dict[str, Any]) -> Redemption:
    kind = coupon.batch.kind
    cost = rules.cost_of(
        kind.what, unit_cost=kind.unit_cost, percent=kind.percent, amount=told["amount"]
    )
    made = Redemption(coupon=coupon, cost=cost, **told)
    made.answer = {
        "redemption": made.public_id,
        "coupon": coupon.public_id,
        "kind": kind.code,
        "version": kind.version,
        "name": kind.name,
        "what": kind.what,
        "value": None if kind.value is None else str(kind.value),
        "percent": None if kind.percent is None else str(kind.percent),
        "cost": str(cost),
    }
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if terms.broken(error) == "a_coupon_is_taken_once":
            raise Taken(_("This coupon was redeemed before. It counts once.")) from error
        raise
    return made


def _repeated(kept: Redemption, print_: str) -> Redeemed:
    """:raises AnotherRequest: the key has another answer. :raises TakenBack: it is undone."""
    if kept.is_undone:
        raise TakenBack(_("This redemption was taken back. Redeem the coupon anew."))
    if kept.print != print_:
        raise AnotherRequest(
            _("This key was used for another request. Repeat that one, or choose a new key.")
        )
    return Redeemed(kept, kept.answer, again=True)


def _print(body: dict[str, Any]) -> str:
    """What makes two requests the same one."""
    told = json.dumps(body, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
