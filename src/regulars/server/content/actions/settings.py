"""The company's own words, and of which trades shipped texts are in use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content.models import OwnWord
from regulars.server.content.queries.shipped import TRADES
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.models import Person


class WordTaken(Refused):
    """The word is on the list."""


class UnknownTrade(BadInput):
    """There are no texts of that trade."""


@transaction.atomic
def add_word(word: str, severity: str, reason: str, *, by: Person, at: datetime) -> OwnWord:
    """Add a word that is refused or looked at from now on.

    :raises WordTaken: it is on the list.
    """
    word = " ".join(word.split())
    if OwnWord.objects.filter(word__iexact=word, removed_at__isnull=True).exists():
        raise WordTaken(_("“%(word)s” is on the list already.") % {"word": word})
    made = OwnWord.objects.create(
        word=word, severity=severity, reason=reason.strip(), added_by=by, added_at=at
    )
    audit.record("content.word.added", made, by=by, at=at, word=word, severity=severity)
    return made


@transaction.atomic
def remove_word(word: OwnWord, *, by: Person, at: datetime) -> bool:
    """Take a word off; False where somebody already did."""
    gone = OwnWord.objects.filter(pk=word.pk, removed_at__isnull=True).update(removed_at=at)
    if gone:
        audit.record("content.word.removed", word, by=by, at=at, word=word.word)
    return bool(gone)


def choose_trades(trades: Sequence[str], *, by: Person, at: datetime) -> None:
    """Say of which trades shipped texts are in use.

    :raises UnknownTrade: one that is not shipped.
    """
    if unknown := sorted(set(trades) - set(TRADES)):
        raise UnknownTrade(f"There are no texts of {unknown}; there are {', '.join(TRADES)}.")
    core.change_settings(content_trades=sorted(set(trades)), by=by, at=at)
