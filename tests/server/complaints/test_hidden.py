"""A case is hidden from whom it names; its words are for those who may handle complaints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.server.complaints.conftest import Open
from tests.server.site.api import Api
from tests.server.site.test_api import told

from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.core.rights import Right
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Lists = Callable[[str], Entry]
Eyes = Callable[[Any], Any]
SAID = "nobody told me of"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def read(who: Person, where: str, status: int = 200) -> str:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(who)
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == status, where
    return b"".join(answer).decode()  # type: ignore[arg-type]


def counted(table: str) -> int:
    with connection.cursor() as db:
        db.execute(f'select count(*) from "{table}"')
        return int(db.fetchone()[0])


@pytest.mark.parametrize("name", ["mei", "wei", "lin", "ana"])
def test_the_databases_wall_hides_a_case_from_whom_it_names_even_from_who_sees_all(
    as_system: Cast, complain: Open, eyes: Eyes, name: str
) -> None:
    who = getattr(as_system, name)
    case = complain(about=who)
    actions.acknowledge(case, by=as_system.lob, at=NOON)
    complain()  # of nobody by name

    with eyes(who):
        seen = [counted("complaints_case"), counted("complaints_event")]
    with eyes(as_system.lob):
        others = [counted("complaints_case"), counted("complaints_event")]

    assert seen == [1, 1]
    assert others == [2, 3]


@pytest.mark.parametrize("name", ["mei", "wei", "lin"])
def test_the_queries_hide_it_too(as_system: Cast, complain: Open, name: str) -> None:
    """The wall is open here: the queries alone must hold."""
    who = getattr(as_system, name)
    case = complain(about=who)

    assert queries.one(who, case.public_id) is None
    assert queries.listed(who, NOON, queries.Wanted())[0] == []
    assert queries.listed(who, NOON, queries.Wanted(words=case.number))[0] == []
    assert queries.of_customer(who, as_system.li, NOON) == []
    assert list(queries.moments(who, as_system.li, before=None, most=9)) == []
    assert queries.after(who, every=True, cursor="", most=9) == []
    assert queries.figures(who, NOON, 1).total.opened == 0
    assert queries.one(as_system.lob, case.public_id) == case


def test_whom_it_names_finds_it_on_no_page_and_in_no_list(
    as_system: Cast, complain: Open
) -> None:
    # Until the review they could read it, and could not act. What the customer says of
    # somebody is looked into without them: who reads it can call the customer, or tidy up.
    case, wei = complain(about=as_system.wei), as_system.wei

    read(wei, reverse("complaints:one", args=[case.public_id]), 404)
    for where in (
        reverse("complaints:index"),
        f"{reverse('complaints:index')}?q={case.number}",
        f"{reverse('complaints:behind')}?months=12&measure=opened",
        f"/customers/{as_system.li.public_id}/",
    ):
        assert SAID not in read(wei, where)
        assert case.public_id not in read(wei, where)


def test_the_api_hides_it_from_whom_it_names(as_system: Cast, complain: Open) -> None:
    case, api = complain(about=as_system.mei), Api((Right.WORK_READ, Right.WORK_WRITE))

    assert api.get("/complaints?person=mei").json()["complaints"] == []
    assert told(api.get(f"/complaints/{case.public_id}?person=mei"), 404)
    words = {"person": "mei", "words": "x"}
    assert told(api.post(f"/complaints/{case.public_id}/notes", words), 404)
    assert len(api.get("/complaints?person=lob").json()["complaints"]) == 1


def test_who_writes_down_what_is_said_of_them_sees_it_no_more(
    as_system: Cast, lists: Lists, eyes: Eyes
) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(as_system.mei)
    fields = {
        "customer": as_system.li.public_id, "words": "She did not call me back.",
        "type": lists("service").pk, "channel": "call", "severity": "2", "handles": "desk",
        "about": "mei",
    }  # fmt: skip

    answer = client.post(reverse("complaints:new"), fields)
    scope.set_scope(scope.EVERYBODY)

    assert (answer.status_code, answer["Location"]) == (302, reverse("complaints:index"))
    assert Case.objects.get().about == as_system.mei
    assert "did not call me back" not in read(as_system.mei, reverse("complaints:index"))


def test_who_finds_out_that_it_is_about_them_says_so_and_sees_it_no_more(
    as_system: Cast, complain: Open, eyes: Eyes
) -> None:
    case = complain()

    with eyes(as_system.mei):
        actions.change(
            case, type=case.type, severity=2, is_complex=False, about=as_system.mei,
            by=as_system.mei, at=NOON,
        )  # fmt: skip
        assert counted("complaints_case") == 0
    assert Event.objects.filter(case=case, what="changed").count() == 1


def test_who_was_given_a_case_elsewhere_gives_it_on(
    as_system: Cast, complain: Open, eyes: Eyes
) -> None:
    case = actions.hand_to(complain(), as_system.tao, by=as_system.wei, at=NOON)

    with eyes(as_system.tao):
        actions.hand_to(case, as_system.wei, by=as_system.tao, at=NOON)
        assert counted("complaints_case") == 0
    case.refresh_from_db()
    assert case.handler == as_system.wei


def test_a_contact_of_whom_it_is_about_does_not_deal_with_a_case_that_they_cannot_see(
    as_system: Cast, complain: Open, eyes: Eyes
) -> None:
    from regulars.server.channels.models import Touch

    case = complain(about=as_system.mei)
    cycle = f"case:{case.pk}:1:2026-11-23"

    with eyes(as_system.mei):
        left = queries.undealt([cycle], Touch(customer=as_system.li), as_system.mei)

    assert left == [cycle]


@pytest.mark.parametrize("name", ["max", "ana", "ada", "aud"])
def test_who_does_not_handle_complaints_sees_figures_without_words(
    as_system: Cast, complain: Open, name: str
) -> None:
    case, who = complain(wish="the fee back"), getattr(as_system, name)
    actions.note(case, words="She is furious.", by=as_system.lob, at=NOON)

    read(who, reverse("complaints:one", args=[case.public_id]), 403)
    read(who, reverse("complaints:index"), 302)
    figures = f"{reverse('complaints:figures')}?months=12"
    behind = read(who, f"{reverse('complaints:behind')}?months=12&measure=opened")
    assert "Complaints in figures" in read(who, figures)
    assert case.number in behind
    page = read(who, f"/customers/{as_system.li.public_id}/")
    for words in (SAID, "the fee back", "furious"):
        assert words not in behind
        assert words not in page
    assert "Li Na" not in behind
    assert "李娜" not in behind
    timeline = list(queries.moments(who, as_system.li, before=None, most=9))
    assert [moment.words for moment in timeline] == [str(case.type)]


def test_the_api_reads_complaints_for_those_who_handle_them(
    as_system: Cast, complain: Open
) -> None:
    case, api = complain(), Api((Right.WORK_READ,))

    assert told(api.get(f"/complaints/{case.public_id}?person=ana"), 403)
    assert told(api.get("/complaints?person=ana"), 403)


def test_whoever_handles_a_case_gets_the_number_to_call_and_the_look_is_kept(
    as_system: Cast, complain: Open
) -> None:
    case = actions.hand_to(complain(), as_system.tao, by=as_system.wei, at=NOON)
    where = reverse("complaints:phone", args=[case.public_id])
    number = as_system.li.phone

    assert "Show the phone number" in read(
        as_system.tao, reverse("complaints:one", args=[case.public_id])
    )
    assert number in posted(as_system.tao, where)
    look = AuditEntry.objects.get(action="customers.personal.revealed")
    assert (look.actor, look.details["fields"]) == (f"person:{as_system.tao.pk}", ["phone"])
    assert number not in posted(as_system.wei, where, 409)
    actions.close(case, result="withdrawn", by=as_system.tao, at=NOON)
    assert number not in posted(as_system.tao, where, 409)


def test_the_number_of_somebody_not_on_file_is_shown_to_whoever_handles_it(
    as_system: Cast, complain: Open
) -> None:
    case = complain(
        customer=None, who="Mr Feng", phone="10100000009", book=as_system.willow_pool,
        handler=as_system.lob,
    )  # fmt: skip
    where = reverse("complaints:one", args=[case.public_id])

    assert "10100000009" not in read(as_system.lob, where)
    assert "10100000009" in posted(as_system.lob, f"{where}phone")
    assert AuditEntry.objects.filter(action="complaints.phone.seen").count() == 1


def posted(who: Person, where: str, status: int = 200) -> str:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(who)
    answer = client.post(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == status, where
    return answer.content.decode()
