"""Every quality card says its verdict in the reader's language, and what happens then."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import ibis
import pytest
from django.template.loader import render_to_string
from django.utils.translation import override
from tests.server.insight.made import (
    CASES,
    UNTESTED,
    churn,
    following,
    judgement,
    quarter,
    ranking,
    unranked,
)
from tests.server.insight.made import learned as only

from regulars.engine import RETAIL, Ledger, connect
from regulars.engine.churn import predict_churn
from regulars.engine.evaluate.stability import Drift
from regulars.engine.measures.windows.features import FEATURES
from regulars.engine.next_best.judging import NAMES as NEXT_NAMES
from regulars.engine.ranking import rank
from regulars.engine.value.quarter import WAYS
from regulars.server.core.models import Job
from regulars.server.insight.queries import CARDS, Learned
from regulars.server.insight.rules import Lack, Verdict, lack
from regulars.server.insight.views import codes
from regulars.server.insight.views.cards import Card, all_cards
from regulars.server.insight.views.drifts import drift
from regulars.server.scoring import bridge

LANGUAGES = ("zh-hans", "en")
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")


def card_of(code: str, found: Learned) -> Card:
    return next(
        each for each in all_cards(found, UNTESTED, currency="CNY") if each.code == code
    )


def said(card: Card) -> str:
    return " ".join(
        (card.name, str(card.sign[2]), card.says, card.sentence, card.then, card.judged)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("code", "made", "verdict"), CASES)
def test_each_verdict_has_words_of_its_own(
    code: str, made: dict[str, Any], verdict: Verdict, language: str
) -> None:
    with override(language):
        card = card_of(code, only(**{code: made}))
        page = render_to_string(
            "insight/_card.html", {"card": card, "part": card.part, "classes": [], "checks": []}
        )

        assert card.verdict == verdict
        assert card.sentence
        assert str(card.sign[2]) in page
        assert "None" not in said(card)
        assert "%(" not in said(card)
        if language == "zh-hans":
            assert not ENGLISH.search(said(card)), said(card)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CARDS)
def test_what_is_missing_is_said_too(code: str, language: str) -> None:
    reason = "The ledger names no products. Bring them."
    with override(language):
        absent = card_of(code, Learned())
        waiting = card_of(code, Learned(job=Job(state=Job.State.RUNNING)))
        failed = card_of(code, Learned(job=Job(state=Job.State.FAILED)))
        refused = card_of(code, Learned(skipped={code: reason}))

        found = [absent.verdict, waiting.verdict, failed.verdict, refused.verdict]
        assert found == [Verdict.MISSING, Verdict.LEARNING, Verdict.MISSING, Verdict.SKIPPED]
        assert len({absent.sentence, waiting.sentence, refused.sentence}) == 3
        assert refused.reason == ("" if language == "zh-hans" else reason)
        for card in (absent, waiting, refused):
            assert not card.is_shown
            assert "None" not in said(card)


def test_a_short_history_is_counted_in_days_still_missing() -> None:
    with override("en"):
        assert (
            "153 more days"
            in card_of("churn", only(churn=churn("none", {}, verdict=SHORT))).sentence
        )
        assert "82 more days" in card_of("value", Learned()).sentence
        assert (
            "63 more"
            in card_of("next", only(next=following("not_enough", missing=63))).sentence
        )


SHORT = "The history covers 120 days; 153 more are needed to learn a horizon of 91 days."


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        (SHORT, Lack("days", 153)),
        ("The history covers 40 days; learning needs 56: 16 more.", Lack("days", 16)),
        ("The history covers 100 days; a back-test needs 182 (26 weeks).", Lack("days", 82)),
        (
            "Not enough data: 1,037 more customers of the rarer outcome are needed.",
            Lack("leavers", 1037),
        ),
        (
            "Only 3 customers brought anything in 30 days of the past; learning needs 50.",
            Lack("payers", 47),
        ),
        ("The likelihood has no maximum.", Lack("unknown")),
    ],
)
def test_what_is_lacking_is_read_from_the_engines_sentence(
    sentence: str, missing: Lack
) -> None:
    assert lack(sentence) == missing


def test_the_engine_still_says_it_that_way() -> None:
    days = [
        (name, date(2025, 1, 1) + timedelta(days=day), 10.0)
        for name in (1, 2, 3)
        for day in range(0, 120, 7)
    ]
    table = connect().create_table(
        "bought", ibis.memtable(days, columns=["customer_id", "local_date", "amount"])
    )
    ledger = Ledger(table)

    few = rank(ledger, as_of=date(2025, 4, 30), horizon_days=30).quality.skipped
    short = rank(ledger, as_of=date(2025, 1, 20), horizon_days=30).quality.skipped
    young = predict_churn(ledger, as_of=date(2025, 4, 30), horizon_days=91, basis=RETAIL).card

    assert lack(str(few)) == Lack("payers", 47)
    assert lack(str(short)).of == "days"
    assert lack(young.verdict).of == "days"


def test_without_a_signal_everybody_gets_the_usual_rate() -> None:
    flat = judgement(signal=False)
    with override("en"):
        card = card_of("churn", only(churn=churn("base_rate", {"logistic": flat})))

    assert f"{flat.base_rate:.1%}" in card.then


def test_a_list_says_what_it_is_ordered_by() -> None:
    with override("en"):
        blend = card_of("ranking", only(ranking=ranking()))
        spared = card_of(
            "ranking", only(ranking=unranked("Only 3 customers brought anything."))
        )

    assert "boosting (many small trees) 60%, past revenue 40%" in blend.then
    assert "purchase model 50%, past revenue 50%" in spared.then


def test_important_features_come_in_words_and_useless_ones_not_at_all() -> None:
    with override("en"):
        found = card_of("ranking", only(ranking=ranking())).more["features"]
        names = [str(name) for name, _loss, _share in found]

    assert names == ["money lately", "silence against the mean gap"]


def test_words_are_there_for_whatever_the_engine_may_name() -> None:
    assert {feature.meaning for feature in FEATURES} <= set(codes.MEANINGS)
    assert set(NEXT_NAMES) <= set(codes.NEXT_WAYS)
    assert set(WAYS) <= set(codes.QUARTER_WAYS)
    assert {*bridge.LESSONS, "frame"} <= set(codes.LESSONS)
    assert set(codes.SIGNS) == set(Verdict)


def test_calibration_stays_within_its_picture() -> None:
    with override("en"):
        picture = card_of("churn", only(churn=churn())).more["picture"]

    assert len(picture.spots) == 10
    for spot in picture.spots:
        assert 0 <= spot.x <= 300
        assert 0 <= spot.high <= spot.y <= spot.low <= 200


def test_a_forecast_without_three_tries_gives_no_range() -> None:
    with override("en"):
        sentence = card_of("quarter", only(quarter=quarter(2))).sentence

    assert "cannot be said yet" in sentence
    assert "2 quarters" in sentence


def columns(*verdicts: str) -> dict[str, Any]:
    index = {"stable": 0.01, "watch": 0.2, "changed": 0.4, "not_enough": None}
    names = ("value", "stage", "p_alive", "days_since_last")
    found = []
    for name, verdict in zip(names, verdicts, strict=False):
        text = name == "stage"
        classes = (
            ("active" if text else "1500", 0.4, 0.5),
            ("…" if text else "inf", 0.5, 0.4),
            (None, 0.1, 0.1),
        )
        found.append(Drift(name, index[verdict], verdict, 0.5, 0.6, classes).to_dict())  # type: ignore[arg-type]
    return {"columns": found}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("verdicts", "zh", "en"),
    [
        (("stable", "stable"), "都稳定", "All 2 figures are stable"),
        (("watch", "stable"), "要留意", "1 are to be watched"),
        (("changed", "watch", "stable"), "1 项已变", "1 of 3 figures changed"),
        (("not_enough", "not_enough"), "客户太少", "Too few customers"),
    ],
)
def test_drift_is_told_by_its_codes(
    verdicts: tuple[str, ...], zh: str, en: str, language: str
) -> None:
    with override(language):
        found = drift(columns(*verdicts), currency="CNY")
        assert found is not None
        page = render_to_string("insight/_drift.html", {"drift": found})

        assert (zh if language == "zh-hans" else en) in found["sentence"]
        for verdict in verdicts:
            assert str(codes.DRIFTS[verdict][2]) in page
        if language == "zh-hans":
            assert not ENGLISH.search(re.sub(r"<[^>]*>|\(Siddiqi 2006\)", "", page))


def test_classes_of_drift_are_named_with_their_unit() -> None:
    with override("en"):
        found = drift(columns("changed", "stable"), currency="CNY")

    assert found is not None
    assert [pair.label for pair in found["rows"][0]["pairs"]] == [
        "up to ¥1,500",
        "above ¥1,500",
        "unknown",
    ]
    assert [pair.label for pair in found["rows"][1]["pairs"]] == ["Active", "others", "unknown"]


def test_no_earlier_run_is_no_drift() -> None:
    assert drift(None, currency="CNY") is None
    assert drift({"columns": []}, currency="CNY") is None


def test_a_column_without_any_value_is_left_out() -> None:
    empty = Drift("aum", 0.0, "stable", None, None, ((None, 1.0, 1.0),)).to_dict()

    assert drift({"columns": [empty]}, currency="CNY") is None
