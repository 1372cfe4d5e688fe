"""People ask for what is theirs; the answer comes in time, once, and whole."""

from __future__ import annotations

import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from regulars.server.channels import actions as channels
from regulars.server.core import custody, scope
from regulars.server.core.models import AuditEntry
from regulars.server.customers import actions as customers
from regulars.server.customers import queries as reading
from regulars.server.customers.models import Customer, FactKey
from regulars.server.identity import actions as identity
from regulars.server.privacy import actions, queries
from regulars.server.privacy.models import Request
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
K = Request.Kind
CANARY = "13800138999"


@pytest.fixture
def ning(as_system: Cast) -> Customer:
    """Somebody of whom much is on file."""
    cast = as_system
    ning = stage.customer(
        "N77", "宁静远", cast.mei_book, phone=CANARY, email="canary@example.com",
        address="柳荫街77号", note="prefers mornings", birth_date=date(1970, 3, 3),
    )  # fmt: skip
    customers.relate(ning, cast.qian, "spouse", by=TESTS, at=NOON)
    channels.record_touch(
        ning, channel="call", outcome="reached", by=cast.mei, at=NOON, two_way=True,
        note="asked about canary deposits",
    )  # fmt: skip
    bought(cast, ning, *(TODAY - timedelta(days=n) for n in (1, 8, 15)))
    return ning


def ask(customer: Customer, kind: str, **given: Any) -> Request:
    return actions.open_request(customer, kind, received_on=TODAY, by=TESTS, at=NOON, **given)


WHO: dict[str, Any] = {"proof": Request.Proof.DOCUMENT, "by": TESTS, "at": NOON}


def test_an_answer_is_due_in_fifteen_working_days(ning: Customer) -> None:
    asked = ask(ning, K.COPY)

    assert asked.due_on > TODAY + timedelta(days=15)
    with pytest.raises(actions.AlreadyAsked):
        ask(ning, K.COPY)


def test_a_copy_holds_the_file_its_rows_and_its_facts(ning: Customer) -> None:
    asked = actions.give_copy(ask(ning, K.COPY), **WHO)

    with zipfile.ZipFile(queries.copy_path(asked)) as found:
        told = json.loads(found.read("copy.json"))
        page = found.read("copy.html").decode()
    assert told["file"]["phone"] == CANARY
    assert len(told["facts"]["transactions"]) == 3
    assert any("canary deposits" in str(rows) for rows in told["records"].values())
    assert CANARY in page
    assert "id_hash" not in told["file"]


def test_a_copy_says_in_words_where_a_value_came_from(ning: Customer) -> None:
    customers.change_customer(ning, by=TESTS, at=NOON, occupation="裁缝")

    with zipfile.ZipFile(
        queries.copy_path(actions.give_copy(ask(ning, K.COPY), **WHO))
    ) as found:
        page = found.read("copy.html").decode()

    assert "<td>hand</td>" not in page
    assert "<td>手工</td>" in page or "<td>By hand</td>" in page


def test_what_a_person_is_told_is_kept_with_a_copy_and_an_objection(
    ning: Customer, cast: Cast
) -> None:
    client = Client()
    client.force_login(cast.ada)

    for kind in (K.COPY, K.OBJECTION):
        asked = ask(ning, kind)
        client.post(
            f"/privacy/{asked.public_id}/answer",
            {"act": "do", "proof": WHO["proof"], "answer": "已当面交付"},
        )
        asked.refresh_from_db()
        assert (asked.state, asked.answer) == (Request.State.DONE, "已当面交付")


def test_nobody_gets_anything_without_proof_of_who_they_are(ning: Customer) -> None:
    with pytest.raises(actions.NoProof):
        actions.give_copy(ask(ning, K.COPY), proof="", by=TESTS, at=NOON)


def test_a_refusal_needs_a_reason(ning: Customer) -> None:
    asked = ask(ning, K.ERASURE)
    with pytest.raises(actions.NoReason):
        actions.refuse(asked, answer=" ", by=TESTS, at=NOON)

    actions.refuse(asked, answer="The loan runs until 2030.", by=TESTS, at=NOON)

    with pytest.raises(actions.AlreadyAnswered):
        actions.withdraw(asked, by=TESTS, at=NOON)


def everything_written() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as db:
        db.execute(
            "select c.relname from pg_class c where c.relkind in ('r', 'p') "
            "and not c.relispartition and c.relnamespace = 'public'::regnamespace"
        )
        for (table,) in db.fetchall():
            if not table.startswith(("procrastinate", "django_migrations")):
                db.execute(f'select t::text from "{table}" t')
                found += [row[0] for row in db.fetchall()]
    return "\n".join(found)


def test_an_erasure_leaves_no_word_of_the_person_in_any_table(ning: Customer) -> None:
    assert CANARY in everything_written()

    actions.erase(ask(ning, K.ERASURE, words="宁静远 wants out"), **WHO)
    actions.shred(by=TESTS, at=NOON)

    left = everything_written()
    for word in (CANARY, "宁静远", "canary", "柳荫街", "N77", "mornings"):
        assert word not in left, word


def test_an_erasure_keeps_the_facts_as_nobodys(ning: Customer) -> None:
    actions.erase(ask(ning, K.ERASURE), **WHO)

    assert not FactKey.objects.filter(customer=ning).exists()
    ning.refresh_from_db()
    assert ning.state == Customer.State.ERASED
    assert reading.buried(["N77", "N78"]) == {"N77"}


