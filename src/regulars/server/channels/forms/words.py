"""The rules, their reasons and the standings, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.rules.consents import Standing
from regulars.server.channels.rules.policy import Outcome

Words = Mapping[str, str | Promise]

CHANNELS: Words = {
    "call": _("Phone"),
    "wecom": _("WeCom"),
    "sms": _("SMS"),
    "email": _("E-mail"),
    "visit": _("Visit"),
}
PURPOSES: Words = {
    "marketing": _("Marketing"),
    "survey": _("Surveys"),
    "greeting": _("Greetings"),
    "service": _("Service: contract, safety, maturity, complaint"),
}
STANDINGS: Words = {
    Standing.GIVEN: pgettext_lazy("consent", "Agreed"),
    Standing.REFUSED: pgettext_lazy("consent", "Refused"),
    Standing.WITHDRAWN: pgettext_lazy("consent", "Withdrawn"),
    Standing.EXPIRED: pgettext_lazy("consent", "Expired"),
    Standing.STALE: pgettext_lazy("consent", "Must be renewed"),
    Standing.UNKNOWN: pgettext_lazy("consent", "Not asked"),
}
# Colour and icon of a standing; the word always stands beside them.
MARKS: Mapping[str, tuple[str, str]] = {
    Standing.GIVEN: ("a", "check"),
    Standing.REFUSED: ("d", "ban"),
    Standing.WITHDRAWN: ("d", "ban"),
    Standing.EXPIRED: ("w", "clock"),
    Standing.STALE: ("w", "refresh"),
    Standing.UNKNOWN: ("", "circle-dashed"),
}
RULES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "deceased": (_("Is the customer alive?"), _("PIPL 49")),
    "legal": (_("Is the file free of a legal block or erasure?"), _("PIPL 47")),
    "minor": (_("Is the customer old enough?"), _("PIPL 31")),
    "jurisdiction": (_("Do we know the rules of the country?"), _("Our own default")),
    "consent": (_("Did the customer agree to this?"), _("PIPL 14, 24")),
    "refusal": (_("Is nothing refused altogether?"), _("PIPL 15")),
    "suitability": (_("Does the product suit the customer's risk result?"), _("Order 7/2025")),
    "content": (
        _("Is the content approved and still valid?"),
        _("Financial marketing notice 316 of 2019"),
    ),
    "holdout": (_("Is the customer outside the group left alone?"), _("Our own default")),
    "cap": (_("Is the customer not contacted too often?"), _("Company setting")),
    "quiet": (_("Is it no quiet hour at the customer's place?"), _("Our own default")),
    "health": (_("Is there an address for this way?"), _("Our own default")),
}
REASONS: Words = {
    "deceased": _("The customer has died. Nothing is sent any more."),
    "erased": _("The file was erased at the customer's wish."),
    "merged": _("The file went into another one. Ask about that one."),
    "legal_block": _("A legal block stands on the file."),
    "minor": _("The customer is younger than marketing may address."),
    "no_pack": _("There are no rules for the customer's country. Add a pack for it first."),
    "unasked": _("The customer was not asked for this. Silence is a no."),
    "expired": _("The consent has expired. Ask again."),
    "stale": _("The notice asks for more now than the customer agreed to. Ask again."),
    "refused": _("The customer refused this."),
    "withdrawn": _("The customer took the consent back."),
    "channel_refused": _("The customer refused this way once. It is not used again."),
    "only_a_sale": _("The address comes from a sale. Here that is no consent."),
    "no_profiling": _("The customer wants no choice by scores. Generic content may go."),
    "do_not_contact": _("The customer wants no contact at all."),
    "listed": _("The number or address is on the do-not-contact list."),
    "blocked": _("The customer does not want to be reached this way."),
    "on_hold": _("A complaint is open: marketing waits until it is closed."),
    "refused_everything": _("The customer refused marketing on every way."),
    "no_risk_result": _("The customer has no risk result."),
    "too_risky": _("The product is riskier than the customer's result."),
    "content_over": _("The content is no longer valid at that moment."),
    "not_approved": _("The content is not approved."),
    "holdout": _("The customer belongs to the group that is left alone for comparison."),
    "cap_day": _("The customer was contacted within a day. That is enough for now."),
    "cap_week": _("The customer was contacted often enough this week."),
    "cap_month": _("The customer was contacted often enough this month."),
    "cap_none": _("The company allows no such contact at all."),
    "quiet_hours": _("It is a quiet hour at the customer's place. It waits for the morning."),
    "over_before_morning": _("The content ends before the quiet hours do."),
    "no_address": _("No number or address for this way is on file."),
}
OUTCOMES: Words = {
    Outcome.PASS: pgettext_lazy("rule", "Fine"),
    Outcome.SKIPPED: pgettext_lazy("rule", "Not asked here"),
    Outcome.DENY: pgettext_lazy("rule", "No"),
    Outcome.LATER: pgettext_lazy("rule", "Later"),
}
