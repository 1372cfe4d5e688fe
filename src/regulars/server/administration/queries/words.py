"""The audit trail's codes in words; an unknown code is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.administration.queries.trail_words import ACTIONS, DETAILS
from regulars.server.core.keys import queries as keys

SYSTEMS: Mapping[str, Promise] = {
    "system:nightly": _("The clock"),
    "system:worker": _("The worker"),
    "system:command-line": _("The command line"),
    "system:front-door": _("The front page"),
    "system:set-up": _("The set-up"),
}


def actor(code: str) -> str:
    kind, _colon, number = code.partition(":")
    if number.startswith("form-"):
        return str(_("A web form"))
    if kind == "key" and number.isdecimal():
        return str(_("API key %(name)s")) % {"name": keys.names().get(int(number), number)}
    return str(SYSTEMS.get(code, code))


def action(code: str) -> str:
    return str(ACTIONS.get(code, ""))


def detail(name: str) -> str:
    return str(DETAILS.get(name, name))
