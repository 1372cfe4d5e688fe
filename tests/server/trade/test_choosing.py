"""Who speaks for an organisation may be a customer: found by name, chosen where several are."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.server.trade.conftest import Trade

from regulars.server.core import scope
from regulars.server.trade.models import ContactPerson
from regulars.testing.cast import Cast, customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.mei)
    return client


def new(trade: Trade) -> str:
    return f"/customers/{trade.mill.public_id}/trade/contacts/new"


def test_one_person_of_that_name_is_linked(mei: Client, trade: Trade, cast: Cast) -> None:
    added = mei.post(new(trade), {"person": "李娜", "role": "buys"})

    assert added.status_code == 302
    with scope.everything():
        assert ContactPerson.objects.get(person=cast.li).name == "李娜"


def test_of_several_of_one_name_somebody_chooses(mei: Client, trade: Trade, cast: Cast) -> None:
    with scope.everything():
        twin = customer("0077", "李娜", cast.mei_book)
        customer("0078", "李娜", cast.tao_book)  # of another branch: not offered

    asked = mei.post(new(trade), {"person": "李娜"})
    chosen = mei.post(new(trade), {"person": "李娜", "chosen": twin.public_id})

    page = asked.content.decode()
    assert asked.status_code == 422
    assert "Several answer to “李娜”" in page
    assert page.count('type="radio" name="chosen"') == 3  # two, and none of them
    assert chosen.status_code == 302
    with scope.everything():
        assert ContactPerson.objects.filter(person=twin).exists()


def test_none_of_them_is_an_answer(mei: Client, trade: Trade, cast: Cast) -> None:
    added = mei.post(new(trade), {"name": "李老板", "person": "李娜", "chosen": ""})

    assert added.status_code == 302
    with scope.everything():
        assert ContactPerson.objects.get(name="李老板").person is None


def test_people_are_offered_while_they_are_typed(mei: Client, trade: Trade, cast: Cast) -> None:
    address = f"/customers/{trade.mill.public_id}/trade/contacts/find"

    found = mei.get(address, {"person": "李娜"}).content.decode()
    nobody = mei.get(address, {"person": "钱振华"}).content.decode()  # of another branch

    assert cast.li.public_id in found
    assert "Nobody of your customers answers to “钱振华”" in nobody


def test_a_link_stays_until_somebody_says_none_of_them(
    mei: Client, trade: Trade, cast: Cast
) -> None:
    mei.post(new(trade), {"person": "0001"})
    with scope.everything():
        made = ContactPerson.objects.get(person=cast.li)
    address = f"/customers/{trade.mill.public_id}/trade/contacts/{made.public_id}"
    assert f'value="{cast.li.public_id}" checked' in mei.get(address).content.decode()

    mei.post(address, {"name": "李娜", "person": "", "chosen": cast.li.public_id})
    with scope.everything():
        assert ContactPerson.objects.get(pk=made.pk).person == cast.li
    mei.post(address, {"name": "李娜", "person": "", "chosen": ""})

    with scope.everything():
        assert ContactPerson.objects.get(pk=made.pk).person is None


def test_a_quote_opens_as_many_lines_as_hold_something(mei: Client, trade: Trade) -> None:
    address = f"/customers/{trade.mill.public_id}/trade/quotes/new"

    fresh = mei.get(address).content.decode()
    refused = mei.post(address, {"words_1": "Flour", "words_2": "Bran"}).content.decode()

    assert fresh.count('<details class="qmore">') == 4
    assert refused.count('<details class="qmore" open>') == 1
