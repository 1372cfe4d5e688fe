"""Words of communities, as templates ask for them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def standing_word(code: str) -> str:
    """How a member stands."""
    return {
        "active": pgettext("member", "Active"),
        "some": pgettext("member", "Now and then"),
        "new": pgettext("member", "New"),
        "asleep": pgettext("member", "Asleep"),
    }.get(code, code)


@register.filter
def which_word(code: str) -> str:
    """The members behind a figure."""
    return {
        "all": _("Members"),
        "hosts": _("Hosts"),
        "away": _("Away for three months"),
        "friends": _("Brought friends in"),
    }.get(code) or standing_word(code)
