"""Files of a customer: listed kinds only, handed out as downloads, gone when erased."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from tests.server.customers.test_page import address, body, enter

from regulars.server.core import custody, scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.customers import actions, queries, rules
from regulars.server.customers.models import Customer, Document
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
PDF = b"%PDF-1.7\n1 0 obj\n"


def kept(customer: Customer, name: str = "合同.pdf", content: bytes = PDF) -> Document:
    return actions.attach(customer, content, name=name, by=TESTS, at=NOON)


def test_a_file_goes_in_under_a_name_of_chance_and_out_as_a_download(
    as_system: Cast, client: Client
) -> None:
    cast = as_system
    enter(client, cast.mei)
    client.post(
        address(cast.li, "documents/new"),
        {"file": SimpleUploadedFile("合同 2026.pdf", PDF), "kind": "contract"},
    )
    scope.set_scope(scope.EVERYBODY)
    document = Document.objects.get()

    answer = client.post(address(cast.li, f"documents/{document.public_id}/take"))

    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "合同" not in str(queries.path_of(document))
    scope.set_scope(scope.EVERYBODY)
    entry = AuditEntry.objects.get(action="customers.document.read")
    assert entry.actor == f"person:{cast.mei.pk}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("picture.svg", b"<svg onload='x'/>"),
        ("run.exe", b"MZ"),
        ("none", PDF),
        ("contract.pdf", b"<html>"),
        ("photo.png", PDF),
        ("note.txt", b"a\x00b"),
        ("empty.pdf", b""),
        ("large.pdf", PDF + b" " * rules.LARGEST),
    ],
)
def test_what_is_not_a_listed_kind_of_file_is_refused(
    as_system: Cast, name: str, content: bytes
) -> None:
    with pytest.raises(actions.BadDocument):
        kept(as_system.li, name, content)

    assert Document.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("../../etc/passwd.txt", "_etc_passwd.txt"),
        ("a\u202egpj.pdf", "a_gpj.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_brings_no_path_and_no_tricks(given: str, kept_as: str) -> None:
    assert rules.file_name(given).endswith(kept_as)
    assert len(rules.file_name(given)) <= rules.LONGEST_NAME


def test_a_file_of_another_book_is_nowhere(as_system: Cast, client: Client, look: Look) -> None:
    cast = as_system
    document = kept(cast.qian)
    enter(client, cast.mei)

    for near in (cast.qian, cast.li):
        for tail in ("take", "discard"):
            where = address(near, f"documents/{document.public_id}/{tail}")
            assert client.post(where).status_code == 404
    look(cast.mei)
    assert Document.objects.count() == 0
    scope.set_scope(scope.EVERYBODY)
    assert not queries.documents(cast.mei, cast.qian).exists()
    assert not AuditEntry.objects.filter(action="customers.document.read").exists()


def test_who_may_not_see_personal_values_takes_no_file(as_system: Cast, client: Client) -> None:
    document = kept(as_system.zhou)
    enter(client, as_system.lob)

    page = body(client, address(as_system.zhou))
    answer = client.post(address(as_system.zhou, f"documents/{document.public_id}/take"))

    assert "合同.pdf" in page
    assert answer.status_code == 403


def test_a_damaged_file_is_not_handed_out(as_system: Cast) -> None:
    document = kept(as_system.li)
    queries.path_of(document).write_bytes(b"%PDF-other")

    with pytest.raises(actions.BadDocument):
        actions.hand_out(document, by=TESTS, at=NOON)


@pytest.mark.parametrize("how", ["discarded", "erased"])
def test_what_is_thrown_away_leaves_no_bytes(as_system: Cast, how: str) -> None:
    document, other = kept(as_system.li), kept(as_system.qian)
    path = queries.path_of(document)

    with TestCase.captureOnCommitCallbacks(execute=True):
        if how == "discarded":
            actions.discard_document(document, by=TESTS, at=NOON)
        else:
            custody.erase(as_system.li.pk, by=TESTS, at=NOON)

    assert not path.exists()
    assert list(Document.objects.all()) == [other]
    assert queries.path_of(other).exists()
