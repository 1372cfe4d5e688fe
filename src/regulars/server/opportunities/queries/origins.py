"""What an opportunity came of, by name: triggers, and what slices above tell of their own."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.care.queries.catalogue import catalogue
from regulars.server.core.models import Person
from regulars.server.opportunities.models import SignalRule

# Given a viewer and what follows the colon; nothing of what they do not see.
Teller = Callable[[Person, str], str]
_tellers: dict[str, Teller] = {}


def add_origin(prefix: str, teller: Teller) -> None:
    """Name the origins whose signal begins with `prefix:`; called when the server starts."""
    _tellers[prefix] = teller


def origin_named(viewer: Person, signal: str) -> str:
    """The name of what opportunities of a signal came of."""
    prefix, _colon, rest = signal.partition(":")
    if rest and prefix in _tellers:
        return _tellers[prefix](viewer, rest) or _("unknown")
    if signal == SignalRule.NEXT_PRODUCT:
        return _("Next product by likeness")
    trigger = catalogue().get(signal)
    return trigger.name.of(get_language() or "") if trigger else signal
