"""Potential: how much those who are alike have in common."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.insight.rules import Verdict
from regulars.server.insight.views import codes
from regulars.server.insight.views.cards.card import Card, Raw
from regulars.server.web import rules as web


def potential_card(card: Raw, verdict: Verdict, currency: str) -> Card:
    like = card["lookalikes"]
    money = web.money(like["gap"], language=get_language(), currency=currency)
    figures = {
        "share": web.percent(max(like["explained"] or 0.0, 0.0)),
        "gap": str(money),
        "n": web.count(like["customers"]),
    }
    sentence = {
        Verdict.WORKS: _(
            "Groups of look-alikes explain %(share)s of the differences in value. All customers"
            " together are %(gap)s short of what the best fifth of their group brings."
        ),
        Verdict.NO_SIGNAL: _(
            "Groups of look-alikes explain only %(share)s of the differences in value: the "
            "potential is little more than what the best fifth of everybody brings."
        ),
        Verdict.NOT_ENOUGH: _(
            "The %(n)s customers do not differ in value, so nobody stands out."
        ),
    }[verdict]
    then = {
        Verdict.WORKS: _("Lists by potential are ordered by the gap to the own group."),
        Verdict.NO_SIGNAL: _("A list by potential says little; go by value."),
        Verdict.NOT_ENOUGH: _("There is no list by potential; go by value."),
    }[verdict]
    judged = _("%(n)s customers in %(groups)s groups") % {
        "n": web.count(like["customers"]),
        "groups": web.count(like["groups"]),
    }
    # The database keeps no order: the more columns, the narrower.
    narrowest = sorted(
        like["by_level"].items(), key=lambda each: (-each[0].count(","), each[0])
    )
    levels = [(_alike(by), n, n / like["customers"]) for by, n in narrowest if n]
    return Card(
        "potential",
        verdict,
        _("What a customer could bring: what the best fifth of those who are alike brings."),
        sentence % figures,
        then,
        judged,
        more={"levels": levels, "classes": card["matrix"]["classes"]},
    )


def _alike(by: str) -> str:
    """What made a group: "kind, tenure_band" in words."""
    names = [str(codes.LOOKALIKES.get(part, part)) for part in by.split(", ")]
    return _(", ").join(names)
