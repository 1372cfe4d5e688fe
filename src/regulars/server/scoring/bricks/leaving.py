"""Whether a customer will leave: how likely, how far to trust that, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.evidence import queries as evidence
from regulars.server.evidence.rules import ABOUT_RISK
from regulars.server.scoring import queries
from regulars.server.scoring.bricks.ground import Ground, ground
from regulars.server.scoring.forms import words
from regulars.server.web import rules as web

# Fewer customers make a share an anecdote.
FEWEST = web.FEWEST
GAUGES = {"low": "low", "medium": "mid", "high": "high"}


@dataclass(frozen=True)
class Line:
    """One fact in words, with what it adds or takes."""

    text: str
    detail: str
    points: str
    adds: bool


@dataclass(frozen=True)
class Sum:
    """Baseline and points, which add up to the score as they are shown."""

    baseline: str
    parts: tuple[str, ...]
    others: str
    total: str


@dataclass(frozen=True)
class Tenth:
    """Customers of the past with such a score: how many of 100 left."""

    low: float
    high: float
    rows: int
    forecast: float
    rate: float
    rate_low: float
    rate_high: float
    own: bool = False

    @property
    def of_100(self) -> int:
        return round(100 * self.rate)

    @property
    def expected_of_100(self) -> int:
        return round(100 * self.forecast)

    @property
    def enough(self) -> bool:
        return self.rows >= FEWEST


def risk(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The probability with its reasons; None where it was not learned for this customer."""
    found = ground(viewer, customer)
    if found is None or found.of.get("churn_probability") is None:
        return None
    chance, band = float(found.of["churn_probability"]), found.of["churn_band"]
    card = queries.card(found.run, "churn")
    lines = told(found)
    return {
        "run": found.run,
        "chance": chance,
        "chance_words": found.voice.share(chance),
        # The arc shows whole per cents.
        "is_fine": chance < words.FINE,
        "gauge": GAUGES.get(band, "mid"),
        "band": words.BANDS.get(band, band),
        "band_code": band,
        "band_href": found.like("churn_band", gettext("Risk: %s") % words.BANDS[band]),
        "before": _before(viewer, customer, found),
        "tenth": own_tenth(card, chance),
        "raising": [line for line in lines if line.adds],
        "keeping": [line for line in lines if not line.adds],
        "sum": summed(found, chance),
        "horizon": found.voice.days(card["question"]["horizon_days"]) if card else "",
        "outcome": outcome(found, card),
        "method": words.METHODS.get(card.get("chosen", ""), ""),
        "no_signal": card.get("chosen") == "base_rate",
        "notes": _notes(viewer, customer, core.local_date(at)),
        "may_note": viewer.may(Permission.RECORD_CONTACT),
    }