def test_an_erasure_takes_files_along_that_were_merged(ning: Customer) -> None:
    other = stage.customer("N78", "宁静远", ning.book, email="other-canary@example.com")
    identity.merge(ning, other, by=TESTS, at=NOON)
    ning.refresh_from_db()

    actions.erase(ask(ning, K.ERASURE), **WHO)

    actions.shred(by=TESTS, at=NOON)
    assert "canary" not in everything_written()
    assert reading.buried(["N77", "N78"]) == {"N77", "N78"}


def test_an_erasure_touches_nobody_else(ning: Customer, cast: Cast) -> None:
    before = [rows.of(cast.li.pk).count() for rows in custody.all_rows()]

    actions.erase(ask(ning, K.ERASURE), **WHO)

    assert [rows.of(cast.li.pk).count() for rows in custody.all_rows()] == before
    cast.li.refresh_from_db()
    assert cast.li.name


def test_scores_of_an_erased_customer_go_at_once(ning: Customer, cast: Cast) -> None:
    has_balance(cast, ning, (TODAY - timedelta(days=90), 500_000_00))
    scored(cast)
    with connection.cursor() as db:
        db.execute("select count(*) from scoring_score where customer_id = %s", [ning.pk])
        assert db.fetchone() == (1,)

    scope.set_scope(scope.EVERYBODY)
    actions.erase(ask(ning, K.ERASURE), **WHO)

    with connection.cursor() as db:
        db.execute("select count(*) from scoring_score where customer_id = %s", [ning.pk])
        assert db.fetchone() == (0,)


def test_a_duty_to_keep_stands_against_an_erasure(ning: Customer) -> None:
    Customer.objects.filter(pk=ning.pk).update(legal_block="Loan contract 8")
    asked = ask(ning, K.ERASURE)

    with pytest.raises(actions.UnderDuty, match="Loan contract 8"):
        actions.erase(asked, **WHO)

    ning.refresh_from_db()
    assert ning.name == "宁静远"


def test_who_objects_leaves_the_scores(ning: Customer) -> None:
    actions.object_to_profiling(ask(ning, K.OBJECTION), **WHO)

    ning.refresh_from_db()
    assert ning.no_profiling


def test_a_copy_goes_after_its_days(ning: Customer) -> None:
    asked = actions.give_copy(ask(ning, K.COPY), **WHO)
    path = queries.copy_path(asked)

    actions.sweep(by=TESTS, at=NOON - timedelta(days=3650))
    assert path.exists()
    made = actions.sweep(by=TESTS, at=NOON + timedelta(days=3650))

    assert not path.exists()
    assert made.counts["privacy.copies"] >= 1


def test_an_rm_opens_a_request_and_a_handler_answers_it(ning: Customer, cast: Cast) -> None:
    rm, handler = (
        Client(headers={"Accept-Language": "en"}),
        Client(headers={"Accept-Language": "en"}),
    )
    rm.force_login(cast.mei)
    handler.force_login(cast.ada)
    given = {"kind": "copy", "received_on": TODAY.isoformat(), "words": "all of it"}
    assert rm.post(f"/privacy/ask/{ning.public_id}/", given).status_code == 302
    asked = Request.objects.get()
    assert rm.get(f"/privacy/{asked.public_id}/").status_code == 403

    page = handler.get("/privacy/").content.decode()
    assert "宁静远" in page
    handler.post(f"/privacy/{asked.public_id}/answer", {"act": "do", "proof": "document"})

    scope.set_scope(scope.EVERYBODY)
    answer = handler.get(f"/privacy/{asked.public_id}/copy.zip")
    assert answer.status_code == 200
    assert AuditEntry.objects.filter(action="privacy.copy.downloaded").count() == 1


def test_the_request_page_says_what_an_erasure_would_do(ning: Customer, cast: Cast) -> None:
    asked = ask(ning, K.ERASURE)
    handler = Client(headers={"Accept-Language": "en"})
    handler.force_login(cast.ada)

    page = handler.get(f"/privacy/{asked.public_id}/").content.decode()

    assert "Contacts" in page
    assert "This cannot be taken back." in page


def test_a_period_below_a_duty_is_refused(as_system: Cast) -> None:
    from regulars.server.core.retention import DataClass

    known = DataClass("t", "t", "t", 400, lambda at: 0, lambda at: 0, least=365)
    with pytest.raises(actions.TooShort, match="365"):
        actions.set_period(known, 30, by=TESTS, at=NOON)
    actions.set_period(known, 365, by=TESTS, at=NOON)
    assert queries.days_of(known) == 365


def test_an_erasure_wants_a_tick_before_it_erases(ning: Customer, cast: Cast) -> None:
    asked = ask(ning, K.ERASURE)
    handler = Client(headers={"Accept-Language": "en"})
    handler.force_login(cast.ada)
    where, given = f"/privacy/{asked.public_id}/answer", {"act": "do", "proof": "document"}

    answer = handler.post(where, given)

    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 422
    assert "Tick this" in answer.content.decode()
    ning.refresh_from_db()
    assert ning.name == "宁静远"
    handler.post(where, {**given, "sure": "on"})
    scope.set_scope(scope.EVERYBODY)
    ning.refresh_from_db()
    assert ning.state == "erased"


def test_a_request_is_nobodys_of_another_branch(ning: Customer, cast: Cast) -> None:
    asked = ask(ning, K.COPY)
    for person in (cast.mei, cast.tao, cast.lin):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(person)
        assert client.get(f"/privacy/{asked.public_id}/").status_code == 403
        assert client.get(f"/privacy/{asked.public_id}/copy.zip").status_code == 403
        scope.set_scope(scope.EVERYBODY)
