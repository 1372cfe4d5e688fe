"""Who will matter most: how much of the money the chosen fifth brought."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from regulars.server.insight import rules
from regulars.server.insight.rules import Verdict
from regulars.server.insight.views import codes
from regulars.server.insight.views.cards.card import (
    Card,
    Raw,
    day,
    english,
    lacking,
    lowered,
)
from regulars.server.web import rules as web

SHOWN_FEATURES = 6


def ranking_card(card: Raw, verdict: Verdict, currency: str) -> Card:
    quality = card["quality"]
    says = _("The order of customers by what they will bring in the next %(days)s days.") % {
        "days": card["horizon_days"]
    }
    then = _ordered_by(card["weights"])
    features = [(name, loss) for name, loss in card["importance"].items() if loss > 0]
    features.sort(key=lambda each: (-each[1], each[0]))
    largest = features[0][1] if features else 1.0
    weights = [
        (codes.RANKING_WAYS[code], share) for code, share in card["weights"].items() if share
    ]
    more: dict[str, Any] = {
        "weights": sorted(weights, key=lambda each: -each[1]),
        "features": [
            (codes.MEANINGS.get(name, name), loss, loss / largest)
            for name, loss in features[:SHOWN_FEATURES]
        ],
    }
    if verdict is Verdict.NOT_ENOUGH:
        said = str(quality.get("skipped") or "")
        return Card(
            "ranking", verdict, says, lacking(rules.lack(said)), then, reason=english(said),
            more=more,
        )  # fmt: skip
    caught = quality["top_fifth"]
    figures = {
        "chosen": web.percent(caught["chosen"]),
        "past": web.percent(caught.get("past_revenue")),
        "best": web.percent(quality["hindsight"]),
        "days": quality["days"],
    }
    judged = _("%(n)s customers of %(day)s, judged over the %(days)s days after") % {
        "n": web.count(quality["customers"]),
        "day": day(quality["origin"]),
        "days": quality["days"],
    }
    more["caught"] = [
        {
            "name": codes.RANKING_WAYS[code],
            "share": caught[code],
            "chosen": code == "chosen",
        }
        for code in codes.RANKING_WAYS
        if code in caught
    ]
    more |= {"hindsight": quality["hindsight"], "gini": quality["gini"]}
    sentence = _RANKING_SENTENCES[verdict]() % figures
    return Card("ranking", verdict, says, sentence, then, judged, more=more)


_RANKING_SENTENCES: Mapping[Verdict, Callable[[], str]] = {
    Verdict.WORKS: lambda: _(
        "The chosen fifth of the customers brought %(chosen)s of the money of %(days)s days it"
        " did not know; a fifth chosen by past revenue %(past)s, by hindsight %(best)s."
    ),
    Verdict.NO_BETTER: lambda: _(
        "Not shown to be better than past revenue: the chosen fifth brought %(chosen)s of the "
        "money of %(days)s days it did not know, a fifth chosen by past revenue %(past)s, by "
        "hindsight %(best)s."
    ),
    Verdict.NO_SIGNAL: lambda: _(
        "The chosen fifth of the customers brought %(chosen)s of the money of %(days)s days it"
        " did not know, about what chance brings; hindsight would have caught %(best)s."
    ),
}


def _ordered_by(weights: Raw) -> str:
    used = [(code, share) for code, share in weights.items() if share]
    if len(used) == 1:
        way = lowered(codes.RANKING_WAYS[used[0][0]])
        return _("The list is ordered by this alone now: %(way)s.") % {"way": way}
    parts = _(", ").join(
        f"{lowered(codes.RANKING_WAYS[code])} {web.percent(share, digits=0)}"
        for code, share in sorted(used, key=lambda each: (-each[1], each[0]))
    )
    return _("The list is ordered by a blend now: %(parts)s.") % {"parts": parts}
