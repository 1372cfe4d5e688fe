"""What may be written into terms, and from when changed terms hold."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content import queries as content
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.rewards import rules
from regulars.server.rewards.models import Policy
from regulars.server.tiers.models import SchemeVersion

SETTINGS = ("approval_from", "gifts_per_year", "surprise_budget", "notice_days", "unused_from")


class Forbidden(Refused):
    """The law does not let a bank give this."""


class TooSoon(Refused):
    """Terms change for the future only, after the notice that was promised."""


def check_condition(named: str) -> None:
    """:raises Forbidden: a bank may not give something of value for it (C-64)."""
    company = core.company()
    measures = SchemeVersion.objects.leading().values_list("measure", flat=True)
    if company and rules.is_forbidden(
        company.kind, named, tangible=True, measures=list(measures)
    ):
        raise Forbidden(
            _(
                "A bank gives nothing of value for deposits (银保监办发〔2018〕48号): no "
                "coupon and no gift for a deposit, its balance, or a tier that balances "
                "make. A privilege, a service that the tier brings, it may give."
            )
        )


def check_words(*texts: str) -> None:
    """:raises BadInput: a text says what may not be said to customers."""
    for text in filter(None, texts):
        for finding in content.findings_in(text):
            if finding.refused:
                told = _("“%(word)s” may not stand in terms: %(reason)s")
                reason = finding.reason.of(get_language() or "zh")
                raise BadInput(told % {"word": finding.word, "reason": reason})


def check_name(name: str) -> str:
    """:raises BadInput: there is no name."""
    if not name.strip():
        raise BadInput(_("Give it a name."))
    return name.strip()


def check_cost(amount: Decimal) -> Decimal:
    """:raises BadInput: it is no amount that something costs."""
    if not 0 <= amount < 10_000_000:
        raise BadInput(_("Say what it costs: an amount of 0 or more."))
    return amount


def soonest(*, changed: bool, at: datetime) -> date:
    """The first day on which terms may hold: today what is new, after the notice a change."""
    today = core.local_date(at)
    return today + timedelta(days=max(1, policy().notice_days)) if changed else today


def policy() -> Policy:
    """What the company set; until then what is usual."""
    return Policy.objects.filter(pk=1).first() or Policy(pk=1)


def set_policy(*, by: Actor, at: datetime, **changes: Any) -> Policy:
    """Change the settings; requests on their way keep what held for them."""
    found = policy()
    told = {name: changes[name] for name in SETTINGS if name in changes}
    changed = [name for name, value in told.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, told[name])
    found.save()
    audit.record("rewards.settings", found, by=by, at=at, fields=changed)
    return found


def lock(name: str) -> None:
    """Let two that do the same wait for each other until the end of the transaction."""
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def broken(error: IntegrityError) -> str:
    """The name of the constraint that the database held up."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def check_key(key: str) -> str:
    """:raises BadInput: the key is empty or longer than one is kept."""
    if not key.strip() or len(key) > 120:
        raise BadInput(_("Name a key of 1 to 120 characters, so that nothing is done twice."))
    return key


def named(fields: Collection[str], given: dict[str, Any]) -> dict[str, Any]:
    """Of what was given, what terms consist of."""
    return {name: value for name, value in given.items() if name in fields}
