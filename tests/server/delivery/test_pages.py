"""Lines and the outbox as pages: who sees, who steers, and that numbers add up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.delivery.conftest import Office, of, withdraw

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.delivery import actions, queries
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.server.web.navigation import Count, registry
from regulars.testing.cast import NOON, TESTS
from regulars.testing.providers.standing import DROP, LINE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def as_(person: Person) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person)
    return client


def text(answer: Any) -> str:
    """What stands on a page, without its marks."""
    bare = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", bare)


def line() -> Line:
    with scope.everything():
        return Line.objects.latest("pk")


FIELDS = {
    "name": "Letters", "connections": "2", "s_host": "mail.example.com", "s_port": "25",
    "s_way": "starttls", "s_sender": "Bank <news@bank.example>", "s_user": "u",
    "s_password": "very-secret", "s_reply_to": "", "s_advert": "yes", "s_bounces": "",
    "s_token": "",
}  # fmt: skip


def test_a_line_is_added_by_the_fields_of_its_kind_and_its_secret_never_shown(
    office: Office,
) -> None:
    ada = as_(office.cast.ada)
    assert ada.get("/lines/new").status_code == 200
    made = ada.post("/lines/new/smtp", FIELDS)
    assert made.status_code == 302, text(made)

    page = ada.get(made["Location"])
    assert b"very-secret" not in page.content
    kept = ada.post(made["Location"], FIELDS | {"s_password": "", "name": "Other"})
    assert kept.status_code == 302
    with scope.everything():
        assert queries.secrets_of(line())["password"] == "very-secret"
        assert line().name == "Other"


def test_what_cannot_work_is_said_at_its_field(office: Office) -> None:
    ada = as_(office.cast.ada)
    for change, field in (({"s_host": ""}, "s_host"), ({"name": "mail"}, "name")):
        answer = ada.post("/lines/new/smtp", FIELDS | change)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {field}
    wrong = ada.post("/lines/new/smtp", FIELDS | {"s_sender": "nobody"})
    assert wrong.status_code == 422
    assert "such as Name" in text(wrong)


def test_a_file_line_is_told_its_channel(office: Office) -> None:
    given = {"name": "File", "connections": "1", "channel": "sms"}
    assert as_(office.cast.ada).post("/lines/new/console", given).status_code == 302
    assert (line().kind, line().channel) == ("console", "sms")


def test_a_line_that_its_provider_refused_says_so_in_the_list_and_the_navigation(
    office: Office,
) -> None:
    office.server.orders.append(LINE)
    office.mailing(to=office.people(1))
    office.send()
    page = as_(office.cast.ada).get("/lines/")

    assert "Refused by the provider" in text(page)
    assert "not owned" in text(page)
    (entry,) = [
        each for each in registry.entries(office.cast.ada, at="/lines/") if each.key == "lines"
    ]
    assert entry.count == Count(1, late=True)


def test_switching_and_trying_a_line(office: Office) -> None:
    ada, where = as_(office.cast.ada), f"/lines/{office.line.public_id}/"
    ada.post(f"{where}switch", {"on": "0"})
    assert line().state == "off"
    ada.post(f"{where}switch", {"on": "1"})
    assert line().state == "on"
    answer = ada.post(f"{where}test", {"to": "ada@yunshan.example"}, follow=True)
    assert "The provider took the test message" in text(answer)
    assert [took.to for took in office.server.took] == ["ada@yunshan.example"]


def mixed(office: Office) -> Mailing:
    """Three get it, one had said no, one has no address."""
    people = [*office.people(3), *office.people(1, email="")]
    (left,) = office.people(1)
    with scope.everything():
        withdraw(left)
    mailing = office.mailing(to=[*people, left])
    office.send()
    return mailing


def test_every_number_opens_as_many_rows_and_they_sum_to_its_people(office: Office) -> None:
    mailing, max_ = mixed(office), as_(office.cast.max)
    page = max_.get(f"/outbox/{mailing.public_id}/")
    counted = dict(page.context["states"])

    assert counted == {"sent": 3, "kept": 2}
    for state, n in counted.items():
        found = max_.get(f"/outbox/{mailing.public_id}/messages?state={state}")
        assert found.context["count"] == len(found.context["rows"]) == n
    (progress,) = max_.get("/outbox/?show=all").context["rows"]
    assert sum(progress.steps.values()) == progress.people == 5
    told = text(max_.get(f"/outbox/{mailing.public_id}/messages?step=unsent"))
    assert "took the consent back" in told
    assert "No number or address" in told


def test_a_mailing_is_found_by_a_part_of_its_name(office: Office) -> None:
    for name in ("spring", "autumn"):
        office.mailing(name, to=office.people(1), name=name)
    max_ = as_(office.cast.max)

    page = text(max_.get("/outbox/?show=all&words=AUT"))
    assert "autumn" in page
    assert "spring" not in page
    assert "No mailing with this name" in text(max_.get("/outbox/?words=winter"))


def test_who_sees_one_branch_sees_its_messages_only_and_holds_nothing(office: Office) -> None:
    mailing = mixed(office)
    wei, tao = as_(office.cast.wei), as_(office.cast.tao)

    assert wei.get(f"/outbox/{mailing.public_id}/").context["progress"].people == 5
    assert wei.post(f"/outbox/{mailing.public_id}/pause", {"why": "x"}).status_code == 403
    assert tao.get("/outbox/").status_code == 403
    with scope.everything():
        office.cast.tao.role = "manager"
        office.cast.tao.save()
    assert as_(office.cast.tao).get(f"/outbox/{mailing.public_id}/").status_code == 404


def test_pausing_going_on_and_stopping_ask_why(office: Office) -> None:
    mailing = office.mailing(to=office.people(2))
    max_, where = as_(office.cast.max), f"/outbox/{mailing.public_id}/"

    def state() -> tuple[str, str]:
        with scope.everything():
            now = Mailing.objects.get(pk=mailing.pk)
        return now.state, now.why

    assert max_.post(f"{where}pause", {"why": " "}).status_code == 422
    max_.post(f"{where}pause", {"why": "Wrong date in the text"})
    assert state() == ("paused", "Wrong date in the text")
    assert "Wrong date in the text" in text(max_.get(where))
    max_.post(f"{where}resume")
    assert state() == ("running", "")
    max_.post("/outbox/pause-all", {"why": "Alarm"})
    assert state() == ("paused", "Alarm")
    max_.post(f"{where}stop", {"why": "Never mind"})
    assert state() == ("stopped", "Never mind")
    assert dict(max_.get(where).context["states"]) == {"stopped": 2}
    assert max_.post(f"{where}resume").status_code == 409


def test_messages_of_unknown_end_are_settled_by_a_person(office: Office) -> None:
    people = office.people(2)
    office.server.orders += [DROP, DROP]
    mailing = office.mailing(to=people)
    office.send()
    one, other = of(mailing, people[0]), of(mailing, people[1])
    assert {one.state, other.state} == {"unknown"}
    max_ = as_(office.cast.max)

    assert "2 messages" in text(max_.get("/outbox/"))
    assert max_.post("/outbox/unknown", {"message": [one.public_id]}).status_code == 422
    max_.post(
        "/outbox/unknown", {"message": [one.public_id], "end": "arrived", "why": "in their log"}
    )
    max_.post(
        "/outbox/unknown", {"message": [other.public_id], "end": "again", "why": "not in it"}
    )

    assert of(mailing, people[0]).state == "sent"
    assert of(mailing, people[1]).state == "waiting"


def test_a_file_holds_the_rows_without_names_and_is_audited(office: Office) -> None:
    mailing = mixed(office)
    assert as_(office.cast.max).get(f"/outbox/{mailing.public_id}/export").status_code == 403
    answer = as_(office.cast.ana).get(
        f"/outbox/{mailing.public_id}/export?format=csv&step=sent"
    )

    lines = answer.content.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 4
    assert "王" not in answer.content.decode()
    assert "2026-11-23 12:00" in lines[1]  # the company's clock
    with scope.everything():
        assert AuditEntry.objects.get(action="delivery.exported").details["rows"] == 3


def test_the_customers_page_shows_what_was_sent_and_what_was_not_and_why(
    office: Office,
) -> None:
    (who,) = office.people(1)
    sent = office.mailing("first", to=[who])
    office.send()
    with scope.everything():
        withdraw(who)
    office.mailing("second", to=[who])
    office.send()
    mei = as_(office.cast.mei)
    page = text(mei.get(f"/customers/{who.public_id}", follow=True))

    assert "The customer took the consent back." in page
    every = text(mei.get(f"/customers/{who.public_id}/messages"))
    assert every.index("second") < every.index("first")
    shown = text(mei.get(f"/messages/{of(sent, who).public_id}"))
    assert f"您好，{who.name}。" in shown
    assert f"/outbox/{sent.public_id}" not in shown
    assert as_(office.cast.tao).get(f"/messages/{of(sent, who).public_id}").status_code == 404
    with scope.everything():
        assert Delivery.objects.count() == 2
        actions.switch_line(office.line, on=False, by=TESTS, at=NOON)
