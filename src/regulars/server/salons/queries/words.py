"""What a salon is short of, and why somebody is not proposed, as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.salons.rules import Lack

LACKS: Mapping[Lack, Promise] = {
    Lack.AUDIENCE: _("Choose the group whom the theme is for: the list is drawn from it."),
    Lack.PLACE: _("Say where it is."),
    Lack.LIST: _("Nobody is on the list yet. Propose one, or add customers by hand."),
    Lack.WORDS: _("No message is chosen: every manager invites by phone or in person."),
    Lack.SHEET: _("There is no activity sheet. Say what guests do, part by part."),
    Lack.TAKING_PART: _(
        "Guests only listen. Add a part in which they do something themselves: that is what "
        "they remember."
    ),
    Lack.TOO_LONG: _("The parts take longer than the salon. Shorten one, or end later."),
    Lack.BUDGET: _("Nobody says what it costs. Without a budget there is no cost per guest."),
}
LEFT: Mapping[str, Promise] = {
    "gone": _("not on file, or not one of yours"),
    "held": _("a complaint is open"),
    "rested": _("asked to another salon a short while ago"),
    "programme": _("left out of all marketing, as a comparison"),
    "refused": _("no way of marketing is open: a refusal, or no consent"),
}
# The lists of guests, in the order in which a page offers them.
SHOWN: Mapping[str, Promise] = {
    "all": pgettext_lazy("guests", "All"),
    "proposed": pgettext_lazy("guests", "Proposed"),
    "invited": pgettext_lazy("guests", "Invited"),
    "open": pgettext_lazy("guests", "Without an answer"),
    "accepted": pgettext_lazy("guests", "Accepted"),
    "waiting": pgettext_lazy("guests", "On the waiting list"),
    "declined": pgettext_lazy("guests", "Declined"),
    "came": pgettext_lazy("guests", "Came"),
    "missed": pgettext_lazy("guests", "Did not come"),
    "friends": pgettext_lazy("guests", "Friends brought along"),
    "walk_in": pgettext_lazy("guests", "Walked in"),
    "said": pgettext_lazy("guests", "Said how it was"),
    "held_out": pgettext_lazy("guests", "Left out by lot"),
    "left_by_lot_came": pgettext_lazy("guests", "Left out by lot, and came"),
}
