"""Files of a case: of strangers, too, hidden like the case, gone with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.server.complaints.conftest import Open

from regulars.server.complaints import actions
from regulars.server.complaints.models import Paper
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.customers import queries as documents
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 a letter"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def test_a_strangers_letter_stands_with_the_case_and_every_download_is_written_down(
    as_system: Cast, complain: Open
) -> None:
    case = complain(customer=None, who="Mr Feng", book=as_system.willow_pool)
    client = enter(as_system.lob)
    where = reverse("complaints:one", args=[case.public_id])

    bad = client.post(f"{where}attach", {"file": SimpleUploadedFile("letter.pdf", b"no pdf")})
    sent = client.post(f"{where}attach", {"file": SimpleUploadedFile("letter.pdf", PDF)})
    shown = client.get(where).content.decode()
    scope.set_scope(scope.EVERYBODY)
    paper = Paper.objects.get(case=case)
    given = client.post(f"{where}files/{paper.public_id}")
    other = enter(as_system.tao).post(f"{where}files/{paper.public_id}")
    scope.set_scope(scope.EVERYBODY)

    assert (bad.status_code, sent.status_code, other.status_code) == (422, 302, 404)
    assert "letter.pdf" in shown
    assert (given.content, given["Content-Disposition"]) == (
        PDF, 'attachment; filename="letter.pdf"',
    )  # fmt: skip
    assert AuditEntry.objects.filter(action="complaints.paper.read").count() == 1


def test_whom_the_case_names_sees_no_file_of_it(as_system: Cast, complain: Open) -> None:
    case = complain(about=as_system.lin)
    actions.attach(case, PDF, name="letter.pdf", by=as_system.lob, at=NOON)

    scope.set_scope(as_system.lin.scope)
    with connection.cursor() as db:
        db.execute("select count(*) from complaints_paper")
        seen = db.fetchone()[0]
    scope.set_scope(scope.EVERYBODY)

    assert seen == 0
    with pytest.raises(actions.Involved):
        actions.attach(case, PDF, name="mine.pdf", by=as_system.lin, at=NOON)


@pytest.mark.parametrize("why", ["erased", "old"])
def test_the_bytes_go_with_the_person_and_with_the_years(
    as_system: Cast,
    complain: Open,
    django_capture_on_commit_callbacks: object,
    why: str,
) -> None:
    case = actions.close(complain(), result="withdrawn", by=as_system.lob, at=NOON)
    paper = actions.attach(case, PDF, name="letter.pdf", by=as_system.lob, at=NOON)
    path = documents.kept_at(paper.stored_as)
    assert path.read_bytes() == PDF

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        if why == "erased":
            actions.blank_story(as_system.li.pk, by=TESTS, at=NOON)
        else:
            actions.drop_closed(NOON.replace(year=2040))

    assert not path.exists()
    assert not Paper.objects.exists()
