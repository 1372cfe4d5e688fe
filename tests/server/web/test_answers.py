"""A form that was saved leads on: beside a page to that page, alone to where it belongs."""

from __future__ import annotations

import pytest
from django.test import Client

from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def save(cast: Cast, page: str, seen_on: str) -> dict[str, str]:
    client = Client()
    client.force_login(cast.mei)
    htmx = {
        "HX-Request": "true",
        "HX-Target": "drawer",
        "HX-Current-URL": f"http://testserver{seen_on}",
    }
    given = {"kind": "offer", "competitor": "Huimin", "reason": "rate", "source": "said"}
    answer = client.post(page, {**given, "note": "20 points more"}, headers=htmx)
    assert answer.status_code == 204, answer.content.decode()
    return dict(answer.headers)


def test_a_form_that_stands_alone_gives_way_to_the_customer(cast: Cast) -> None:
    form, customer = (f"/customers/{cast.li.public_id}/{end}" for end in ("evidence", ""))

    alone = save(cast, form, f"{form}?kind=offer")
    beside = save(cast, form, customer)

    assert alone["HX-Redirect"] == customer
    assert "HX-Refresh" not in alone
    assert beside["HX-Refresh"] == "true"
    assert "HX-Redirect" not in beside
