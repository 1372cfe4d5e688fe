"""A company without facts: the pages teach."""

from __future__ import annotations

import pytest
from django.test import Client

from regulars.testing.cast import Cast


@pytest.mark.parametrize("path", ["/base/", "/kpis/", "/scores/"])
def test_without_facts_a_page_says_what_will_stand_there(cast: Cast, path: str) -> None:
    client = Client()
    client.force_login(cast.ana)

    page = client.get(path)

    assert page.status_code == 200
    assert "还没有可以统计的数据" in page.content.decode()


def test_without_facts_nothing_can_be_computed(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.ada)

    asked = client.post("/base/compute", {"on": "2026-10-31"}, follow=True)
    scored = client.post("/scores/now", follow=True)

    assert "请先导入" in asked.content.decode()
    assert "请先导入" in scored.content.decode()
