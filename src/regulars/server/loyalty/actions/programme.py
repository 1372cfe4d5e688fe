"""The programme is set up; its terms change for the future only, as people were told them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content import queries as content
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.loyalty import rules
from regulars.server.loyalty.models import Currency, EarningRule, LevelScheme, Programme
from regulars.server.products.models import Product

TERMS = (
    *("name", "name_en", "currency", "kind", "points", "per", "about"),
    *("pending_days", "lasts", "span"),
)
SETTINGS = (
    *("name", "name_en", "unit_cost", "assumed_breakage", "approval_from", "grace_days"),
    *("notice_days", "joining", "segment"),
)
MOST_LEVELS = 8


class Forbidden(Refused):
    """The law does not let a bank give this."""


class TooSoon(Refused):
    """Terms that hold change for the future only, after the notice that was promised."""


class NotADraft(Refused):
    """What was adopted stays as it is; make another version."""


@transaction.atomic
def set_up(
    *, name: str, name_en: str = "", prefix: str, began_on: date, by: Actor, at: datetime,
    **settings: Any,
) -> Programme:  # fmt: skip
    """Begin the programme of the company. There is one.

    :raises Refused: there is one already.
    """
    if Programme.objects.exists():
        raise Refused(_("There is a programme already. Change it on its page."))
    _check_words(name, name_en)
    made = Programme.objects.create(
        pk=1, name=name, name_en=name_en, prefix=prefix, began_on=began_on, **settings
    )
    audit.record("loyalty.set_up", made, by=by, at=at)
    return made


@transaction.atomic
def change(*, by: Actor, at: datetime, **changes: Any) -> Programme:
    """Change what holds for the whole programme; terms of earning are rules of their own."""
    found = Programme.objects.select_for_update(of=("self",)).get()
    changed = [n for n in SETTINGS if n in changes and getattr(found, n) != changes[n]]
    _check_words(str(changes.get("name", "")), str(changes.get("name_en", "")))
    for name in changed:
        setattr(found, name, changes[name])
    if changed:
        found.save(update_fields=changed)
        audit.record("loyalty.changed", found, by=by, at=at, fields=changed)
    return found


@transaction.atomic
def draft(
    *, by: Actor, at: datetime, valid_from: date, code: str = "", **terms: Any
) -> EarningRule:
    """Write a new rule, or the next version of one, as a draft; a draft is written over.

    :raises Forbidden: a bank may not give this.
    :raises BadInput: the terms say what may not be said, or nothing.
    """
    terms = {name: value for name, value in terms.items() if name in TERMS}
    check_terms(terms)
    earlier = EarningRule.objects.filter(code=code).order_by("-version") if code else None
    last = earlier.first() if earlier is not None else None
    told = terms | {
        "valid_from": valid_from,
        "made_by": by if isinstance(by, Person) else None,
        "made_at": at,
    }
    if last is not None and last.state == EarningRule.State.DRAFT:
        for name, value in told.items():
            setattr(last, name, value)
        last.save(update_fields=list(told))
        made = last
    else:
        made = EarningRule(version=(last.version if last else 0) + 1, code=code, **told)
        made.code = code or f"r-{made.public_id}"
        made.save(force_insert=True)
    audit.record("loyalty.rule.drafted", made, by=by, at=at)
    return made


@transaction.atomic
def adopt(rule: EarningRule, *, by: Actor, at: datetime) -> EarningRule:
    """Put a draft in force from its day on. The version before holds up to that day.

    :raises NotADraft: it was adopted before.
    :raises TooSoon: it changes terms that hold, before the days of notice are over.
    """
    found = _draft(rule)
    check_terms({name: getattr(found, name) for name in TERMS})
    before = EarningRule.objects.filter(code=found.code, state=EarningRule.State.IN_FORCE)
    standing = before.filter(valid_until__isnull=True).order_by("-version").first()
    earliest = soonest(standing, at=at)
    if found.valid_from < earliest:
        raise TooSoon(
            _("These terms can hold from %(day)s on: nothing changes for what is past, and "
              "terms that hold change after the days of notice.") % {"day": earliest}
        )  # fmt: skip
    if standing is not None:
        standing.valid_until = found.valid_from
        standing.save(update_fields=["valid_until"])
    found.state, found.adopted_at = EarningRule.State.IN_FORCE, at
    found.adopted_by = by if isinstance(by, Person) else None
    found.save(update_fields=["state", "adopted_at", "adopted_by"])
    audit.record("loyalty.rule.adopted", found, by=by, at=at)
    return found


@transaction.atomic
def end(rule: EarningRule, *, on: date, by: Actor, at: datetime) -> EarningRule:
    """Let a rule end before a day that lies ahead by the days of notice at least.

    :raises TooSoon: the day is sooner.
    """
    found = EarningRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    earliest = soonest(found, at=at)
    if on < earliest:
        raise TooSoon(_("The rule can end on %(day)s at the earliest.") % {"day": earliest})
    if found.state != EarningRule.State.IN_FORCE or found.valid_until is not None:
        raise Refused(_("This rule is no longer, or not yet, in force."))
    found.valid_until = on
    found.save(update_fields=["valid_until"])
    audit.record("loyalty.rule.ended", found, by=by, at=at, on=on.isoformat())
    return found


@transaction.atomic
def discard(rule: EarningRule, *, by: Actor, at: datetime) -> None:
    """Throw a draft away."""
    found = _draft(rule)
    audit.record("loyalty.rule.discarded", found, by=by, at=at)
    found.delete()


@transaction.atomic
def set_levels(
    levels: Sequence[Mapping[str, Any]],
    *,
    months: int,
    valid_from: date,
    by: Actor,
    at: datetime,
) -> LevelScheme:
    """Say which levels there are from a day on, from the lowest up.

    :raises BadInput: two ask the same, or nothing is named.
    :raises TooSoon: the day is not ahead, though there are levels that hold.
    """
    codes = [str(each["code"]) for each in levels]
    starts = [int(each["from"]) for each in levels]
    _check_words(*(str(each.get(name, "")) for each in levels for name in ("name", "name_en")))
    if not 1 <= len(levels) <= MOST_LEVELS or len(set(codes)) < len(codes):
        raise BadInput(_("Name 1 to %(most)s levels, each once.") % {"most": MOST_LEVELS})
    if starts != sorted(set(starts)) or starts[0] < 0:
        raise BadInput(_("Each level asks for more tier points than the one before."))
    today = core.local_date(at)
    if LevelScheme.objects.exists() and valid_from <= today:
        raise TooSoon(_("Levels change for the future: choose a day from tomorrow on."))
    made, _created = LevelScheme.objects.update_or_create(
        valid_from=valid_from,
        defaults={
            "months": months, "levels": list(levels), "made_at": at,
            "made_by": by if isinstance(by, Person) else None,
        },
    )  # fmt: skip
    audit.record("loyalty.levels.set", made, by=by, at=at)
    return made


def soonest(standing: EarningRule | None, *, at: datetime) -> date:
    """From which day on new terms may hold; today where they take nobody's terms away."""
    today = core.local_date(at)
    if standing is None or standing.state != EarningRule.State.IN_FORCE:
        return today
    if standing.valid_from > today:
        return standing.valid_from + timedelta(days=1)
    notice = Programme.objects.values_list("notice_days", flat=True).first() or 0
    return today + timedelta(days=max(1, notice))


