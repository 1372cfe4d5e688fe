"""What to offer next, why, and how often that was right; and what is not wanted now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from regulars.server.core import queries as core
from regulars.server.core.models import Company, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product
from regulars.server.scoring import queries
from regulars.server.scoring.forms import MONTHS, words
from regulars.server.scoring.forms.words import Voice
from regulars.server.scoring.models import Declined
from regulars.server.scoring.queries import Suggestion
from regulars.server.web import rules as web

MEASURED = "better", "no_better"


@dataclass(frozen=True)
class Offer:
    """One suggestion in words."""

    code: str
    name: str
    kind: str
    risk: str
    score: float
    score_words: str
    because: str
    risk_level: int | None = None

    @property
    def of_100(self) -> int:
        return round(100 * self.score)


@dataclass(frozen=True)
class Refused:
    """A product that is not wanted now."""

    code: str
    name: str
    until: date


@dataclass(frozen=True)
class Proof:
    """How often the first suggestion was right on what was hidden from it."""

    verdict: str
    is_hidden: bool  # one product of each was hidden; else who took something new is looked at
    right: int
    popular: int
    judged: int
    missing: int


def offers(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Up to three suggestions; None where there is nothing to say of products at all."""
    run = queries.current_run()
    if run is None:
        return None
    today = core.local_date(at)
    voice, card = Voice.of(core.company()), queries.card(run, "next")
    said = list(queries.declined(viewer, customer, on=today))
    found = queries.suggestions(viewer, customer, run)
    waiting = not card and queries.learning(run) is not None
    if not (found or said or waiting):
        return None
    products = queries.products_named([*_codes(found), *(each.product_code for each in said)])
    unwanted = {each.product_code for each in said}
    shown = [each for each in found if each.product_code not in unwanted]
    return {
        "run": run,
        "waiting": waiting,
        "offers": [_offer(each, products, card, voice) for each in shown],
        "refused": _refused(said, products, voice),
        "proof": proof(card),
        "horizon": _horizon(card, voice),
        "takes": _takes(card),
        "of_risk": any(product.risk_level for product in products.values()),
        "tolerance": customer.risk_tolerance,
        "months": MONTHS,
        "may_answer": viewer.may(Permission.RECORD_CONTACT),
    }


@dataclass(frozen=True)
class Shelf:
    """What may come up with many customers, and how often the first of it was right."""

    offers: Mapping[int, Sequence[Offer]]
    proof: Proof | None = None
    horizon: str = ""
    takes: bool = False  # a score says who takes it within the horizon, else who holds it


def shelf(viewer: Person, ids: Sequence[int], *, company: Company | None, on: date) -> Shelf:
    """The suggestions for many customers, without what they declined: four reads for all."""
    run = queries.current_run()
    found = queries.suggestions_of(viewer, ids, run)
    if run is None or not found:
        return Shelf({})
    unwanted = queries.declined_by(viewer, list(found), on=on)
    voice, card = Voice.of(company), queries.card(run, "next")
    codes = _codes([each for offers in found.values() for each in offers])
    products = queries.products_named(sorted(set(codes)))
    return Shelf(
        {
            customer: [
                _offer(each, products, card, voice)
                for each in offers
                if (customer, each.product_code) not in unwanted
            ]
            for customer, offers in found.items()
        },
        proof=proof(card),
        horizon=_horizon(card, voice),
        takes=_takes(card),
    )


def _horizon(card: Mapping[str, Any], voice: Voice) -> str:
    """Within how long a score speaks; nothing where it was learned without a span of time."""
    days = card.get("horizon_days", 0)
    return voice.days(days) if days else ""


def _takes(card: Mapping[str, Any]) -> bool:
    """Whether a score says who takes it within the horizon, else who holds it."""
    return bool(card.get("horizon_days")) and card.get("score_means") == "takes"


def proof(card: Mapping[str, Any]) -> Proof | None:
    """What the back-test found, in whole hundredths."""
    judged = card.get("judgement")
    if not judged:
        return None
    rates: Mapping[str, Any] = judged["rates"]
    mine, theirs = rates.get(judged["method"]), rates.get(judged["popularity"])
    if judged["verdict"] not in MEASURED or not mine or not theirs:
        return Proof("not_enough", False, 0, 0, 0, judged["missing"])
    return Proof(
        judged["verdict"],
        judged["way"] == "hidden_holding",
        round(100 * mine["hit1"]),
        round(100 * theirs["hit1"]),
        mine["judged"],
        0,
    )


def _codes(found: list[Suggestion]) -> list[str]:
    return [code for each in found for code in (each.product_code, *each.because)]


def _offer(
    each: Suggestion,
    products: Mapping[str, Product],
    card: Mapping[str, Any],
    voice: Voice,
) -> Offer:
    product = products.get(each.product_code)
    return Offer(
        code=each.product_code,
        name=voice.item(each.product_code, products),
        kind=product.get_kind_display() if product else "",
        risk=f"R{product.risk_level}" if product and product.risk_level else "",
        risk_level=product.risk_level if product else None,
        score=each.score,
        score_words=voice.share(each.score),
        because=because(each, products, card, voice),
    )


def because(
    each: Suggestion,
    products: Mapping[str, Product],
    card: Mapping[str, Any],
    voice: Voice,
) -> str:
    """The reason of a suggestion, as one sentence with its figures."""
    way = "held" if card.get("of") == "holdings" else "bought"
    reasons = words.REASONS if card.get("horizon_days") else words.REASONS | words.TIMELESS
    sentence = reasons.get(each.reason, reasons["popular"])[way]
    return str(sentence) % {
        "support": web.count(each.support),
        "because": words.listed([_owned(code, products, voice) for code in each.because]),
        "share": voice.share(each.share),
        "usual": voice.share(each.usual),
        "days": voice.days(card.get("horizon_days", 0)),
    }


def _owned(code: str, products: Mapping[str, Product], voice: Voice) -> str:
    column, equals, value = code.partition("=")
    if equals and code not in products:
        label = words.ATTRIBUTES.get(column, column)
        return gettext("%(label)s (%(value)s)") % {"label": label, "value": value}
    return voice.item(code, products)


def _refused(
    said: list[Declined], products: Mapping[str, Product], voice: Voice
) -> list[Refused]:
    return [
        Refused(each.product_code, voice.item(each.product_code, products), each.until)
        for each in sorted(said, key=lambda each: (each.until, each.product_code))
    ]
