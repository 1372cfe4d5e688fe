"""What is decided of two files that look alike."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.identity.models import Pair
from regulars.server.identity.rules import Likeness


class AlreadyDecided(Refused):
    """Somebody decided on the pair before."""


@transaction.atomic
def propose(found: Iterable[Likeness], *, by: Actor, at: datetime) -> tuple[int, int]:
    """Keep the pairs that look like one customer; decided ones stay decided.

    Open pairs that are no longer found are closed. Returns how many are new, and how many
    were closed.
    """
    # Held, so that nobody's decision of this moment is written over.
    held = Pair.objects.select_for_update(of=("self",)).order_by("pk")
    known = {(p.first_id, p.second_id): p for p in held}
    fresh, again, seen = [], [], set()
    for like in found:
        key = (like.first, like.second)
        seen.add(key)
        pair = known.get(key)
        if pair is None:
            fresh.append(_pair(like, at))
        elif pair.state in (Pair.State.OPEN, Pair.State.GONE):
            pair.state, pair.likeness = Pair.State.OPEN, like.probability
            pair.evidence = like.told()
            again.append(pair)
    Pair.objects.bulk_create(fresh, batch_size=5_000)
    Pair.objects.bulk_update(again, ["state", "likeness", "evidence"], batch_size=1_000)
    gone = [p.pk for key, p in known.items() if p.state == Pair.State.OPEN and key not in seen]
    Pair.objects.filter(pk__in=gone).update(state=Pair.State.GONE)
    audit.record("identity.pairs.found", "identity.Pair", by=by, at=at, new=len(fresh))
    return len(fresh), len(gone)


def _pair(like: Likeness, at: datetime) -> Pair:
    return Pair(
        first_id=like.first,
        second_id=like.second,
        likeness=like.probability,
        evidence=like.told(),
        found_at=at,
    )


@transaction.atomic
def keep_apart(pair: Pair, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Decide that these are two customers; they are not proposed again.

    :raises AlreadyDecided: somebody was quicker.
    """
    decide(pair, Pair.State.APART, by=by, at=at, reason=reason)
    audit.record("identity.pair.kept_apart", pair, by=by, at=at)


def decide(pair: Pair, state: str, *, by: Actor, at: datetime, reason: str) -> None:
    """Write down what became of an open pair, once."""
    open_one = Pair.objects.filter(pk=pair.pk, state__in=(Pair.State.OPEN, Pair.State.GONE))
    person = by if isinstance(by, Person) else None
    if not open_one.update(state=state, decided_at=at, decided_by=person, reason=reason):
        raise AlreadyDecided(_("Somebody decided on this pair already. Reload the page."))