def account(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """All that is stored about a probability; without one, only that there is none."""
    found, brick = ground(viewer, customer), risk(viewer, customer, at)
    if found is None or brick is None:
        return {"chance": None}
    card = queries.card(found.run, "churn")
    judged = quality(card)
    return brick | {
        "told": told(found),
        "tenths": tenths(card, brick["chance"]),
        "judged": judged,
        "of_pairs": round(100 * judged["auc"]) if judged else None,
        "lift": f"{judged['top_tenth_lift']:.1f}" if judged else "",
        "judged_on": _date(card.get("judged_on")),
        "learned_on": words.listed(
            [found.voice.day(_date(each)) for each in card.get("learned_on") or ()]
        ),
        "customers": card.get("customers"),
        "rivals": _rivals(card),
    }


def told(found: Ground) -> list[Line]:
    """The facts that moved the probability, most important first."""
    digits = _digits(found.of["churn_probability"])
    return [_line(found, reason, digits) for reason in found.of.get("churn_why") or ()]


def summed(found: Ground, chance: float) -> Sum | None:
    """Add up what is shown; None where the start is unknown or nothing moved it."""
    start = queries.usual_churn(found.run)
    return summed_from(found, chance, start) if start is not None else None


def summed_from(found: Ground, chance: float, start: float) -> Sum | None:
    """Round every part as it is shown, with the rest in one."""
    reasons = found.of.get("churn_why") or ()
    if not reasons:
        return None
    digits = _digits(chance)
    total, baseline = round(100 * chance, digits), round(100 * start, digits)
    parts = [round(reason["points"], digits) for reason in reasons]
    others = round(total - baseline - sum(parts), digits)
    return Sum(
        f"{baseline:.{digits}f}",
        tuple(signed(part, digits, spaced=True) for part in parts),
        signed(others, digits, spaced=True) if others else "",
        f"{total:.{digits}f}",
    )


def tenths(card: Mapping[str, Any], chance: float) -> list[Tenth]:
    """The parts of the calibration, lowest score first; the one of this score is marked."""
    parts = (quality(card) or {}).get("calibration") or []
    own = next((n for n, each in enumerate(parts) if chance <= each["high"]), len(parts) - 1)
    names = ("low", "high", "rows", "forecast", "rate", "rate_low", "rate_high")
    return [
        Tenth(**{name: each[name] for name in names}, own=n == own)
        for n, each in enumerate(parts)
    ]


def own_tenth(card: Mapping[str, Any], chance: float) -> Tenth | None:
    """The part of the calibration with such a score; None where it was not judged."""
    return next((each for each in tenths(card, chance) if each.own and each.enough), None)


def quality(card: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The judgement of the method in use; of the best one where there is no signal."""
    methods: Mapping[str, Any] = card.get("methods") or {}
    if not methods or card["chosen"] in methods:
        return methods.get(card.get("chosen", ""))
    best: Mapping[str, Any] = min(methods.values(), key=lambda each: each["log_loss"])
    return best


def outcome(found: Ground, card: Mapping[str, Any]) -> str:
    """What leaving means here, in one sentence."""
    if not card:
        return ""
    asked = card["question"]
    sentence = words.OUTCOMES.get(asked["outcome"])
    return str(sentence or "") % {
        "days": found.voice.days(asked["horizon_days"]),
        "fall": web.percent(asked["fall"], digits=0),
        "grace": found.voice.days(asked["grace_days"]),
    }


def signed(value: float, digits: int, *, spaced: bool = False) -> str:
    """+17 and −0.4; in a sum the sign stands apart."""
    sign = "+" if value >= 0 else web.MINUS
    return f"{sign}{' ' if spaced else ''}{abs(value):.{digits}f}"


def _digits(chance: float) -> int:
    return 1 if chance < words.FINE else 0


def _line(found: Ground, reason: Mapping[str, Any], digits: int) -> Line:
    voice, code = found.voice, reason["code"]
    fact = voice.fact(code)
    value, usual, points = reason["value"], reason["usual"], reason["points"]
    if value is None:
        unknown = gettext("%(fact)s: not on record") % {"fact": fact.label}
        return _put(str(fact.missing) if fact.missing else unknown, "", points, digits)
    said = str(_pattern(fact, value, usual)) % {"value": voice.told(fact.unit, value)}
    return _put(said, _usual(found, code, value, usual), points, digits)


def _pattern(fact: words.Fact, value: float, usual: float | None) -> Any:
    """A change is told with its direction, and nothing as nothing."""
    if value == 0 and fact.none:
        return fact.none
    if usual is None or value == usual:
        return fact.said
    return (fact.fell if value < usual else fact.rose) or fact.said


def _put(text: str, detail: str, points: float, digits: int) -> Line:
    # A fact counts from half a point on, which would round to nothing.
    fine = digits if abs(points) >= 1 else 1
    return Line(text, detail, signed(points, fine), points >= 0)


def _usual(found: Ground, code: str, value: float, usual: float | None) -> str:
    if usual is None:
        return ""
    fact, voice = found.voice.fact(code), found.voice
    shown = voice.told(fact.unit, usual)
    # A customer without a rhythm of his own is compared with the middle customer's.
    is_own = fact.own and not (code == "silence" and found.of.get("median_gap") is None)
    if is_own:
        return str(fact.own) % {"usual": shown}
    if shown == voice.told(fact.unit, value):
        return gettext("the same as the middle customer")
    return gettext("the middle customer: %(usual)s") % {"usual": shown}


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _rivals(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The methods that were tried, best first: by how little surprise they left."""
    methods: Mapping[str, Any] = card.get("methods") or {}
    return [
        {
            "name": words.METHODS.get(code, code),
            "of_pairs": round(100 * each["auc"]),
            "chosen": code == card["chosen"],
        }
        for code, each in sorted(methods.items(), key=lambda item: item[1]["log_loss"])
    ]


def _before(viewer: Person, customer: Customer, found: Ground) -> dict[str, Any] | None:
    older = queries.learned_before(found.run)
    of = queries.figures(viewer, customer, older) if older else {}
    if older is None or of.get("churn_probability") is None:
        return None
    return {"chance": found.voice.share(of["churn_probability"]), "on": older.as_of}


def _notes(viewer: Person, customer: Customer, on: date) -> Sequence[Any]:
    return list(evidence.of(viewer, customer, on=on).filter(kind__in=ABOUT_RISK))
