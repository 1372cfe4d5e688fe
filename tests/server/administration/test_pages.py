"""The administration's pages: who opens them, what they change, what they write down."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.models import AuditEntry, Book, CalendarDay, Company, OrgUnit, Person
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
ROOT = "/administration"
PAGES = [
    "/",
    "/people",
    "/people/new",
    "/organization",
    "/organization/new",
    "/organization/books",
    "/organization/books/new",
    "/settings",
]
OTHERS = ["mei", "wei", "lin", "lob", "max", "ana", "aud"]


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def entries(action: str) -> int:
    return AuditEntry.objects.filter(action=action).count()


def pages(cast: Cast) -> list[str]:
    return [
        *PAGES,
        f"/people/{cast.mei.public_id}",
        f"/people/{cast.mei.public_id}/password",
        f"/organization/books/{cast.mei_book.pk}",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_administrator_opens_every_page(cast: Cast, ada: Client, language: str) -> None:
    for path in [*pages(cast), "/jobs", "/audit"]:
        answer = ada.get(ROOT + path, HTTP_ACCEPT_LANGUAGE=language)

        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert ' style="' not in page
        assert "<script>" not in page


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_opens_them(cast: Cast, who: str) -> None:
    client = as_(getattr(cast, who))

    assert {client.get(ROOT + path).status_code for path in pages(cast)} == {403}


def test_nobody_else_changes_anything(cast: Cast) -> None:
    client = as_(cast.wei)
    before = AuditEntry.objects.count()

    for path in [
        f"/people/{cast.wei.public_id}",
        f"/people/{cast.ada.public_id}/access",
        f"/people/{cast.ada.public_id}/password",
        f"/organization/books/{cast.tao_book.pk}",
        "/settings",
        "/settings/years/2026",
        "/settings/days",
        "/settings/days/2026-11-28",
        "/jobs/nightly",
    ]:
        assert client.post(ROOT + path, {"role": "administrator"}).status_code == 403

    assert AuditEntry.objects.count() == before


def test_a_stranger_is_sent_to_sign_in(cast: Cast) -> None:
    answer = Client().get(f"{ROOT}/people")

    assert answer.headers["Location"] == "/sign-in?next=/administration/people"


def test_jobs_and_trail_are_open_to_those_who_look_after_them(cast: Cast) -> None:
    assert as_(cast.ana).get(f"{ROOT}/jobs").status_code == 200
    assert as_(cast.aud).get(f"{ROOT}/audit").status_code == 200
    assert as_(cast.ana).get(f"{ROOT}/audit").status_code == 403
    assert as_(cast.mei).get(f"{ROOT}/jobs").status_code == 403


def test_a_new_colleague_can_sign_in(cast: Cast, ada: Client) -> None:
    typed = {
        "name": "苏航",
        "role": "rm",
        "org_unit": cast.willow.pk,
        "username": "su",
        "password": "five green bottles",
        "again": "five green bottles",
    }
    ada.post(f"{ROOT}/people/new", typed)

    su = Person.objects.get(username="su")
    assert (su.name, su.role, su.org_unit) == ("苏航", "rm", cast.willow)
    assert su.check_password("five green bottles")
    entry = AuditEntry.objects.get(subject=f"core.Person:{su.pk}")
    assert entry.actor == f"person:{cast.ada.pk}"
    assert "苏航" not in str(entry.details)


def test_a_taken_name_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, ada: Client
) -> None:
    typed = {
        "name": "苏航",
        "role": "rm",
        "org_unit": cast.willow.pk,
        "username": "MEI",
        "password": "five green bottles",
        "again": "five green bottles",
    }
    answer = ada.post(f"{ROOT}/people/new", typed, HTTP_ACCEPT_LANGUAGE="en")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "That user name is taken" in page
    assert "苏航" in page
    assert 'value="five green bottles"' in page


def test_a_new_role_holds_from_the_next_request(cast: Cast, ada: Client) -> None:
    tao = as_(cast.tao)
    assert tao.get(f"{ROOT}/audit").status_code == 403
    typed = {"name": "陶然", "role": "auditor", "org_unit": cast.head_office.pk}

    ada.post(f"{ROOT}/people/{cast.tao.public_id}", typed)

    assert tao.get(f"{ROOT}/audit").status_code == 200
    assert entries("core.person.changed") == 1


def test_whoever_is_let_go_is_out_at_once_and_may_come_back(cast: Cast, ada: Client) -> None:
    ana = as_(cast.ana)
    access = f"{ROOT}/people/{cast.ana.public_id}/access"

    ada.post(access, {"is_active": "0"})
    assert ana.get(f"{ROOT}/jobs").headers["Location"].startswith("/sign-in")

    ada.post(access, {"is_active": "1"})
    assert as_(Person.objects.get(pk=cast.ana.pk)).get(f"{ROOT}/jobs").status_code == 200


def test_the_last_administrator_stays(cast: Cast, ada: Client) -> None:
    ada.post(f"{ROOT}/people/{cast.ada.public_id}/access", {"is_active": "0"})

    assert Person.objects.get(pk=cast.ada.pk).is_active


def test_a_new_password_ends_the_old_sessions(cast: Cast, ada: Client) -> None:
    ana = Client()
    ana.post("/sign-in", {"username": "ana", "password": "correct horse battery"})
    assert ana.get(f"{ROOT}/jobs").status_code == 200
    typed = {"password": "seven tall chimneys", "again": "seven tall chimneys"}

    ada.post(f"{ROOT}/people/{cast.ana.public_id}/password", typed)

    assert ana.get(f"{ROOT}/jobs").status_code == 302
    assert Person.objects.get(pk=cast.ana.pk).check_password("seven tall chimneys")


def test_people_are_found_by_name_role_and_state(cast: Cast, ada: Client) -> None:
    core.change_person(cast.tao, is_active=False, by=TESTS, at=NOON)

    def found(query: str) -> list[str]:
        return [person.username for person in ada.get(f"{ROOT}/people?{query}").context["rows"]]

    assert found("q=晓晴") == ["mei"]
    assert found("role=rm") == ["mei"]
    assert found("role=rm&state=all") == ["mei", "tao"]
    assert found("state=left") == ["tao"]


def test_a_long_list_comes_fifty_at_a_time(cast: Cast, ada: Client) -> None:
    for n in range(60):
        core.add_person(
            username=f"p{n:02}", name=f"P{n}", role="rm", org_unit=cast.lake, by=TESTS, at=NOON
        )

    first = ada.get(f"{ROOT}/people")
    more = ada.get(f"{ROOT}/people?page=2", HTTP_HX_REQUEST="true")

    assert len(first.context["rows"]) == 50
    assert "page=2" in first.content.decode()
    assert len(more.context["rows"]) == 19
    assert "<html" not in more.content.decode()


def test_a_branch_is_added_below_another(cast: Cast, ada: Client) -> None:
    typed = {"name": "柳溪二店", "code": "B011", "kind": "branch", "parent": cast.willow.pk}

    ada.post(f"{ROOT}/organization/new", typed)

    unit = OrgUnit.objects.get(code="B011")
    assert unit.path.startswith(cast.willow.path)
    page = ada.get(f"{ROOT}/organization")
    depths = {place.unit.code: place.depth for place in page.context["places"]}
    assert depths == {"HQ": 0, "B01": 1, "B011": 2, "B02": 1}


def test_the_tree_counts_what_lies_in_each_place(cast: Cast, ada: Client) -> None:
    places = {p.unit.code: p for p in ada.get(f"{ROOT}/organization").context["places"]}

    willow = places["B01"]
    assert (willow.people, willow.books, willow.customers) == (3, 2, 2)


def test_a_book_gets_another_owner_and_is_seen_at_once(cast: Cast, ada: Client) -> None:
    typed = {"name": "陆晓晴管户", "owner": cast.tao.pk, "backup": cast.mei.pk}

    ada.post(f"{ROOT}/organization/books/{cast.mei_book.pk}", typed)

    book = Book.objects.get(pk=cast.mei_book.pk)
    assert (book.owner, book.backup) == (cast.tao, cast.mei)
    assert book.pk in Person.objects.get(pk=cast.tao.pk).scope.books
    assert entries("core.book.assigned") == 1


def test_a_book_reads_as_its_reader_does(cast: Cast, ada: Client) -> None:
    typed = {"name": "陆晓晴的客户", "name_en": "Mei Lu’s customers", "owner": cast.mei.pk}

    answer = ada.post(f"{ROOT}/organization/books/{cast.mei_book.pk}", typed, follow=True)

    assert "陆晓晴的客户已保存。" in answer.content.decode()  # who holds it stayed
    page = f"{ROOT}/organization/books"
    assert "陆晓晴的客户" in ada.get(page).content.decode()
    ada.cookies["regulars_language"] = "en"
    assert "Mei Lu’s customers" in ada.get(page).content.decode()
    assert entries("core.book.renamed") == 1
    ada.post(f"{ROOT}/organization/books/{cast.mei_book.pk}", typed)
    assert entries("core.book.renamed") == 1  # the same names again are no change


def test_the_backup_is_somebody_else(cast: Cast, ada: Client) -> None:
    typed = {"name": "陆晓晴管户", "owner": cast.tao.pk, "backup": cast.tao.pk}

    answer = ada.post(f"{ROOT}/organization/books/{cast.mei_book.pk}", typed)

    assert answer.status_code == 422
    assert Book.objects.get(pk=cast.mei_book.pk).owner == cast.mei


def test_books_of_people_who_left_are_pointed_out(cast: Cast, ada: Client) -> None:
    core.change_person(cast.tao, is_active=False, by=TESTS, at=NOON)

    adrift = ada.get(f"{ROOT}/organization/books?show=adrift").context["rows"]

    assert [book.code for book, _held in adrift] == ["K02"]
    assert ada.get(f"{ROOT}/").context["health"].books_adrift == 1


def test_settings_are_changed_and_written_down(cast: Cast, ada: Client) -> None:
    typed = {
        "name": "柳湖农商银行",
        "name_en": "Willow Lake Bank",
        "kind": "bank",
        "time_zone": "Asia/Urumqi",
        "nightly_at": "03:30",
    }
    ada.post(f"{ROOT}/settings", typed)

    company = Company.objects.get()
    assert (company.time_zone, f"{company.nightly_at:%H:%M}") == ("Asia/Urumqi", "03:30")
    entry = AuditEntry.objects.get(action="core.settings.changed")
    assert entry.details == {"fields": ["nightly_at", "time_zone"]}


def test_an_unknown_time_zone_is_refused(cast: Cast, ada: Client) -> None:
    typed = {"name": "x", "kind": "bank", "time_zone": "Mars/Base", "nightly_at": "25:00"}

    assert ada.post(f"{ROOT}/settings", typed).status_code == 422
    assert Company.objects.get().time_zone == "Asia/Shanghai"


def test_a_missing_year_is_warned_of_until_it_is_loaded(cast: Cast, ada: Client) -> None:
    health = ada.get(f"{ROOT}/").context["health"]
    assert not health.next_year_known

    ada.post(f"{ROOT}/settings/years/{health.next_year}")

    assert ada.get(f"{ROOT}/").context["health"].next_year_known


def test_a_day_is_set_and_dropped_by_hand(cast: Cast, ada: Client) -> None:
    ada.post(f"{ROOT}/settings/days", {"day": "2026-11-28", "is_workday": "1", "name": "盘点"})
    day = CalendarDay.objects.get(day=date(2026, 11, 28))
    assert (day.is_workday, day.name) == (True, "盘点")

    ada.post(f"{ROOT}/settings/days/2026-11-28")
    assert not CalendarDay.objects.exists()


def test_loading_a_year_leaves_days_set_by_hand_alone(cast: Cast, ada: Client) -> None:
    year = ada.get(f"{ROOT}/").context["health"].next_year - 1
    day = date(year, 10, 1)
    core.set_calendar_day(day, is_workday=True, by=TESTS, at=NOON)

    ada.post(f"{ROOT}/settings/years/{year}")

    assert CalendarDay.objects.get(day=day).is_workday


def test_the_trail_is_filtered_by_record_person_and_day(cast: Cast, ada: Client) -> None:
    core.change_person(cast.mei, role="manager", by=cast.ada, at=NOON)
    audit.record("x.y", "core.Person:1234567", by=cast.ada, at=NOON)

    def shown(query: str) -> list[str]:
        rows = ada.get(f"{ROOT}/audit?{query}").context["rows"]
        return [line.entry.action for line in rows]

    mine = f"subject=core.Person:{cast.mei.pk}"
    assert shown(mine) == ["core.person.changed", "core.person.added"]
    assert shown(f"{mine}&actor=person:{cast.ada.pk}") == ["core.person.changed"]
    assert shown(f"{mine}&since=2026-11-23&until=2026-11-23") == shown(mine)
    assert shown(f"{mine}&since=2026-11-24") == []
    assert shown(f"{mine}&since=nonsense") == shown(mine)


def test_the_trail_goes_on_below(cast: Cast, ada: Client) -> None:
    for n in range(70):
        audit.record(f"x.{n}", "y", by=TESTS, at=NOON)

    first = ada.get(f"{ROOT}/audit?subject=x.")
    last = first.context["before"]
    more = ada.get(f"{ROOT}/audit?subject=x.&before={last}", HTTP_HX_REQUEST="true")

    assert len(first.context["rows"]) == 50
    assert more.context["rows"][0].entry.action == "x.19"
    assert more.context["before"] is None