def check_terms(terms: Mapping[str, Any]) -> None:
    """:raises Forbidden: a bank may not give this. :raises BadInput: the terms are wrong."""
    about = terms.get("about") or {}
    kind = terms.get("kind")
    _check_words(str(terms.get("name", "")), str(terms.get("name_en", "")))
    if kind == EarningRule.Kind.EVENT and not about.get("event"):
        raise BadInput(_("Name the event that earns points."))
    if kind == EarningRule.Kind.PRODUCT and not about.get("products"):
        raise BadInput(_("Name the products that earn points."))
    if kind == EarningRule.Kind.DEALS and not (
        int(about.get("deals") or 0) >= 2 and int(about.get("months") or 0) >= 1
    ):
        raise BadInput(_("Say how many deals, at least two, within how many months."))
    company = core.company()
    if company and rules.is_gift_for_a_deposit(
        company.kind,
        condition=condition_of(str(kind), about),
        tangible=terms.get("currency") == Currency.POINTS,
    ):
        raise Forbidden(
            _(
                "A bank gives nothing of value for deposits (银保监办发〔2018〕48号). Points "
                "can be turned into goods, so no deposit earns them; tier points it may."
            )
        )


def condition_of(kind: str, about: Mapping[str, Any]) -> str:
    """What a rule rewards in the end: a deposit's balance, or what it says itself."""
    named: Collection[str] = about.get("products") or []
    deposits = set(
        Product.objects.filter(kind=Product.Kind.DEPOSIT).values_list("code", flat=True)
    )
    if kind == EarningRule.Kind.BALANCE and (not named or deposits & set(named)):
        return rules.DEPOSIT_BALANCE
    money_in = {"inflow", "deposit"} & set(about.get("kinds") or ())
    if money_in or deposits & set(named):
        return rules.DEPOSIT_BALANCE
    return kind


def _check_words(*texts: str) -> None:
    """:raises BadInput: a text says what may not be said to customers."""
    for text in filter(None, texts):
        for finding in content.findings_in(text):
            if finding.refused:
                told = _("“%(word)s” may not stand in terms: %(reason)s")
                reason = finding.reason.of(get_language() or "zh")
                raise BadInput(told % {"word": finding.word, "reason": reason})


def _draft(rule: EarningRule) -> EarningRule:
    found = EarningRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if found.state != EarningRule.State.DRAFT:
        raise NotADraft(_("These terms are in force. Make another version to change them."))
    return found
