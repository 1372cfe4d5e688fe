"""What counts as a promise: clear, unconditional, lawful, and to be checked afterwards."""

from __future__ import annotations

import pytest

from regulars.server.promises.rules import Kept, Wrong, fault

GOOD = [
    "把一年期存单的书面报价发给您",
    "三个工作日内答复额度",
    "周五前把合同送到公司",
    "退回多收的 36 元手续费",
    "上门取资料",
    "send the written quote for the one-year deposit",
    "call back with the rate",
    "12 gift boxes at the door",
    "refund the fee",
]
BAD = [
    ("尽快处理", Wrong.VAGUE, "尽快"),
    ("给您更好的服务", Wrong.VAGUE, "更好"),
    ("I will look into it", Wrong.VAGUE, "look into"),
    ("do it ASAP", Wrong.VAGUE, "asap"),
    ("如果存够五十万就减免年费", Wrong.CONDITIONAL, "如果"),
    ("send it unless the boss objects", Wrong.CONDITIONAL, "unless"),
    ("服务周到热情", Wrong.UNCHECKABLE, ""),
    ("a warm relationship", Wrong.UNCHECKABLE, ""),
    ("好的", Wrong.SHORT, "好的"),
]


@pytest.mark.parametrize("text", GOOD)
def test_what_can_be_counted_or_seen_is_a_promise(text: str) -> None:
    assert fault(text) is None


@pytest.mark.parametrize(("text", "wrong", "words"), BAD)
def test_what_cannot_is_none_and_the_words_are_named(
    text: str, wrong: Wrong, words: str
) -> None:
    found = fault(text)

    assert found is not None
    assert (found.wrong, found.words) == (wrong, words)


def test_a_number_makes_a_soft_word_good_enough() -> None:
    assert fault("尽快，最迟 3 天内寄出") is None


def test_a_share_is_of_kept_and_broken_and_none_before_the_first() -> None:
    assert Kept(open=3, withdrawn=2).share is None
    assert Kept(kept=3, broken=1, withdrawn=9).share == 0.75
