"""The audit trail's codes in words; an unknown code is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.core.keys import queries as keys

SYSTEMS: Mapping[str, Promise] = {
    "system:nightly": _("The clock"),
    "system:worker": _("The worker"),
    "system:command-line": _("The command line"),
    "system:front-door": _("The front page"),
    "system:set-up": _("The set-up"),
}
ACTIONS: Mapping[str, Promise] = {
    "core.company.set_up": _("set up the company"),
    "core.settings.changed": _("changed the settings"),
    "core.org_unit.added": _("added a branch"),
    "core.person.added": _("added a person"),
    "core.person.changed": _("changed a person"),
    "core.person.password_set": _("set a new password"),
    "core.person.removed": _("removed a person who never worked here"),
    "core.book.added": _("opened a book"),
    "core.book.closed": _("closed an empty book"),
    "core.book.assigned": _("assigned a book"),
    "core.calendar.loaded": _("loaded public holidays"),
    "core.calendar.day_set": _("set a day of the calendar"),
    "core.calendar.day_dropped": _("removed a day of the calendar"),
    "core.key.made": _("made an API key"),
    "core.key.revoked": _("revoked an API key"),
    "core.webhook.added": _("entered a webhook"),
    "core.webhook.changed": _("changed a webhook"),
    "core.webhook.secret_renewed": _("renewed the secret of a webhook"),
    "core.webhook.removed": _("removed a webhook"),
    "core.webhook.tested": _("sent a test to a webhook"),
    "core.delivery.tried_again": _("sent an event again"),
    "customers.personal.sent": _("sent personal values to another system"),
    "administration.signed_in": _("signed in"),
    "administration.demo_entered": _("entered the demo with one click"),
    "administration.own_home_asked": _("asked for a home of their own"),
    "administration.nightly_asked": _("asked for the night's work"),
    "administration.job_rescued": _("took up a job again whose worker had died"),
    "administration.job_given_up": _("gave up a job whose worker died too often"),
    "site.backup.made": _("made a backup"),
}


def actor(code: str) -> str:
    kind, _colon, number = code.partition(":")
    if kind == "key" and number.isdecimal():
        return str(_("API key %(name)s")) % {"name": keys.names().get(int(number), number)}
    return str(SYSTEMS.get(code, code))


def action(code: str) -> str:
    return str(ACTIONS.get(code, ""))
