"""The next product: how often a suggestion was right, beside always the most popular."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.server.insight.rules import Lack, Verdict
from regulars.server.insight.views import codes, pictures
from regulars.server.insight.views.cards.card import Card, Raw, lacking
from regulars.server.web import rules as web


def next_card(card: Raw, verdict: Verdict, currency: str) -> Card:
    judgement = card["judgement"]
    rates, usual = judgement["rates"], str(judgement["popularity"])
    personal = [code for code in rates if code not in codes.POPULAR]
    best = max(personal, key=lambda code: rates[code]["mrr"], default=usual)
    mine = str(judgement["method"]) if verdict is Verdict.WORKS else best
    figures = {
        "way": codes.NEXT_WAYS.get(mine, mine),
        "usual": codes.NEXT_WAYS.get(usual, usual),
        **_hits("hit", rates.get(mine)),
        **_hits("usual", rates.get(usual)),
    }
    takes = card["score_means"] == "takes"
    says = (
        _("Up to three products a customer is most likely to take within %(days)s days.")
        if takes
        else _("Up to three products that those who are like the customer hold.")
    ) % {"days": card["horizon_days"]}
    if verdict is Verdict.NOT_ENOUGH:
        sentence = lacking(Lack("takers", judgement["missing"] or None))
    elif verdict is Verdict.WORKS:
        sentence = _(
            "Right %(hit1)s of the time with the first suggestion and %(hit3)s with three, by "
            "%(way)s; always suggesting %(usual)s: %(usual1)s and %(usual3)s."
        )
    else:
        sentence = _(
            "Not shown to be better than always suggesting %(usual)s, which is right "
            "%(usual1)s of the time with the first suggestion and %(usual3)s with three; the "
            "best personal way (%(way)s): %(hit1)s and %(hit3)s."
        )
    then = (
        _("Suggestions go by %(way)s.") % {"way": codes.NEXT_WAYS.get(mine, mine)}
        if verdict is Verdict.WORKS
        else _("Everybody is suggested what is most popular among what he does not have.")
    )
    if verdict is not Verdict.NOT_ENOUGH:
        sentence = sentence % figures
    return Card(
        "next", verdict, says, sentence, then, _next_judged(card), more=_next_more(card, mine)
    )


def _hits(name: str, rate: Raw | None) -> dict[str, str]:
    rate = rate or {}
    return {
        f"{name}{n}": web.percent(rate.get(f"hit{n}"), digits=0) for n in (1, 3)
    }  # fmt: skip


def _next_judged(card: Raw) -> str:
    rates = card["judgement"]["rates"]
    n = max((rate["judged"] for rate in rates.values()), default=0)
    if not n:
        return ""
    if card["judgement"]["way"] == "hidden_holding":
        return _("One product of each customer was hidden; judged on %(n)s") % {
            "n": web.count(n)
        }
    names = {"days": card["horizon_days"], "n": web.count(n)}
    return (
        _("The last %(days)s days were hidden; judged on the %(n)s who took something new")
        % names
    )


def _next_more(card: Raw, mine: str) -> dict[str, Any]:
    rates, usual = card["judgement"]["rates"], card["judgement"]["popularity"]
    used = str(card["judgement"]["method"])
    rows = sorted(rates.items(), key=lambda each: (-each[1]["mrr"], each[0]))
    top = max((rate["hit1_high"] for rate in rates.values()), default=1.0) or 1.0
    return {
        "rates": [
            {
                "name": codes.NEXT_WAYS.get(code, code),
                "used": code == used,
                "usual": code == usual,
                "line": pictures.interval(
                    rate["hit1_low"], rate["hit1"], rate["hit1_high"], top
                ),
                **rate,
            }
            for code, rate in rows
            if rate["judged"]
        ],
        "promise": card["promise"],
        "products": card["products"],
        "customers": card["customers"],
    }
