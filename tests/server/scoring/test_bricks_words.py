"""Every code that the engine can bring has words, in both languages, and sums add up."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine import churn
from regulars.engine.churn.methods import BLEND, P_ALIVE, RECENCY, TRAINED
from regulars.engine.learning import BANDS
from regulars.engine.measures.dormancy import LADDER
from regulars.engine.movements import HEADLINES
from regulars.engine.next_best.reasons import REASONS
from regulars.engine.potential.axes import CLASSES, SERVICE
from regulars.server.scoring.bricks import changing, leaving
from regulars.server.scoring.bricks.ground import Ground
from regulars.server.scoring.forms import words
from regulars.server.scoring.forms.words import Voice
from regulars.server.scoring.models import Run

BANK, SHOP = Voice("en", "CNY", True), Voice("en", "CNY", False)
# Enough figures that any change can be told.
FIGURES: dict[str, Any] = {
    "balance_moved": -5e4, "balance_moved_on": None, "balance_low": -1e4, "balance_high": 1e4,
    "purchase_moved": 900.0, "purchase_moved_on": None, "purchase_high": 120.0,
    "rhythm_gap_before": 9.4, "rhythm_gap_now": 23.0, "days_since_last": 41,
    "basket_gone_amount": 300.0, "basket_new_amount": 200.0,
    "channel_before": "counter", "channel_now": "mobile",
}  # fmt: skip
SAYS: dict[str, dict[str, Any]] = {
    "money_out": {"balance_movement": "out"},
    "large_return": {"purchase_movement": "out"},
    "rhythm_silent": {"rhythm_change": "silent"},
    "rhythm_slower": {"rhythm_change": "slower"},
    "basket_gone": {"basket_gone": "salary"},
    "basket_changed": {"basket_changed": True},
    "channel_changed": {"channel_changed": True},
    "money_in": {"balance_movement": "in"},
    "large_purchase": {"purchase_movement": "in"},
    "rhythm_faster": {"rhythm_change": "faster"},
    "basket_new": {"basket_new": "dining"},
}
LATIN = re.compile(r"[A-Za-z]{3,}")


def ground(voice: Voice, **of: Any) -> Ground:
    return Ground(Run(pk=1, public_id="run"), {"churn_probability": 0.4, **of}, voice)


@pytest.mark.parametrize("code", [fact.code for fact in churn.FACTS])
@pytest.mark.parametrize("voice", [BANK, SHOP])
@pytest.mark.parametrize("value", [None, 0.0, 7.0, 4000.0])
def test_every_fact_has_a_sentence_in_both_languages(
    code: str, voice: Voice, value: float | None
) -> None:
    reason = {"code": code, "points": -3.0, "value": value, "usual": 12.0}
    found = ground(voice, churn_why=[reason], median_gap=12.0)

    with translation.override("en"):
        (english,) = leaving.told(found)
    with translation.override("zh-hans"):
        chinese_voice = Voice("zh-hans", voice.currency, voice.is_bank)
        (chinese,) = leaving.told(ground(chinese_voice, churn_why=[reason], median_gap=12.0))

    assert voice.fact(code) is not words.UNKNOWN
    assert english.text
    assert "%(" not in english.text + english.detail
    assert not LATIN.search(chinese.text + chinese.detail), chinese
    assert not english.adds
    assert english.points == "−3"


@pytest.mark.parametrize("code", HEADLINES)
def test_every_change_has_a_sentence_and_is_told_alone(code: str) -> None:
    for language in ("en", "zh-hans"):
        found = ground(Voice(language, "CNY", True), **FIGURES, **SAYS[code])
        with translation.override(language):
            told = {name: tell(found, {}) for name, tell in changing.TOLD.items()}
        (only,) = [name for name, change in told.items() if change is not None]
        change = told[only]
        assert only == code
        assert change is not None
        assert change.text
        if language != "en":
            assert not LATIN.search(change.text + change.detail)


def test_changes_are_told_in_the_order_of_the_engines_headlines() -> None:
    assert tuple(code for code in changing.TOLD if code != "step") == HEADLINES


@pytest.mark.parametrize(
    ("codes", "known"),
    [
        (churn.OUTCOMES, words.OUTCOMES),
        (BANDS, words.BANDS),
        ((*TRAINED, P_ALIVE, BLEND, RECENCY, "base_rate", "none"), words.METHODS),
        (LADDER, words.STEPS),
        (CLASSES.values(), words.CLASSES),
        (CLASSES.values(), words.FINDINGS),
        (SERVICE.values(), words.SERVICE),
        (SERVICE, words.LEVELS),
        (("high", "medium", "low"), words.CONFIDENCE),
        (("kind", "tenure_band", "product_pattern"), words.ALIKE),
        (set(REASONS), words.REASONS),
    ],
)
def test_every_code_has_words_in_both_languages(codes: Any, known: Any) -> None:
    assert set(codes) <= set(known)
    for said in known.values():
        for each in said.values() if isinstance(said, dict) else [said]:
            with translation.override("en"):
                english = str(each)
            with translation.override("zh-hans"):
                assert str(each) != english or english == "MBG/NBD"


@given(
    chance=st.floats(0.001, 0.99),
    start=st.floats(0.001, 0.99),
    parts=st.lists(st.floats(-40, 40).filter(lambda x: abs(x) >= 0.5), min_size=1, max_size=3),
)
def test_the_sum_adds_up_as_it_is_printed(
    chance: float, start: float, parts: list[float]
) -> None:
    why = [{"code": "silence", "points": each} for each in parts]
    found = Ground(Run(pk=1), {"churn_probability": chance, "churn_why": why}, BANK)

    total = leaving.summed_from(found, chance, start)

    assert total is not None
    shown = [total.baseline, *total.parts, *([total.others] if total.others else [])]
    numbers = [float(each.replace("−", "-").replace(" ", "")) for each in shown]
    assert sum(numbers) == pytest.approx(float(total.total), abs=1e-9)


def test_a_share_of_too_few_is_not_told() -> None:
    tenth = {
        "low": 0.0, "high": 1.0, "rows": 29, "forecast": 0.5, "rate": 0.4, "rate_low": 0.2,
        "rate_high": 0.6,
    }  # fmt: skip
    card = {"chosen": "logistic", "methods": {"logistic": {"calibration": [tenth]}}}

    assert leaving.own_tenth(card, 0.5) is None
    tenth["rows"] = 30
    told = leaving.own_tenth(card, 0.5)
    assert told is not None
    assert told.of_100 == 40


def test_a_tiny_chance_is_not_called_nothing() -> None:
    assert [BANK.share(each) for each in (0.0, 0.0001, 0.034, 0.1, 0.58)] == [
        "0.0%", "<0.1%", "3.4%", "10%", "58%",
    ]  # fmt: skip


def test_pages_take_the_curve_without_the_engines_heavy_libraries() -> None:
    code = (
        "import sys; from regulars.engine.learning.calibration import Calibration; "
        "print(sorted({'ibis', 'sklearn', 'scipy', 'pandas'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert found.stdout.decode().strip() == "[]"
