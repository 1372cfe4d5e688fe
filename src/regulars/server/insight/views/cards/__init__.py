"""One quality card per score: what it says, how it was judged, what happens with it."""

from regulars.server.insight.views.cards.card import Card
from regulars.server.insight.views.cards.every import all_cards
from regulars.server.insight.views.cards.quarter import quarter_more

__all__ = ["Card", "all_cards", "quarter_more"]
