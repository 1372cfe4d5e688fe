"""The parts render as PARTS.md shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

AT = datetime(2026, 11, 23, 1, 40, tzinfo=UTC)  # 09:40 in Shanghai


@dataclass
class Company:
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"


@dataclass
class Tier:
    name: str
    level: int


def shown(text: str, *, language: str = "zh-hans", **values: Any) -> str:
    request = RequestFactory().get(values.pop("path", "/"))
    with translation.override(language):
        context = Context({"request": request, "company": Company(), **values})
        return Template(text).render(context)


def test_money_sets_the_unit_small_and_still_reads_as_text() -> None:
    assert shown("{% money 720000 %}") == '72.0<span class="u"> 万</span>'
    assert shown("{% money 720000 %}", language="en") == '<span class="u p">¥</span>720K'
    assert shown("{% money_text 720000 %}") == "72.0 万"


def test_money_is_in_the_currency_of_the_company() -> None:
    pounds = Company(currency="GBP")

    assert shown("{% money_text 8310477 %}", company=pounds, language="en") == "£8.31M"


def test_a_number_is_a_link_to_its_rows() -> None:
    html = shown("{% num 186420 rows %}", rows="/customers?tier=premier&x=1")

    assert html == '<a class="num" href="/customers?tier=premier&amp;x=1">186,420</a>'


def test_a_share_of_a_handful_says_so_instead() -> None:
    assert shown("{% percent 0.5 n=12 %}") == "太少（12）"
    assert shown("{% percent 0.5 n=30 %}") == "50.0%"


def test_a_change_is_told_by_its_sign_not_by_colour() -> None:
    html = shown('{% change amount "money" %}', amount=-720_000)

    assert html.startswith("▼ 72.0")
    assert "class" not in html.replace('class="u"', "")


@pytest.mark.parametrize(
    ("due", "css", "words"),
    [
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), "late", "超时 40 分"),
        (datetime(2026, 11, 23, 2, 52, tzinfo=UTC), "late", "剩 1 时 12 分"),
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "soon", "今天 17:30"),
        (datetime(2026, 11, 26, 2, 0, tzinfo=UTC), "later", "11-26 周四"),
        (date(2026, 11, 20), "late", "超 3 天"),
        (date(2026, 11, 23), "soon", "今天"),
    ],
)
def test_a_clock_tells_the_company_s_time(due: object, css: str, words: str) -> None:
    html = shown("{% clock due at %}", due=due, at=AT)

    assert f'class="clock {css}"' in html
    assert html.endswith(f"</svg>{words}</span>")


def test_a_kept_deadline_is_done_however_late_it_is() -> None:
    html = shown("{% clock due at True %}", due=date(2026, 11, 20), at=AT)

    assert 'class="clock done"' in html


def test_tiers_take_their_step_of_the_ramp() -> None:
    assert shown("{% tier t %}", t=Tier("贵宾", 4)) == '<span class="tier t4">贵宾</span>'
    assert shown("{% tier t %}", t={"name": "私行", "rank": 9}).startswith(
        '<span class="tier t5">'
    )
    assert shown("{% tier t %}", t=None) == "—"


def test_texts_of_customers_are_escaped() -> None:
    evil = "<script>alert(1)</script> · x"

    for part in (
        '{% chip "loss" "alarm" t %}',
        "{% tile t t t t %}",
        '{% note "warn" "x" t %}',
    ):
        html = shown(part, t=evil)
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_dots_between_facts_are_latin() -> None:
    html = shown('{% chip "care" "" "近 5 天 · 3 笔" %}')

    assert html == '<span class="chip">近 5 天<span class="sep">·</span>3 笔</span>'


def test_segments_change_one_parameter_and_forget_the_page() -> None:
    html = shown(
        '{% seg options "all" param="show" %}',
        options=[("all", "全部", 8), ("due", "到期", 2)],
        path="/?tier=premier&page=3",
    )

    assert '<a href="?tier=premier&amp;show=all" aria-current="true">全部 8</a>' in html
    assert '<a href="?tier=premier&amp;show=due">到期 2</a>' in html


def test_a_head_turns_its_order() -> None:
    tag = '{% sort_head "aum" "资产" numeric=True %}'

    assert 'href="?sort=-aum"' in shown(tag)
    falling = shown(tag, path="/?sort=-aum&page=2")
    assert 'aria-sort="descending"' in falling
    assert 'href="?sort=aum"' in falling


def test_why_opens_a_named_box_that_is_closed_at_first() -> None:
    html = shown('{% why "由来" %}<b>4.8</b>{% endwhy %}')

    assert 'aria-label="由来"' in html
    assert 'aria-expanded="false"' in html
    assert "hidden><b>4.8</b></div>" in html


def test_why_fetches_its_words_when_it_has_an_address() -> None:
    html = shown('{% why "由来" url="/scores/7" %}{% endwhy %}')

    assert 'hx-get="/scores/7"' in html
    assert 'hx-trigger="click once"' in html


def test_bars_are_pictures_without_style() -> None:
    assert 'width="91.9"' in shown("{% bar 0.919 %}")
    assert 'width="100"' in shown("{% bar 7 %}")
    assert shown("{% split_bar parts %}", parts=[("t5", 1), ("t1", 1)]).count("<rect") == 2
    assert shown("{% range_bar 5 5 5 %}") == ""


def test_a_chart_brings_its_data_and_its_table() -> None:
    data = {"points": [[0, 0]], "table": {"head": ["%", "%"], "rows": [["20", "</script>"]]}}

    html = shown('{% chart "pareto" data "前 20%" 260 %}', data=data)

    assert 'data-chart="pareto"' in html
    assert 'type="application/json"' in html
    assert html.count("</script>") == 1
    assert "看成表格" in html


def test_columns_appear_only_with_something_beside() -> None:
    page = "{% columns %}main{% aside %}{{ side }}{% endcolumns %}"

    assert shown(page, side=" ") == "main"
    assert '<aside class="stack"' in shown(page, side="beside")
