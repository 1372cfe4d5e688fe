"""The next quarter: what was expected of earlier ones, and what came."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.insight.rules import Verdict
from regulars.server.insight.views import codes, pictures
from regulars.server.insight.views.cards.card import Card, Raw, day, last_day, lowered
from regulars.server.web import rules as web


def quarter_card(card: Raw, verdict: Verdict, currency: str) -> Card:
    says = _("What the customers we have will bring in the 91 days after the run's date.")
    if card["revenue"] is None:
        said = _("Nothing was brought before this date, so nothing can be expected.")
        return Card("quarter", verdict, says, said)
    tries = pictures.tries(card)

    def money(amount: float | None) -> str:
        return str(web.money(amount, language=get_language(), currency=currency))

    figures = {
        "revenue": money(card["revenue"]),
        "low": money(card["low"]),
        "high": money(card["high"]),
        "error": web.percent(card["errors"].get(card["way"])),
        "last": web.percent(card["errors"].get("last")),
        "n": len(tries),
    }
    sentence = {
        Verdict.WORKS: _(
            "Expected: %(revenue)s, eight times in ten between %(low)s and %(high)s. Over "
            "%(n)s quarters of the past the way chosen was off by %(error)s on average; "
            "expecting as much as the quarter before was off by %(last)s."
        ),
        Verdict.NO_BETTER: _(
            "Expected: %(revenue)s, eight times in ten between %(low)s and %(high)s. Nothing "
            "did better than expecting as much as in the quarter before, which was off by "
            "%(last)s on average over %(n)s quarters of the past."
        ),
        Verdict.UNJUDGED: _(
            "Expected: %(revenue)s. How far off that may be cannot be said yet: %(n)s quarters "
            "of the past could be tried, an interval needs three."
        ),
    }[verdict]
    start, stop = day(card["start"]), day(last_day(card["stop"]))
    judged = _("for %(start)s to %(stop)s, %(n)s customers") % {
        "start": start,
        "stop": stop,
        "n": web.count(card["customers"]),
    }
    way = lowered(codes.QUARTER_WAYS.get(card["way"], card["way"]))
    then = _("The way chosen: %(way)s.") % {"way": way}
    return Card(
        "quarter", verdict, says, sentence % figures, then, judged, more=quarter_more(card)
    )


def quarter_more(card: Raw) -> dict[str, Any]:
    """The ways of forecasting with their errors, and the quarters they were tried on."""
    order = sorted(card["errors"].items(), key=lambda each: (each[1], each[0]))
    return {
        "ways": [
            {
                "name": codes.QUARTER_WAYS.get(code, code),
                "error": error,
                "tries": sum(1 for each in card["tries"] if each["way"] == code),
                "chosen": code == card["way"],
            }
            for code, error in order
        ],
        "tries": pictures.tries(card),
    }
