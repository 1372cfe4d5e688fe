"""The rule: drafted, adopted, ended. What was adopted changes for the future only."""

from __future__ import annotations

from collections.abc import Mapping
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
from regulars.server.referrals.actions import paying
from regulars.server.referrals.actions.deposits import is_forbidden
from regulars.server.referrals.models import Terms
from regulars.server.rewards import actions as rewards

FIELDS = (
    *("name", "name_en", "event", "least", "products", "window_days", "referrer_way"),
    *("referrer_thing", "referrer_amount", "friend_way", "friend_thing", "friend_amount"),
    *("most", "most_days", "valid_from"),
)
State = Terms.State


class Forbidden(Refused):
    """The law does not let a bank give this."""


class TooSoon(Refused):
    """What holds changes for the future only."""


class NotADraft(Refused):
    """It was adopted: it stays as it is."""


@transaction.atomic
def draft(*, by: Actor, at: datetime, **terms: Any) -> Terms:
    """Write the next version as a draft; a draft is written over.

    :raises Forbidden: a bank may not give this.
    :raises BadInput: the terms say what may not be said, or nothing.
    """
    told = {name: value for name, value in terms.items() if name in FIELDS}
    check(told)
    told |= {"made_by": by if isinstance(by, Person) else None, "made_at": at}
    standing = Terms.objects.select_for_update(of=("self",)).filter(state=State.DRAFT).first()
    if standing is not None:
        for name, value in told.items():
            setattr(standing, name, value)
        standing.save(update_fields=list(told))
        made = standing
    else:
        last = Terms.objects.order_by("-version").first()
        made = Terms.objects.create(version=last.version + 1 if last else 1, **told)
    audit.record("referrals.terms.drafted", made, by=by, at=at)
    return made


@transaction.atomic
def adopt(terms: Terms, *, by: Actor, at: datetime) -> Terms:
    """Put a draft in force from its day on; the version before holds up to that day.

    Friends who came before keep the terms they came under.

    :raises NotADraft: it was adopted before.
    :raises TooSoon: its day is past, or it would change what holds today.
    """
    found = _draft(terms)
    check({name: getattr(found, name) for name in FIELDS})
    standing = _standing()
    earliest = soonest(at=at)
    if found.valid_from < earliest:
        raise TooSoon(
            _("These terms can hold from %(day)s on: what holds changes for the future only.")
            % {"day": earliest}
        )
    if standing is not None:
        standing.valid_until = found.valid_from
        standing.save(update_fields=["valid_until"])
    found.state, found.adopted_at = State.ADOPTED, at
    found.adopted_by = by if isinstance(by, Person) else None
    found.save(update_fields=["state", "adopted_at", "adopted_by"])
    audit.record("referrals.terms.adopted", found, by=by, at=at)
    return found


@transaction.atomic
def end(terms: Terms, *, on: date, by: Actor, at: datetime) -> Terms:
    """Let terms end on a day that lies ahead; friends who came before keep them.

    :raises TooSoon: the day is not ahead.
    :raises Refused: they are a draft, or end already.
    """
    found = Terms.objects.select_for_update(of=("self",)).get(pk=terms.pk)
    if found.state != State.ADOPTED or found.valid_until is not None:
        raise Refused(_("Only terms that hold can be ended."))
    if on <= core.local_date(at) or on < found.valid_from:
        raise TooSoon(_("Choose a day that lies ahead: nothing changes for what is past."))
    found.valid_until = on
    found.save(update_fields=["valid_until"])
    audit.record("referrals.terms.ended", found, by=by, at=at, on=on.isoformat())
    return found


@transaction.atomic
def discard(terms: Terms, *, by: Actor, at: datetime) -> None:
    """Throw a draft away.

    :raises NotADraft: it was adopted.
    """
    found = _draft(terms)
    audit.record("referrals.terms.discarded", found, by=by, at=at)
    found.delete()


def soonest(*, at: datetime) -> date:
    """From which day on new terms may hold: today, or tomorrow where terms hold today."""
    today, standing = core.local_date(at), _standing()
    if standing is None:
        last = Terms.objects.filter(state=State.ADOPTED).order_by("-valid_until").first()
        return max(today, last.valid_until) if last and last.valid_until else today
    return max(today, standing.valid_from) + timedelta(days=1)


def check(terms: Mapping[str, Any]) -> None:
    """:raises Forbidden: a bank may not give this. :raises BadInput: the terms are wrong."""
    _check_words(str(terms.get("name", "")), str(terms.get("name_en", "")))
    for side in ("referrer", "friend"):
        check_side(terms, side)
    if terms.get("event") == Terms.Event.BALANCE and not (terms.get("least") or 0) > 0:
        raise BadInput(_("Name the balance that is to be reached."))


def check_side(terms: Mapping[str, Any], side: str) -> None:
    """Whether a side may get what terms say; the same errors as of `check`."""
    code, thing = str(terms.get(f"{side}_way") or ""), str(terms.get(f"{side}_thing") or "")
    amount, way = int(terms.get(f"{side}_amount") or 0), paying.way(code)
    if bool(code) != bool(amount) or (code and way is None):
        raise BadInput(_("Say how much of what each side gets, or leave both empty."))
    if way is None:
        return
    if is_forbidden(code, str(terms.get("event")), terms.get("products") or []):
        raise Forbidden(
            _(
                "A bank gives nothing of value for deposits (银保监办发〔2018〕48号). Name "
                "products that are no deposits, or choose another event."
            )
        )
    if bool(way.things) != bool(thing) or (way.things and amount != 1):
        raise BadInput(_("Choose which batch or which gift each side gets; it is one of it."))
    if way.check is not None:
        try:
            way.check(thing)
        except rewards.Forbidden as error:
            raise Forbidden(str(error)) from error


def _check_words(*texts: str) -> None:
    for text in filter(None, texts):
        for finding in content.findings_in(text):
            if finding.refused:
                told = _("“%(word)s” may not stand in terms: %(reason)s")
                reason = finding.reason.of(get_language() or "zh")
                raise BadInput(told % {"word": finding.word, "reason": reason})


def _standing() -> Terms | None:
    return (
        Terms.objects.select_for_update(of=("self",))
        .filter(state=State.ADOPTED, valid_until__isnull=True)
        .first()
    )


def _draft(terms: Terms) -> Terms:
    found = Terms.objects.select_for_update(of=("self",)).get(pk=terms.pk)
    if found.state != State.DRAFT:
        raise NotADraft(_("These terms are in force. Make another version to change them."))
    return found
