"""The pages of complaints: the desk, one case step by step, figures, lists; and the API."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.server.complaints.conftest import ANSWER, Open

from regulars.server.channels.models import Touch
from regulars.server.complaints import actions
from regulars.server.complaints.models import Case, Entry
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
Lists = Callable[[str], Entry]


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def text(client: Client, where: str, status: int = 200) -> str:
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == status, where
    return answer.content.decode()


def post(client: Client, where: str, **fields: object) -> int:
    code = client.post(where, fields).status_code
    scope.set_scope(scope.EVERYBODY)
    return code


def page(case: Case, name: str = "one") -> str:
    return reverse(f"complaints:{name}", args=[case.public_id])


def test_a_case_is_lived_on_its_pages(as_system: Cast, lists: Lists) -> None:
    cast, client = as_system, enter(as_system.lob)
    new = f"{reverse('complaints:new')}?customer={cast.li.public_id}"
    assert "What the customer says" in text(client, new)
    fields = {
        "customer": cast.li.public_id, "words": "A fee I was never told of.",
        "type": lists("fees").pk, "channel": "call", "severity": "2", "handles": "desk",
    }  # fmt: skip
    assert post(client, reverse("complaints:new"), **fields | {"words": " "}) == 422
    assert post(client, reverse("complaints:new"), **fields) == 302
    case = Case.objects.get()

    assert "The customer knows, I handle it" in text(client, page(case))
    assert post(client, page(case, "acknowledge")) == 302
    assert "Write the answer" in text(client, page(case))
    assert "arbitration" in text(client, page(case, "answer"))
    assert post(client, page(case, "answer"), text="We are sorry.") == 422
    assert post(client, page(case, "answer"), text=ANSWER) == 302
    closing = {"result": "upheld", "cause": lists("mistake").pk, "remedy": "paid back"}
    assert post(client, page(case, "close"), **closing | {"remedy": ""}) == 422
    assert post(client, page(case, "close"), **closing, cost="12.50") == 302
    assert "somebody else calls" in text(client, page(case))

    manager = enter(cast.wei)
    assert "Write down the call" in text(manager, page(case))
    assert post(manager, page(case, "call"), content="yes", note="thanks") == 302
    case.refresh_from_db()
    assert (case.is_content, case.called_by) == (True, cast.wei)
    assert "Nothing is left to do" in text(manager, page(case))


def test_somebody_not_on_file_is_linked_on_the_page(as_system: Cast, lists: Lists) -> None:
    client = enter(as_system.lob)
    told = {
        "stranger": "1", "who": "Mr Feng", "phone": "10100000009", "words": "Waited two hours.",
        "type": lists("waiting").pk, "channel": "counter", "severity": "1", "handles": "me",
    }  # fmt: skip
    assert post(client, reverse("complaints:new"), **told | {"who": ""}) == 422
    assert post(client, reverse("complaints:new"), **told) == 302
    case = Case.objects.get()
    assert (case.customer, case.handler, case.book) == (
        None, as_system.lob, as_system.willow_pool,
    )  # fmt: skip

    assert post(client, page(case, "link"), customer=as_system.qian.public_id) == 404
    assert post(client, page(case, "link"), customer=as_system.li.public_id) == 302
    case.refresh_from_db()
    assert case.customer == as_system.li


def test_the_desk_shows_key_customers_first_and_finds_by_number(
    as_system: Cast, complain: Open
) -> None:
    first = complain()
    other = complain(customer=as_system.zhou, words="The shop waited.")
    Case.objects.filter(pk=other.pk).update(level=5)
    client = enter(as_system.wei)

    shown = text(client, reverse("complaints:index"))
    assert shown.index("The shop waited.") < shown.index("nobody told me of")
    assert "key customer" in shown
    found = text(client, f"{reverse('complaints:index')}?q={first.number}")
    assert "nobody told me of" in found
    assert "The shop waited." not in found


def test_another_branch_sees_nothing_until_the_case_is_given_to_it(
    as_system: Cast, complain: Open
) -> None:
    case, client = complain(), enter(as_system.tao)
    text(client, page(case), 404)
    assert "nobody told me of" not in text(client, reverse("complaints:index"))

    actions.hand_to(case, as_system.tao, by=as_system.wei, at=NOON)
    shown = text(enter(as_system.tao), page(case))
    assert "nobody told me of" in shown
    assert as_system.li.public_id not in shown


def test_who_looks_after_the_book_reads_what_is_about_its_service_and_may_do_nothing(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case, client = complain(type=lists("service")), enter(as_system.mei)

    shown = text(client, page(case))
    assert "It is about the service of a book of yours" in shown
    assert "The customer knows" not in shown
    assert post(client, page(case, "acknowledge")) == 409


def test_more_time_is_asked_for_and_decided_on_the_pages(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(type=lists("selling"), handler=as_system.lob)
    actions.acknowledge(case, by=as_system.lob, at=NOON)
    assert post(enter(as_system.lob), page(case, "more-time"), days=10, reason="expert") == 302
    asked = case.extensions.get()
    where = reverse("complaints:decide", args=[case.public_id, asked.public_id])

    assert "expert" in text(enter(as_system.wei), page(case))
    assert post(enter(as_system.wei), where, granted="yes") == 302
    case.refresh_from_db()
    assert case.extended == 10


def test_the_clocks_are_stopped_and_go_on_on_the_page(as_system: Cast, complain: Open) -> None:
    case, client = complain(), enter(as_system.lob)
    post(client, page(case, "acknowledge"))
    wait = {"reason": "papers", "note": "the receipt", "until": "2026-12-01"}
    assert post(client, page(case, "wait"), **wait | {"until": "2027-06-01"}) == 422
    assert post(client, page(case, "wait"), **wait) == 302
    assert "stands still" in text(client, page(case))
    assert post(client, page(case, "go-on")) == 302
    assert "Write the answer" in text(client, page(case))


def test_the_customers_page_tells_of_complaints_and_that_marketing_waits(
    as_system: Cast, complain: Open
) -> None:
    complain()

    shown = text(enter(as_system.mei), f"/customers/{as_system.li.public_id}/")
    assert "Marketing waits until it is closed" in shown


def test_a_contact_about_a_complaint_leads_to_taking_it_in(as_system: Cast) -> None:
    client = enter(as_system.mei)
    fields = {
        "customer": as_system.li.public_id, "channel": "call", "outcome": "reached",
        "topic": "complaint", "note": "A fee I was never told of.",         "once": "x1",
    }  # fmt: skip
    answer = client.post(reverse("care:contact"), fields)
    scope.set_scope(scope.EVERYBODY)

    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert Touch.objects.get().topic == "complaint"
    assert answer["Location"].startswith(reverse("complaints:new"))
    assert "A fee I was never told of." in text(client, answer["Location"])


def test_every_number_of_the_figures_leads_to_its_cases(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    import re

    case = complain()
    actions.answer(case, text=ANSWER, by=as_system.lob, at=NOON)
    actions.close(
        case, result="upheld", cause=lists("mistake"), remedy="paid", by=as_system.lob, at=NOON
    )
    complain(customer=as_system.zhou)
    client = enter(as_system.ana)
    shown = text(client, reverse("complaints:figures"))

    links = re.findall(r'class="num" href="([^"]+)">(\d+)<', shown)
    assert len(links) > 12
    for link, n in links:
        if "measure=late" in link and "group" not in link:
            continue  # a share, whose link shows what was not in time
        listed = text(client, link.replace("&amp;", "&"))
        assert len(re.findall(r"<tr><td><b>\d\d-", listed)) == int(n), link


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_table_names_nobody_and_stands_in_the_trail(
    as_system: Cast, complain: Open, format: str
) -> None:
    complain()
    where = f"{reverse('complaints:export')}?months=12&format={format}"

    given = enter(as_system.ana).get(where)
    scope.set_scope(scope.EVERYBODY)

    assert given.status_code == 200
    if format == "xlsx":
        with zipfile.ZipFile(io.BytesIO(given.content)) as book:
            shown = book.read("xl/worksheets/sheet1.xml").decode()
    else:
        shown = given.content.decode("utf-8-sig")
    assert as_system.li.number in shown
    assert "李娜" not in shown
    assert "nobody told me" not in shown
    assert AuditEntry.objects.get(action="complaints.exported").details == {"rows": 1}


def test_a_long_table_is_whole(as_system: Cast, complain: Open) -> None:
    case = complain()
    columns = ", ".join(
        field.column
        for field in Case._meta.local_fields
        if field.name not in {"id", "public_id"}
    )
    with connection.cursor() as db:
        db.execute(
            f"insert into complaints_case (public_id, {columns}) "
            f"select 'copy' || n, {columns} from complaints_case, generate_series(1, 20000) n"
        )
    where = f"{reverse('complaints:export')}?months=12&format=csv"

    given = enter(as_system.ana).get(where)
    scope.set_scope(scope.EVERYBODY)

    lines = given.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 20_001
    assert case.number in lines[1]
    assert AuditEntry.objects.get(action="complaints.exported").details == {"rows": 20_001}


@pytest.mark.parametrize("name", ["wei", "lin", "max"])
def test_who_may_not_export_gets_no_file_by_its_address_and_no_button(
    as_system: Cast, complain: Open, name: str
) -> None:
    client = enter(getattr(as_system, name))

    text(client, f"{reverse('complaints:export')}?months=12", 403)
    assert "export?" not in text(client, reverse("complaints:figures"))
    assert "export?" in text(enter(as_system.ana), reverse("complaints:figures"))
    assert not AuditEntry.objects.filter(action="complaints.exported").exists()


def test_an_administrator_keeps_clocks_and_lists(as_system: Cast, lists: Lists) -> None:
    client, rules = enter(as_system.ada), reverse("complaints:rules")
    text(client, rules)
    given = {
        "simple": 10, "complex": 20, "rise": 2, "pause": 14, "call_back": 2, "key_from": 5,
        "template": "", "template_en": "", **{f"answer_{n}": 8 for n in (5, 4, 3, 2, 1)},
    }  # fmt: skip
    assert post(client, rules, **given) == 302
    assert post(client, rules, **given | {"template": "您好。"}) == 422
    assert post(client, rules, **given | {"simple": 16}) == 422  # of a bank
    line = reverse("complaints:entry", args=["type"])
    assert post(client, line, name="停车", position=5, is_active="on") == 302
    assert post(client, line, name="停车", position=5, is_active="on") == 422
    made = Entry.objects.get(name="停车")
    assert "停车" in text(client, reverse("complaints:entry", args=[made.public_id]))


def test_what_is_late_is_red_beside_the_page_of_who_answers_for_it(
    as_system: Cast, complain: Open
) -> None:
    from regulars.server.complaints import bricks

    complain(received_at=NOON - timedelta(days=10))

    for viewer, waits in ((as_system.lob, 1), (as_system.wei, 1), (as_system.mei, None)):
        found = bricks.count(viewer, NOON)
        assert (found.value if found else None) == waits
