"""Who leaves: how well leavers are told from stayers, and whether the chances mean it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.server.insight import rules
from regulars.server.insight.rules import Verdict
from regulars.server.insight.views import codes, pictures
from regulars.server.insight.views.cards.card import Card, Raw, day, lacking, lowered
from regulars.server.web import rules as web


def churn_card(card: Raw, verdict: Verdict, currency: str) -> Card:
    question, chosen = card["question"], str(card["chosen"])
    name, best = rules.best_of(card)
    asked = {
        "days": question["horizon_days"],
        "fall": web.percent(question["fall"], digits=0),
    }
    says = str(codes.CHURN_SAYS[question["outcome"]]) % asked
    missing = lacking(rules.lack(card["verdict"]))
    short = set(card["methods"]) <= {"p_alive"}
    return Card(
        "churn",
        verdict,
        says,
        _churn_sentence(verdict, best, missing),
        _churn_then(chosen, best, missing if short and best else ""),
        _churn_judged(card, best),
        more=_churn_more(card, name, best) if best else {},
    )


def _churn_sentence(verdict: Verdict, best: Raw | None, missing: str) -> str:
    if best is None:
        return missing
    figures = {
        "auc": web.percent(best["auc"]),
        "low": web.percent(best["auc_low"]),
        "high": web.percent(best["auc_high"]),
        "lift": f"{best['top_tenth_lift']:.1f}",
    }
    if verdict is Verdict.NO_SIGNAL:
        return (
            _(
                "What is known beforehand does not tell who leaves from who stays: of one of "
                "each, the one who left had the higher risk %(auc)s of the time (%(low)s to "
                "%(high)s; chance is 50%%)."
            )
            % figures
        )
    return (
        _(
            "Of one who left and one who stayed, the one who left had the higher risk %(auc)s "
            "of the time (%(low)s to %(high)s; chance is 50%%). The tenth with the highest "
            "risk left %(lift)s times as often as all."
        )
        % figures
    )


def _churn_then(chosen: str, best: Raw | None, missing: str) -> str:
    if chosen == "none":
        return _("Until then nobody has a probability; lists go by the own rhythm of silence.")
    if chosen == "base_rate" and best:
        rate = {"rate": web.percent(best["base_rate"])}
        return (
            _("Everybody gets the usual rate, %(rate)s; a list by risk would say nothing.")
            % rate
        )
    if chosen == "p_alive" and (best is None or missing):
        said = _("Until then the purchase model's chance to stay is used as it is.")
        return f"{missing} {said}".strip() if missing else said
    return _("In use: %(way)s, trained again up to the date of the run.") % {
        "way": lowered(codes.CHURN_WAYS.get(chosen, chosen))
    }


def _churn_judged(card: Raw, best: Raw | None) -> str:
    if best is None or card["judged_on"] is None:
        return ""
    names = {
        "n": web.count(best["rows"]),
        "left": web.count(best["happened"]),
        "day": day(card["judged_on"]),
        "days": card["question"]["horizon_days"],
    }
    judged = (
        _(
            "Judged on the %(days)s days after %(day)s, which it did not know: %(n)s customers,"
            " %(left)s left"
        )
        % names
    )
    if not card["learned_on"]:
        return judged
    learned = _("learned from %(n)s earlier dates, the last %(day)s") % {
        "n": len(card["learned_on"]),
        "day": day(max(card["learned_on"])),
    }
    return f"{judged} · {learned}"


def _churn_more(card: Raw, name: str, best: Raw) -> dict[str, Any]:
    methods = sorted(card["methods"].items(), key=lambda each: (each[1]["log_loss"], each[0]))
    return {
        "methods": [
            {
                "name": codes.CHURN_WAYS.get(code, code),
                "chosen": code == card["chosen"],
                **each,
            }
            for code, each in methods
        ],
        "naive": best,
        "of": codes.CHURN_WAYS.get(name, name),
        "picture": pictures.calibration(best["calibration"]),
        "tenths": list(reversed(best["calibration"])),
        "sampled": card["sample_share"] < 1,
        "share": card["sample_share"],
        "low": card["band_low"],
        "high": card["band_high"],
        "not_asked": card["not_asked"],
    }
