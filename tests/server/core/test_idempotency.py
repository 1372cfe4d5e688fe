"""A repeated write is one write, however often, however close, and whatever dies between."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from tests.server.site.api import Api, sale, sales

from regulars.server.core import scope
from regulars.server.core.idempotency import actions as idempotency
from regulars.server.core.idempotency.actions import KEPT, UnderWay
from regulars.server.core.keys import actions as keys
from regulars.server.core.models import ApiKey, AuditEntry, IdempotentReply
from regulars.server.core.rights import Right
from regulars.testing.cast import NOON, TESTS, Cast

NOTES = pytest.mark.urls("tests.server.core.notes")


def written(text: str) -> int:
    return AuditEntry.objects.filter(action="tests.note", subject=text).count()


def write(api: Api, text: str, name: str | None, body: str = "{}") -> Any:
    headers = {"Authorization": f"Bearer {api.token}"}
    headers |= {"Idempotency-Key": name} if name else {}
    return api.client.post(
        f"/api/drill/notes?text={text}", body, content_type="application/json", headers=headers
    )


@NOTES
@pytest.mark.django_db
def test_the_same_request_again_gets_the_first_answer_byte_for_byte(as_system: Cast) -> None:
    api = Api()

    first, again = write(api, "a", "one"), write(api, "a", "one")

    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert first["Content-Type"] == again["Content-Type"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert written("a") == 1


@pytest.mark.django_db
def test_rows_that_come_again_by_their_key_are_one_import(as_system: Cast) -> None:
    api = Api()
    body = sales(sale("0001", 1))

    first = api.post("/facts", body, Idempotency_Key="till-7-1")
    again = api.post("/facts", body, Idempotency_Key="till-7-1")

    assert first.content == again.content
    assert again.json()["added"] == 1


@NOTES
@pytest.mark.django_db
def test_the_key_with_another_request_is_refused(as_system: Cast) -> None:
    api, other = Api(), Api()
    write(api, "a", "one")

    for refused in (write(api, "b", "one"), write(api, "a", "one", body='{"x": 1}')):
        assert (refused.status_code, refused.json()["code"]) == (422, "key-reused")
    assert written("b") == 0
    assert write(other, "b", "one").status_code == 200  # names of one key are its own


@NOTES
@pytest.mark.django_db
def test_what_was_refused_is_not_remembered(as_system: Cast) -> None:
    api = Api()

    wrong = write(api, "a", "one", body="")
    api.client.post("/api/drill/notes", headers={"Authorization": f"Bearer {api.token}"})

    assert wrong.status_code == 415
    assert write(api, "a", "one").status_code == 200


@NOTES
@pytest.mark.django_db
def test_without_a_key_each_request_stands_for_itself(as_system: Cast) -> None:
    api = Api()

    write(api, "a", None)
    write(api, "a", None)

    assert written("a") == 2


@NOTES
@pytest.mark.django_db
def test_an_answer_is_kept_for_a_week(as_system: Cast) -> None:
    api = Api()
    write(api, "a", "one")
    IdempotentReply.objects.update(kept_at=timezone.now() - KEPT - timedelta(seconds=1))

    assert "Idempotency-Replayed" not in write(api, "a", "one")
    assert idempotency.drop(timezone.now() + timedelta(seconds=1)) == 1


@NOTES
@pytest.mark.django_db
def test_a_key_that_is_none_is_refused(as_system: Cast) -> None:
    api = Api()

    for name in ("two words", "x" * 256, "é"):
        assert write(api, "a", name).status_code == 400
    assert written("a") == 0


@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_at_work_the_second_is_told_to_wait() -> None:
    with scope.everything():
        key, _token = keys.make_key(name="till", rights=Right, by=TESTS, at=NOON)
    with transaction.atomic():
        assert idempotency.claim(key, "one", of="x", at=NOON) is None

        with ThreadPoolExecutor(1) as pool:
            told = pool.submit(_claimed_elsewhere, key).result()

    assert told is UnderWay


def _claimed_elsewhere(key: ApiKey) -> type[Exception] | None:
    try:
        with transaction.atomic():
            idempotency.claim(key, "one", of="x", at=NOON)
    except UnderWay as error:
        return type(error)
    finally:
        connection.close()
    return None


CASES, HANDS = 2_000, 4


@NOTES
@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_two_thousand_writes_repeated_at_once_and_cut_off_are_one_each(
    request: pytest.FixtureRequest,
) -> None:
    """Each write comes 1 to 5 times at once while connections of the server are killed."""
    with scope.everything():
        _key, token = keys.make_key(
            name="till", rights=Right, by=TESTS, at=NOON, per_minute=10_000_000
        )
    dice = random.Random(9)
    logging.disable(logging.CRITICAL)  # each killed connection would fill a page
    request.addfinalizer(lambda: logging.disable(logging.NOTSET))
    told: Counter[str] = Counter()
    wrong: list[str] = []
    with ThreadPoolExecutor(HANDS) as pool, killed_now_and_then(dice) as killed:
        for case in range(CASES):
            times = dice.randint(1, 5)
            answers = list(pool.map(_sent, [(token, case, "{}")] * times))
            told.update(str(status) for status, _body in answers)
            bodies = {body for status, body in answers if status == 200}
            while not bodies:  # whoever got no answer asks again
                status, body = pool.submit(_sent, (token, case, "{}")).result()
                told[f"again {status}"] += 1
                bodies |= {body} if status == 200 else set()
            last = _settled(pool, token, case, "{}")
            other = _settled(pool, token, case, '{"x": 1}')
            if bodies != {last[1]} or other[0] != 422:
                wrong.append(f"case {case}: {answers} {last} {other}")
    effects = Counter(
        AuditEntry.objects.filter(action="tests.note").values_list("subject", flat=True)
    )
    print(  # noqa: T201
        f"{CASES} writes, {sum(told.values())} requests {dict(told)}, {killed[0]} connections "
        f"killed: {sum(n != 1 for n in effects.values())} doubled or lost, {len(wrong)} wrong"
    )
    assert not wrong, wrong[:3]
    assert len(effects) == CASES
    assert set(effects.values()) == {1}


def _settled(pool: ThreadPoolExecutor, token: str, case: int, body: str) -> tuple[int, bytes]:
    """Ask until nothing is in the way."""
    while True:
        answer = pool.submit(_sent, (token, case, body)).result()
        if answer[0] in {200, 422}:
            return answer


def _sent(asked: tuple[str, int, str]) -> tuple[int, bytes]:
    token, case, body = asked
    try:
        answer = Client(raise_request_exception=False).post(
            f"/api/drill/notes?text=case-{case}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"case-{case}"},
        )
        return answer.status_code, answer.content
    finally:
        connection.close()


@contextmanager
def killed_now_and_then(dice: random.Random) -> Iterator[list[int]]:
    """End the database sessions of requests at random moments, as a dying server would."""
    count, over = [0], threading.Event()
    with connection.cursor() as db:
        db.execute("select pg_backend_pid()")
        (mine,) = db.fetchone()

    def kill() -> None:
        try:
            while not over.wait(dice.uniform(0.0, 0.3)):
                with connection.cursor() as db:
                    db.execute(
                        "select count(pg_terminate_backend(pid)) from (select pid from "
                        "pg_stat_activity where usename = current_user and state <> 'idle' "
                        "and pid not in (%s, pg_backend_pid()) order by random() limit 1) one",
                        [mine],
                    )
                    count[0] += int(db.fetchone()[0])
        finally:
            connection.close()

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield count
    finally:
        over.set()
        killer.join()
