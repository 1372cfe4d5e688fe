"""The documented examples, properties of any text, and a twin that counts by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.delivery.rules import sizes

ALPHABET = "".join(sorted(sizes.GSM7)) + "".join(sorted(sizes.EXTENSION))
texts = st.one_of(
    st.text(st.sampled_from(ALPHABET), max_size=500),
    st.text(st.sampled_from("中a€😀é𠮷^"), max_size=400),
    st.text(max_size=400),
)


@pytest.mark.parametrize(
    ("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (500, 8)]
)
def test_in_china_seventy_characters_are_one_part_and_longer_ones_sixty_seven_each(
    length: int, parts: int
) -> None:
    text = "【云杉银行】" + "惠" * (length - 6) if length > 6 else "惠" * length

    assert len(sizes.in_china(text).parts) == parts


def test_in_china_a_letter_and_an_emoji_are_a_character_each() -> None:
    assert sizes.in_china("a惠😀").units == 3


def test_more_than_five_hundred_characters_are_refused_with_their_number() -> None:
    with pytest.raises(sizes.TooLong, match="501"):
        sizes.in_china("惠" * 501)


@pytest.mark.parametrize(
    ("text", "parts", "units", "alphabet"),
    [
        ("", 1, 0, "gsm7"),
        ("a" * 160, 1, 160, "gsm7"),
        ("a" * 161, 2, 161, "gsm7"),
        ("a" * 306, 2, 306, "gsm7"),
        ("a" * 307, 3, 307, "gsm7"),
        ("€" * 80, 1, 160, "gsm7"),
        ("€" * 81, 2, 162, "gsm7"),
        ("a" * 152 + "€" + "a" * 152, 3, 306, "gsm7"),  # the pair does not fit, so a part more
        ("à la carte: 5 €", 1, 16, "gsm7"),
        ("á la carte", 1, 10, "ucs2"),  # á is not in the table, à is
        ("ç", 1, 1, "ucs2"),  # only the capital is
        ("中" * 70, 1, 70, "ucs2"),
        ("中" * 71, 2, 71, "ucs2"),
        ("😀" * 35, 1, 70, "ucs2"),
        ("😀" * 36, 2, 72, "ucs2"),
        ("中" * 66 + "😀" + "中" * 66, 3, 134, "ucs2"),
    ],
)
def test_elsewhere_septets_count_or_utf16_units(
    text: str, parts: int, units: int, alphabet: str
) -> None:
    found = sizes.international(text)

    assert (len(found.parts), found.units, found.alphabet) == (parts, units, alphabet)


@given(texts)
def test_parts_make_the_text_again_and_each_fits(text: str) -> None:
    found = sizes.international(text)
    room = {("gsm7", True): 160, ("gsm7", False): 153, ("ucs2", True): 70, ("ucs2", False): 67}
    fits = room[found.alphabet, len(found.parts) == 1]

    assert "".join(found.parts) == text
    assert all(_units(part, found.alphabet) <= fits for part in found.parts)
    assert found.units == _units(text, found.alphabet)


@given(texts, st.decimals(0, 1, places=3))
def test_cost_is_parts_by_price(text: str, price: Decimal) -> None:
    found = sizes.international(text)

    assert found.cost(price) == sum((price for _part in found.parts), Decimal(0))


@given(texts)
def test_the_twin_that_fills_parts_one_by_one_agrees(text: str) -> None:
    found = sizes.international(text)

    assert list(found.parts) == _filled(text, found.alphabet)


@given(st.text(max_size=500))
def test_in_china_the_twin_agrees_too(text: str) -> None:
    slices = [text[at : at + 67] for at in range(0, len(text), 67)]

    assert list(sizes.in_china(text).parts) == ([text] if len(text) <= 70 else slices)


def _units(text: str, alphabet: str) -> int:
    if alphabet == "ucs2":
        return len(text.encode("utf-16-be", "surrogatepass")) // 2
    return len(text) + sum(text.count(pair) for pair in sizes.EXTENSION)


def _filled(text: str, alphabet: str) -> list[str]:
    alone, each = (160, 153) if alphabet == "gsm7" else (70, 67)
    if _units(text, alphabet) <= alone:
        return [text]
    parts = [""]
    for character in text:
        if _units(parts[-1] + character, alphabet) > each:
            parts.append("")
        parts[-1] += character
    return parts
