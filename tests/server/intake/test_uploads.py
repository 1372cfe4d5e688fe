"""A large file comes in parts, and goes on where it broke off."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from regulars.server.intake import actions, queries
from regulars.server.intake.models import Import, Upload
from regulars.testing.cast import NOON

from .conftest import ORDERS

DATA = ORDERS.encode()


def begun(client: Client, *, name: str = "订单.csv", size: int = len(DATA)) -> dict[str, str]:
    fields = {"kind": "transactions", "name": name, "size": str(size), "mark": "1700000000"}
    return client.post(reverse("intake:upload"), fields).json()


def sent(client: Client, told: dict[str, str], data: bytes, offset: int):
    return client.post(
        f"{told['part']}?offset={offset}", data, content_type="application/octet-stream"
    )


def test_a_file_sent_in_parts_becomes_an_import(ada):
    told = begun(ada)
    for start in range(0, len(DATA), 100):
        assert sent(ada, told, DATA[start : start + 100], start).status_code == 200

    ended = ada.post(told["end"]).json()

    found = Import.objects.get()
    assert ended["address"] == reverse("intake:one", args=[found.public_id])
    assert (found.size, queries.original(found).read_bytes()) == (len(DATA), DATA)
    assert not Upload.objects.exists()


def test_the_same_file_goes_on_where_it_stopped(ada):
    told = begun(ada)
    sent(ada, told, DATA[:70], 0)

    again = begun(ada)

    assert (again["offset"], again["part"]) == (70, told["part"])
    assert "断" in ada.get(reverse("intake:index")).content.decode()
    sent(ada, again, DATA[70:], 70)
    assert ada.post(again["end"]).status_code == 200


def test_a_part_that_was_sent_twice_is_not_added_twice(ada):
    told = begun(ada)
    sent(ada, told, DATA[:70], 0)

    again = sent(ada, told, DATA[:70], 0)

    assert (again.status_code, again.json()) == (409, {"offset": 70})


def test_a_file_that_is_not_whole_becomes_nothing(ada):
    told = begun(ada)
    sent(ada, told, DATA[:70], 0)

    answer = ada.post(told["end"])

    assert answer.status_code == 422
    assert not Import.objects.exists()
    assert Upload.objects.exists()  # it can still go on


def test_nobody_else_goes_on_with_it(ada, cast):
    told = begun(ada)
    other = Client()
    other.force_login(cast.ana)

    assert sent(other, told, DATA, 0).status_code in (403, 404)


def test_more_than_was_announced_is_not_taken(ada, cast):
    upload = actions.begin_upload(
        file_name="a.csv", size=5, mark="", kind="customers", by=cast.ada, at=NOON
    )

    assert actions.take_part(upload, BytesIO(b"0123456789"), offset=0, at=NOON) == 5


def test_what_nobody_goes_on_with_is_swept(ada, cast):
    told = begun(ada)
    sent(ada, told, DATA[:70], 0)
    path = queries.part_path(Upload.objects.get())

    actions.sweep_uploads(at=NOON - timedelta(days=3650))
    assert path.exists()
    with pytest.MonkeyPatch.context():
        swept = actions.sweep_uploads(at=NOON + timedelta(days=3650))

    assert swept == 1
    assert not Upload.objects.exists()


def test_a_name_of_any_length_is_kept(ada):
    told = begun(ada, name=f"{'长' * 190}.csv")
    sent(ada, told, DATA, 0)

    assert ada.post(told["end"]).status_code == 200
    assert Import.objects.get().file_name.endswith("长.csv")
