"""Signs and words of campaigns in templates."""

from __future__ import annotations

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulars.server.campaigns.models import Campaign
from regulars.server.web.rules import percent
from regulars.server.web.templatetags.assets import icon

register = Library()
State = Campaign.State
MARKS = {
    State.DRAFT: ("", "pencil"),
    State.WAITING: ("w", "user-check"),
    State.APPROVED: ("a", "check"),
    State.RUNNING: ("a", "player-play"),
    State.PAUSED: ("w", "hand-stop"),
    State.DONE: ("", "check"),
    State.STOPPED: ("d", "ban"),
}
WAYS = {
    "wecom": "message-2",
    "sms": "device-mobile-message",
    "email": "mail",
    "call": "phone",
    "visit": "walk",
}


@register.simple_tag
def campaign_chip(campaign: Campaign) -> SafeString:
    """The state of a campaign with its sign."""
    css, sign = MARKS[State(campaign.state)]
    return format_html(
        '<span class="chip{}">{}{}</span>', f" {css}" if css else "", icon(sign),
        campaign.get_state_display(),
    )  # fmt: skip


@register.simple_tag
def way_icon(channel: str) -> SafeString:
    return icon(WAYS.get(channel, "send"))


@register.simple_tag
def campaign_share(part: int, whole: int) -> str:
    """A share below a figure; of fewer than thirty none is said."""
    return percent(part / whole, digits=0) if whole >= 30 else ""
