"""Referrals by file: consent first, each row whole or not at all, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.server.referrals.test_pages import enter, text

from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.referrals import queries
from regulars.server.referrals.models import Referral
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
HEAD = "推荐人,朋友姓名,电话,同意日期,同意方式,推荐日期,意向产品\n"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def chen(as_system: Cast) -> Client:
    scope.set_scope(scope.EVERYBODY)
    return enter(as_system.ada)


def send(client: Client, words: str, status: int = 200) -> str:
    file = SimpleUploadedFile("friends.csv", words.encode())
    answer = client.post("/referrals/import", {"file": file})
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def row(cast: Cast, **told: str) -> str:
    usual = {
        "who": cast.li.number, "name": "王芳", "phone": "10100000077", "agreed": "2026-11-20",
        "by": "微信", "on": "2026-11-19", "looks": "房贷",
    }  # fmt: skip
    return ",".join((usual | told).values()) + "\n"


def test_a_row_is_a_friend_with_consent_day_and_what_they_look_for(
    chen: Client, as_system: Cast
) -> None:
    assert "1 friend was taken in." in send(chen, HEAD + row(as_system))
    made = Referral.objects.get()
    assert (made.referrer, made.way, made.note) == (as_system.li, "file", "房贷")
    assert (made.agreed, "2026-11-20" in made.agreed_words) == ("wecom", True)
    assert made.received_at.date() == TODAY - timedelta(days=4)
    assert made.contact_by == NOON + timedelta(days=1)  # from now on, not from then


def test_the_same_file_adds_nothing(chen: Client, as_system: Cast) -> None:
    words = HEAD + row(as_system) + row(as_system, name="孙丽", phone="10100000079")
    send(chen, words)
    again = send(chen, words)
    assert "2 were here already." in again
    assert Referral.objects.count() == 2


def test_without_consent_nothing_is_kept_and_nobody_calls(
    chen: Client, as_system: Cast
) -> None:
    before = Customer.objects.count()
    page = send(chen, HEAD + row(as_system, agreed=""))
    assert "Row 2, column “同意日期”" in page
    assert "Ask, write the day, and send the row again." in page
    assert (Referral.objects.count(), Customer.objects.count()) == (0, before)
    assert queries.received(TODAY) == []


@pytest.mark.parametrize(
    ("told", "column", "why"),
    [
        ({"who": "9999"}, "推荐人", "No customer of yours has the number 9999."),
        ({"phone": ""}, "电话", "Write a phone number"),
        ({"agreed": "last week"}, "同意日期", "is no day"),
        ({"on": "2027-01-01"}, "推荐日期", "lies ahead"),
        ({"by": "smoke"}, "同意方式", "is no way in which a friend agrees"),
        ({"name": ""}, "朋友姓名", "name is empty"),
    ],
)
def test_what_cannot_be_taken_is_told_with_row_and_column(
    chen: Client, as_system: Cast, told: dict[str, str], column: str, why: str
) -> None:
    good = row(as_system, name="孙丽", phone="10100000079")
    page = send(chen, HEAD + good + row(as_system, **told))
    assert f"Row 3, column “{column}”" in page
    assert why in page
    assert Referral.objects.get().friend.name == "孙丽"  # type: ignore[union-attr]


def test_a_file_that_lacks_a_column_is_refused_whole(chen: Client, as_system: Cast) -> None:
    page = send(chen, "推荐人,朋友姓名,电话\n" + f"{as_system.li.number},王芳,1\n", 422)
    assert "agreed_on" in page
    assert not Referral.objects.exists()


def test_who_may_not_import_has_no_door(as_system: Cast) -> None:
    scope.set_scope(scope.EVERYBODY)
    assert "/referrals/import" in text(enter(as_system.ada), "/referrals/")
    assert enter(as_system.mei).get("/referrals/import").status_code == 403
