"""Kinds of coupons in versions, and batches of their codes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person, public_ids
from regulars.server.rewards import rules
from regulars.server.rewards.actions import terms
from regulars.server.rewards.models import Batch, Coupon, CouponKind

TERMS = (
    *("name", "name_en", "what", "value", "percent", "least", "unit_cost", "points"),
    *("condition", "days", "until", "terms"),
)
PORTION = 5_000


class NotOffered(Refused):
    """No coupon of this kind or batch is issued any more."""


@transaction.atomic
def write_kind(
    *, by: Actor, at: datetime, code: str = "", valid_from: date | None = None, **given: Any
) -> CouponKind:
    """Write a kind of coupon, or the next version of one.

    What was issued keeps its terms; the next batch is made by the new ones.

    :raises Forbidden: a bank may not give this.
    :raises BadInput: the terms say what may not be said, or not enough.
    """
    told = terms.named(TERMS, given)
    _check(told, at=at)
    start = max(valid_from or core.local_date(at), core.local_date(at))
    last = CouponKind.objects.select_for_update().filter(code=code).first() if code else None
    made = CouponKind(
        code=code,
        version=(last.version if last else 0) + 1,
        valid_from=max(start, last.valid_from) if last else start,
        made_by=by if isinstance(by, Person) else None,
        made_at=at,
        **told,
    )
    made.code = code or f"c-{made.public_id}"
    if last is not None and (last.valid_until is None or last.valid_until > made.valid_from):
        last.valid_until = made.valid_from
        last.save(update_fields=["valid_until"])
    made.save(force_insert=True)
    audit.record("rewards.kind.written", made, by=by, at=at, version=made.version)
    return made


@transaction.atomic
def end_kind(kind: CouponKind, *, by: Actor, at: datetime) -> CouponKind:
    """Make no more batches of it from today on; what is out there stays good."""
    found = CouponKind.objects.select_for_update(of=("self",)).get(pk=kind.pk)
    today = core.local_date(at)
    if found.valid_until is None or found.valid_until > today:
        found.valid_until = max(today, found.valid_from)
        found.save(update_fields=["valid_until"])
        audit.record("rewards.kind.ended", found, by=by, at=at)
    return found


@transaction.atomic
def make_batch(
    kind: CouponKind,
    *,
    name: str,
    size: int,
    by: Actor,
    at: datetime,
    per_customer: int = 1,
    is_bearer: bool = False,
) -> Batch:
    """Make so many codes of a kind that nobody can guess.

    :raises NotOffered: the kind is over, or not yet there.
    :raises BadInput: the number is none.
    """
    today = core.local_date(at)
    if kind.valid_from > today or (kind.valid_until and kind.valid_until <= today):
        raise NotOffered(_("“%(kind)s” is not offered today.") % {"kind": kind})
    if not 1 <= size <= 100_000:
        raise BadInput(_("Make between 1 and 100,000 codes at once."))
    if kind.until is not None and kind.until < today:
        raise NotOffered(_("Coupons of this kind are over."))
    batch = Batch.objects.create(
        kind=kind,
        name=terms.check_name(name),
        size=size,
        per_customer=per_customer,
        is_bearer=is_bearer,
        made_by=by if isinstance(by, Person) else None,
        made_at=at,
    )
    ends = rules.last_day(today, days=kind.days, until=kind.until) if is_bearer else None
    ids, codes = public_ids(), _unused(size)
    for start in range(0, size, PORTION):
        Coupon.objects.bulk_create(
            Coupon(public_id=next(ids), batch=batch, code=code, expires_on=ends)
            for code in codes[start : start + PORTION]
        )
    batch.refresh_from_db()
    audit.record("rewards.batch.made", batch, by=by, at=at, codes=size)
    return batch


@transaction.atomic
def print_codes(batch: Batch, *, by: Actor, at: datetime) -> list[Coupon]:
    """Take the codes of a batch on paper to the printer; from then on they are out.

    :raises NotOffered: the batch is not on paper, or closed.
    """
    found = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if not found.is_bearer or found.closed_at is not None:
        raise NotOffered(_("No codes of “%(batch)s” are printed.") % {"batch": found})
    codes = list(Coupon.objects.filter(batch=found, state=Coupon.State.FREE).order_by("pk"))
    if found.printed_at is None:
        found.printed_at = at
        found.save(update_fields=["printed_at"])
    audit.record("rewards.batch.printed", found, by=by, at=at, codes=len(codes))
    return codes


@transaction.atomic
def close_batch(batch: Batch, *, by: Actor, at: datetime, also_printed: bool = False) -> int:
    """Void the codes that nobody has; returns how many. What was issued stays good.

    So do codes on paper that were printed, till they expire, unless `also_printed` says so:
    somebody may bring one tomorrow.
    """
    found = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    free = Coupon.objects.filter(batch=found, state=Coupon.State.FREE)
    if found.printed_at is not None and not also_printed:
        free = free.none()
    gone = free.update(
        state=Coupon.State.VOID, ended_at=at, ended_because=_("The batch was closed.")
    )
    if found.closed_at is None or gone:
        found.closed_at = found.closed_at or at
        found.save(update_fields=["closed_at"])
        audit.record("rewards.batch.closed", found, by=by, at=at, voided=gone)
    return gone


def _unused(size: int) -> list[str]:
    """Codes that differ from each other and from all there are."""
    made = rules.codes(_noise())
    found: set[str] = set()
    while len(found) < size:
        fresh = {next(made) for _n in range(size - len(found))}
        found |= fresh - set(
            Coupon.objects.filter(code__in=fresh).values_list("code", flat=True)
        )
    return sorted(found, key=lambda _code: secrets.token_bytes(4))


def _noise() -> Iterator[bytes]:
    while True:
        yield secrets.token_bytes(32)  # 11 of them are used; 3 in 100 fall out


def _check(told: dict[str, Any], *, at: datetime) -> None:
    """:raises Forbidden: a bank may not give this. :raises BadInput: something is missing."""
    terms.check_name(str(told.get("name", "")))
    terms.check_words(*(str(told.get(n) or "") for n in ("name", "name_en", "terms")))
    terms.check_cost(told["unit_cost"])
    terms.check_condition(str(told["condition"]))
    what = told["what"]
    if what == CouponKind.What.VALUE and not (told.get("value") or 0) > 0:
        raise BadInput(_("Say how much the coupon takes off."))
    if what == CouponKind.What.PERCENT and not 0 < (told.get("percent") or 0) <= 100:
        raise BadInput(_("Say which share the coupon takes off: up to 100 percent."))
    if what != CouponKind.What.VALUE:
        told["value"] = None
    if what != CouponKind.What.PERCENT:
        told["percent"] = None
    days, until = told.get("days"), told.get("until")
    if (days is None) == (until is None):
        raise BadInput(_("Say for how many days it is good, or until which day: one of them."))
    if until is not None and until < core.local_date(at):
        raise BadInput(_("The last day of the coupon is over already."))
