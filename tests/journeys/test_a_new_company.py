"""A company of one's own: from the printed link to customers who have a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.journeys.serving import CLEAN, Served
from tests.journeys.steps import set_up
from tests.journeys.window import Window

Open = Callable[..., Window]
MEMBERS = 40
ROWS = 400  # sound rows; one more is broken
BROKEN = "十二块半"


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A till's export, as Excel on a Chinese Windows saves it: GBK, with one broken row."""
    lines = ["会员号,消费时间,金额,订单号,商品类别,门店"]
    start = datetime.now(UTC).date() - timedelta(days=600)
    for row in range(ROWS):
        member = row % MEMBERS
        day = start + timedelta(days=row + member * (member % 5))
        amount = 20 + 7 * (member % 9) + row % 11
        lines.append(
            f"M{1001 + member},{day:%Y-%m-%d} 1{row % 9}:30:00,{amount}.50,"
            f"D{row + 1:05},{'糕点' if row % 3 else '茶饮'},西街店"
        )
    lines.insert(201, f"M1007,{start} 12:00:00,{BROKEN},D99999,糕点,西街店")
    file = tmp_path_factory.mktemp("till") / "会员消费.csv"
    file.write_bytes("\r\n".join(lines).encode("gbk"))
    return file


def test_a_company_of_one_s_own_comes_from_a_printed_link_to_valued_customers(
    window: Open, own: Served, sales: Path
) -> None:
    link = own.hear(r"Set up your company here: (\S+)")
    desk = window(link.split("/set-up/")[0])
    set_up(desk, link)
    bring(desk, sales)
    score(desk)
    valued(desk)
    restarted(desk, own)


def bring(desk: Window, sales: Path) -> None:
    page = desk.page
    page.locator(".kindbox").filter(has_text="交易").click()
    page.locator("input[type=file]").set_input_files(sales)
    expect(page.locator("[data-file-name]")).to_have_text(sales.name)
    page.get_by_role("button", name="下一步：核对列").click()

    page.locator("#mapping").wait_for()
    expect(page.locator("aside")).to_contain_text(re.compile("GB(K|18030)"))
    for field, column in {
        "customer_id": "会员号",
        "occurred_at": "消费时间",
        "amount": "金额",
        "order_id": "订单号",
        "category": "商品类别",
        "branch": "门店",
    }.items():
        expect(page.locator(f'select[name="map.{field}"]')).to_have_value(column)
    page.get_by_role("button", name="检查文件").click()

    load = page.get_by_role("button", name="立即载入")
    load.wait_for(timeout=30_000)
    refused = page.locator("section.card").filter(
        has=page.get_by_role("heading", name="未接受的行")
    )
    row = refused.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("202")  # the line of the file, its header counted
    expect(row).to_contain_text(BROKEN)
    assert len(row.locator("td").last.inner_text()) > 5, "no reason"
    load.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("文件已载入", timeout=30_000)
    expect(page.locator(".tiles")).to_contain_text(str(ROWS))


def score(desk: Window) -> None:
    page = desk.page
    page.get_by_role("button", name="立即给所有客户评分").click()

    row = page.locator("main table.tbl tbody tr").first
    expect(row).to_contain_text("每日运算")
    expect(row).to_contain_text("已完成", timeout=60_000)
    expect(row).to_contain_text(f"{MEMBERS} ")


def valued(desk: Window) -> None:
    page = desk.page
    desk.go("/customers/")

    expect(page.locator("main .sum")).to_contain_text(f"{MEMBERS} 户")
    rows = page.locator("table.tbl tbody tr[data-row-href]")
    expect(rows).to_have_count(MEMBERS)
    values = [text.strip() for text in rows.locator("td:nth-child(3)").all_inner_texts()]
    assert all(re.search(r"\d", value) for value in values)
    assert len(set(values)) > MEMBERS // 4


def restarted(desk: Window, own: Served) -> None:
    """A stop ends every part; the next start finds everything as it was left."""
    own.ask_to_stop()
    assert own.stopped() == CLEAN
    own.start("serve")
    desk.address = own.address
    page = desk.page
    desk.go("/customers/")  # still signed in

    expect(page.locator("main .sum")).to_contain_text(f"{MEMBERS} 户")
    assert not [line for line in own.said if "set-up" in line], "it still offers the set-up"
