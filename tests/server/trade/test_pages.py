"""The pages of trade: said in a drawer, shown on the customer's page, listed by value."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client
from tests.server.trade.conftest import Trade

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.core.rules import EVERYBODY
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.trade import actions, queries
from regulars.server.trade.models import ContactPerson, Invoice, JointPlan, Quote, Terms
from regulars.testing.cast import NOON, TESTS, Cast, customer

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def mei(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.mei)
    return client


def text(client: Client, address: str) -> str:
    found = client.get(address)
    assert found.status_code == 200, (address, found.status_code)
    return found.content.decode()


def test_the_customer_page_says_who_decides_and_what_holds(mei: Client, trade: Trade) -> None:
    page = text(mei, f"/customers/{trade.mill.public_id}/")

    assert "何厂长" in page
    assert "Decides" in page
    assert "8%" in page
    assert "12 days late" in page
    assert "38 days" in page  # the oldest overdue invoice
    assert 'class="delays"' in page
    assert "10100000100" not in page  # masked


def test_a_person_has_none_of_it_but_for_whom_they_speak(
    mei: Client, trade: Trade, cast: Cast, look: Look
) -> None:
    before = text(mei, f"/customers/{cast.li.public_id}/")
    added = mei.post(
        f"/customers/{trade.mill.public_id}/trade/contacts/new",
        {"person": "0001", "role": "decides"},
    )
    after = text(mei, f"/customers/{cast.li.public_id}/")

    assert added.status_code == 302
    assert "Speaks for" not in before
    assert "Terms and payment" not in before
    assert "Speaks for" in after
    assert "Mill" in after
    assert mei.get(f"/customers/{cast.li.public_id}/trade").status_code == 404


def test_from_a_quote_to_a_payment_in_the_drawers(
    mei: Client, mill: Customer, look: Look, cast: Cast
) -> None:
    of = f"/customers/{mill.public_id}/trade"
    refused = mei.post(f"{of}/quotes/new", {"number": "7", "made_on": "2026-11-23"})
    quote = {
        "number": "7", "made_on": "2026-11-23", "valid_until": "2026-12-23", "sent": "on",
        "words_1": "Flour", "quantity_1": "3", "price_1": "100.50",
    }  # fmt: skip
    made = mei.post(f"{of}/quotes/new", quote)
    again = mei.post(f"{of}/quotes/new", quote)
    look(cast.mei)
    found = Quote.objects.get()
    agreed = mei.post(
        f"{of}/terms/new",
        {"starts_on": "2026-11-01", "payment_days": "30", "quote": found.public_id},
    )
    billed = mei.post(
        f"{of}/invoices/new",
        {"number": "R1", "issued_on": "2026-11-02", "due_on": "2026-11-20", "amount": "301.50"},
    )
    look(cast.mei)
    bill = Invoice.objects.get()
    too_much = mei.post(
        f"{of}/invoices/{bill.public_id}", {"amount": "302", "paid_on": "2026-11-22"}
    )
    paid = mei.post(
        f"{of}/invoices/{bill.public_id}", {"amount": "301.50", "paid_on": "2026-11-22"}
    )

    assert (refused.status_code, again.status_code, too_much.status_code) == (422, 422, 422)
    assert "at least one line" in refused.content.decode()
    assert [each.status_code for each in (made, agreed, billed, paid)] == [302] * 4
    look(cast.mei)
    bill.refresh_from_db()
    assert bill.terms == Terms.objects.get()
    assert bill.quote == Quote.objects.get(state="accepted", total="301.50")
    assert "2 days late" in text(mei, of)
    for part in (f"quotes/{found.public_id}", f"invoices/{bill.public_id}", "terms/new"):
        text(mei, f"{of}/{part}")


def test_a_refused_quote_keeps_its_reason(
    mei: Client, trade: Trade, cast: Cast, look: Look
) -> None:
    look(cast.mei)
    Quote.objects.update(state="sent")
    where = f"/customers/{trade.mill.public_id}/trade/quotes/{trade.quote.public_id}"

    assert mei.post(where, {"answer": "no"}).status_code == 422
    assert mei.post(where, {"answer": "no", "reason": "too dear"}).status_code == 302
    assert mei.post(where, {"answer": "yes"}).status_code == 422
    assert "too dear" in text(mei, f"/customers/{trade.mill.public_id}/trade")


def test_who_opens_a_contact_sees_the_number_and_it_is_written_down(
    mei: Client, trade: Trade, cast: Cast, look: Look
) -> None:
    where = f"/customers/{trade.mill.public_id}/trade/contacts/{trade.boss.public_id}"
    seen = text(mei, where)
    lobby = Client()
    lobby.force_login(cast.lob)
    masked = text(lobby, where)

    assert "10100000100" in seen
    assert "10100000100" not in masked
    scope.set_scope(EVERYBODY)
    assert AuditEntry.objects.filter(action="customers.personal.revealed").count() == 1
    lobby.post(where, {"name": "何", "role": "buys"})
    scope.set_scope(EVERYBODY)
    changed = ContactPerson.objects.get(pk=trade.boss.pk)
    assert (changed.name, changed.phone) == ("何", "10100000100")  # kept, though not shown


def test_the_profile_is_said_in_a_drawer(
    mei: Client, mill: Customer, cast: Cast, look: Look
) -> None:
    where = f"/customers/{mill.public_id}/trade/profile"
    bad = mei.post(where, {"account_tail": "6222020200012345"})
    saved = mei.post(
        where, {"key_concern": "24 h delivery", "focus": "price", "currency": "usd"}
    )

    assert (bad.status_code, saved.status_code) == (422, 302)
    page = text(mei, f"/customers/{mill.public_id}/")
    assert "24 h delivery" in page
    assert "Looks first at" in page


def test_the_list_shows_late_invoices_and_ending_terms_to_who_may_see_them(
    mei: Client, trade: Trade, cast: Cast
) -> None:
    shown = text(mei, "/trade/due")
    tao = Client(headers={"accept-language": "en"})
    tao.force_login(cast.tao)
    other = text(tao, "/trade/due")

    assert shown.count("Mill") == 2
    assert "38 days" in shown
    assert "Mill" not in other
    assert "Terms that end within" not in other  # an empty page teaches
    assert text(mei, "/trade/due?days=10").count("Mill") == 1


def test_partners_plan_together_and_the_plan_moves_on_until_it_is_closed(
    mei: Client, trade: Trade, cast: Cast, look: Look
) -> None:
    scope.set_scope(EVERYBODY)
    port = customer("0101", "柳河码头", cast.mei_book, kind="organization", name_en="Port")
    customers.relate(trade.mill, port, "partner", by=TESTS, at=NOON)
    of = f"/customers/{trade.mill.public_id}"
    plan = {"partner": port.pk, "aim": "Ship together", "next_step": "Agree on days",
            "next_on": "2026-11-30", "owner": cast.mei.pk}  # fmt: skip

    assert "no plan yet" in text(mei, f"{of}/")
    early = mei.post(f"{of}/trade/plans/new", {**plan, "next_on": "2026-01-01"})
    assert early.status_code == 422
    assert mei.post(f"{of}/trade/plans/new", plan).status_code == 302
    look(cast.mei)
    made = JointPlan.objects.get()
    seen = text(mei, f"/customers/{port.public_id}/")  # from the partner's side too
    moved = {**plan, "next_step": "Sign", "next_on": "2026-12-07"}
    assert mei.post(f"{of}/trade/plans/{made.public_id}", moved).status_code == 302
    where = f"{of}/trade/plans/{made.public_id}/close"
    assert mei.post(where, {"result": ""}).status_code == 422
    assert mei.post(where, {"result": "Signed for a year"}).status_code == 302

    assert "Ship together" in seen
    look(cast.mei)
    made.refresh_from_db()
    assert (made.next_step, made.result, made.closed_at) == ("Sign", "Signed for a year", NOON)
    assert "no plan yet" in text(mei, f"{of}/")
    assert "Signed for a year" in text(mei, f"{of}/trade/plans/{made.public_id}")


def test_a_plan_is_seen_by_whom_both_organisations_may_be_seen(
    trade: Trade, cast: Cast, look: Look
) -> None:
    scope.set_scope(EVERYBODY)
    port = customer("0101", "柳河码头", cast.tao_book, kind="organization")
    customers.relate(trade.mill, port, "partner", by=TESTS, at=NOON)
    day = NOON.date()
    actions.plan_together(
        trade.mill, port, aim="a", next_step="b", next_on=day, by=TESTS, at=NOON
    )

    look(cast.mei)

    assert queries.partners(cast.mei, trade.mill) == []
    assert not JointPlan.objects.visible_to(cast.mei).exists()
