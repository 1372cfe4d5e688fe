"""Words for codes that files, the engine and schemes bring; others are shown as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.customers import rules as customers
from regulars.server.customers.forms.ties import role_words
from regulars.server.customers.models import Customer, Preference
from regulars.server.segments.rules.bonds import Bond

CHANNELS: Mapping[str, Any] = dict(Customer.Channel.choices)
CLASSES: Mapping[str, Any] = dict(Customer.BusinessClass.choices)
BONDS: Mapping[str, Any] = {
    Bond.DEEP: pgettext_lazy("bond", "Close"),
    Bond.FAIR: pgettext_lazy("bond", "Fair"),
    Bond.FORGOTTEN: pgettext_lazy("bond", "Forgotten"),
}
PLACES: Mapping[str, Any] = {
    "mobile": _("Mobile"),
    "counter": _("Counter"),
    "atm": _("Cash machine"),
    "pos": _("Card terminal"),
    "online": _("Online"),
    "system": _("By the system"),
    "store": _("In a store"),
}
CONSENTS: Mapping[str, Any] = {
    "yes": pgettext_lazy("consent", "Agrees"),
    "no": pgettext_lazy("consent", "Refused"),
    "unasked": pgettext_lazy("consent", "Not asked"),
}
CELLS: Mapping[str, Any] = {
    "new": pgettext_lazy("cell", "New"),
    "champions": pgettext_lazy("cell", "Champions"),
    "loyal": pgettext_lazy("cell", "Loyal"),
    "potential_loyal": pgettext_lazy("cell", "Potential loyal"),
    "promising": pgettext_lazy("cell", "Promising"),
    "needs_attention": pgettext_lazy("cell", "Needs attention"),
    "about_to_sleep": pgettext_lazy("cell", "About to sleep"),
    "cannot_lose": pgettext_lazy("cell", "Cannot lose"),
    "at_risk": pgettext_lazy("cell", "At risk"),
    "hibernating": pgettext_lazy("cell", "Hibernating"),
    "lost": pgettext_lazy("cell", "Lost"),
}
MOVEMENTS: Mapping[str, Any] = {
    "in": pgettext_lazy("movement", "In, beyond the own range"),
    "out": pgettext_lazy("movement", "Out, beyond the own range"),
    "up": pgettext_lazy("movement", "In, beyond the own range"),
    "down": pgettext_lazy("movement", "Out, beyond the own range"),
}
RHYTHMS: Mapping[str, Any] = {
    "faster": pgettext_lazy("rhythm", "Faster"),
    "slower": pgettext_lazy("rhythm", "Slower"),
    "silent": pgettext_lazy("rhythm", "Silent"),
}
CHANGES: Mapping[str, Any] = {
    "money_in": pgettext_lazy("change", "Much money came"),
    "money_out": pgettext_lazy("change", "Much money left"),
    "large_purchase": pgettext_lazy("change", "An unusually large purchase"),
    "rhythm_faster": pgettext_lazy("change", "Comes more often"),
    "rhythm_slower": pgettext_lazy("change", "Comes less often"),
    "rhythm_silent": pgettext_lazy("change", "Fell silent"),
    "basket_changed": pgettext_lazy("change", "Buys other things"),
    "basket_gone": pgettext_lazy("change", "Buys something no more"),
    "basket_new": pgettext_lazy("change", "Buys something new"),
    "channel_changed": pgettext_lazy("change", "Comes another way"),
}
# What the far end is, seen from the customer who is asked about.
TIES: Mapping[str, Any] = {
    role.code: role_words(role)
    for kind in customers.KINDS
    for role in (customers.Role(kind), customers.Role(kind, back=True))
}
PREFERENCES: Mapping[str, Any] = {
    f"{origin}:{topic}": format_lazy("{} · {}", named, said)
    for topic, named in Preference.Topic.choices
    for origin, said in Preference.Origin.choices
}
