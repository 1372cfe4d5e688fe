"""The cards of a run, one per score."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from regulars.server.insight import queries
from regulars.server.insight.queries import Learned, Test
from regulars.server.insight.rules import Verdict
from regulars.server.insight.views import codes
from regulars.server.insight.views.cards.card import Card, Raw, english
from regulars.server.insight.views.cards.churn import churn_card
from regulars.server.insight.views.cards.potential import potential_card
from regulars.server.insight.views.cards.quarter import quarter_card
from regulars.server.insight.views.cards.ranking import ranking_card
from regulars.server.insight.views.cards.taking import next_card
from regulars.server.insight.views.cards.valuing import value_card

_MAKERS: Mapping[str, Callable[[Raw, Verdict, str], Card]] = {
    "churn": churn_card,
    "ranking": ranking_card,
    "next": next_card,
    "potential": potential_card,
    "quarter": quarter_card,
}


def all_cards(found: Learned, test: Test, *, currency: str) -> list[Card]:
    """Every score of a run, the valuation first."""
    return [value_card(test), *(_card(found, code, currency) for code in queries.CARDS)]


def _card(found: Learned, code: str, currency: str) -> Card:
    verdict = found.verdict(code)
    if code in found.cards:
        return _MAKERS[code](found.cards[code], verdict, currency)
    said = {
        Verdict.SKIPPED: str(codes.SKIPPED[code]),
        Verdict.LEARNING: _("It is being learned now; the card appears when it is done."),
        Verdict.MISSING: _("It was not learned for this run."),
    }[verdict]
    return Card(code, verdict, sentence=said, reason=english(found.skipped.get(code, "")))
