"""What came back: news moves a message on, an opt-out holds at once, a look changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from tests.server.delivery.conftest import Office, of, states

from regulars.server.channels import queries as words
from regulars.server.channels.models import Consent
from regulars.server.core import custody, scope
from regulars.server.core.custody import Merge
from regulars.server.customers.models import Customer
from regulars.server.delivery.kinds import Call, End, Receipt
from regulars.server.delivery.models import Delivery, Heard, Mailing
from regulars.testing.cast import NOON, TESTS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Providers call at noon of the test's day."""
    with time_machine.travel(NOON, tick=False):
        yield


def told(office: Office, call: Call) -> int:
    """The provider calls; the status it is answered with."""
    answer = Client().generic(
        call.method,
        f"/hooks/{office.line.hook}?" + "&".join(f"{k}={v}" for k, v in call.query.items()),
        data=call.body,
        content_type=call.headers.get("content-type", "text/plain"),
    )
    return answer.status_code


def returned(office: Office, row: Delivery, status: str = "5.1.1") -> Call:
    message = office.server.message(row.public_id)
    receipt = Receipt(End.SENT, id=row.provider_id)
    return office.server.returned(message, receipt, status, "550 User unknown")


def standing(who: Customer) -> str:
    with scope.everything():
        return str(words.standings(who, at=NOON).get(("marketing", "email"), "unknown"))


def test_a_letter_that_comes_back_closes_the_address(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    office.send()
    call = returned(office, of(mailing, who))

    assert told(office, call) == 200
    assert told(office, call) == 200

    assert of(mailing, who).state == "bounced"
    with scope.everything():
        assert Customer.objects.get(pk=who.pk).blocked_channels == ["email"]
        assert Heard.objects.count() == 1, "the same news told twice is kept once"
    office.mailing("next", to=[who])
    assert office.send(at=NOON + timedelta(hours=26)) == {}, "its time is over"


def test_a_call_that_nobody_signed_changes_nothing(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    office.send()
    call = returned(office, of(mailing, who))

    forged = office.server.forged(call)

    assert told(office, forged) == 403
    assert of(mailing, who).state == "sent"
    assert Client().post("/hooks/nobodys-secret").status_code == 404


def test_who_calls_it_spam_is_never_written_to_again(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    office.send()
    row = of(mailing, who)
    receipt = Receipt(End.SENT, id=row.provider_id)

    told(office, office.server.complained(office.server.message(row.public_id), receipt))

    assert (standing(who), of(mailing, who).complained) == ("withdrawn", True)


def test_three_of_many_who_call_it_spam_hold_the_mailing(office: Office) -> None:
    people = office.people(5)
    mailing = office.mailing(to=people)
    office.send()
    with scope.everything():  # as it is while more wait
        Mailing.objects.filter(pk=mailing.pk).update(state="running", ended_at=None)
    for who in people[:3]:
        row = of(mailing, who)
        receipt = Receipt(End.SENT, id=row.provider_id)
        told(office, office.server.complained(office.server.message(row.public_id), receipt))

    with scope.everything():
        found = Mailing.objects.get(pk=mailing.pk)
    assert (found.state, found.why) == (
        "paused",
        "5 人中有 3 人举报为垃圾邮件。",
    )


def test_opening_the_way_out_changes_nothing_and_a_post_does_twice_the_same(
    office: Office,
) -> None:
    (who,) = office.people(1)
    office.mailing(to=[who])
    office.send()
    letter = office.server.took[0].more["letter"]
    link = urlsplit(str(letter["List-Unsubscribe"]).split(">")[0].strip("<>")).path

    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(link).status_code == 200
    assert standing(who) == "given"

    # RFC 8058: a POST without any cookie.
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert standing(who) == "withdrawn"
    with scope.everything():
        no = Consent.objects.filter(customer=who, said="withdrawn")
        assert [entry.source for entry in no] == ["page"]
    assert Client().get(link + "x").status_code == 404


def test_the_way_out_holds_for_everybody_with_the_address(office: Office) -> None:
    one, other = office.people(2, email="house@customers.example")
    office.mailing(to=[one, other])
    office.send()
    link = str(office.server.took[0].more["letter"]["List-Unsubscribe"]).split(">")[0]

    Client().post(urlsplit(link.strip("<>")).path)

    assert (standing(one), standing(other)) == ("withdrawn", "withdrawn")


def test_two_files_that_become_one_after_one_had_the_letter_get_no_second(
    office: Office,
) -> None:
    loser, survivor, third = office.people(3)
    mailing = office.mailing(to=[loser, survivor, third])
    with scope.everything():
        held = Delivery.objects.filter(mailing=mailing)
        held.filter(customer=survivor).update(due_at=NOON + timedelta(hours=1))
        held.filter(customer=third).update(due_at=NOON + timedelta(hours=3))
    office.send()
    merge = Merge(loser.pk, survivor.pk, by=TESTS, at=NOON)

    with scope.everything():
        story = custody.merge(merge)
    assert office.send(at=NOON + timedelta(hours=2)) == {}
    assert of(mailing, survivor).reason == "same_person"

    with scope.everything():
        custody.unmerge(merge, story)
    assert office.send(at=NOON + timedelta(hours=2)) == {"sent": 1}
    assert states(mailing) == {"sent": 2, "waiting": 1}
