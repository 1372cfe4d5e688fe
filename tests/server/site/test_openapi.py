"""The document of the API: complete, unchanged without intent, and kept by every answer."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from ninja import Schema
from schemathesis.checks import CHECKS
from tests.server.site.api import Api

from regulars.server.core import scope
from regulars.server.core.api.document import operations
from regulars.server.core.rights import Right
from regulars.server.site.api import api, document
from regulars.server.site.requests import handler
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
KEPT = Path(__file__).parent / "openapi.json"


def test_the_document_is_the_one_that_was_agreed_on() -> None:
    """After a change on purpose: REGULARS_WRITE=1 pytest tests/server/site/test_openapi.py."""
    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("REGULARS_WRITE"):
        KEPT.write_text(text, "utf-8")

    assert KEPT.read_text("utf-8") == text


def test_no_two_shapes_have_one_name() -> None:
    """The library keeps the last one of a name, and says nothing of the others."""
    named: dict[str, set[str]] = {}
    waiting = [Schema]
    while waiting:
        for shape in waiting.pop().__subclasses__():
            waiting.append(shape)
            if shape.__module__.startswith("regulars."):
                named.setdefault(shape.__name__, set()).add(shape.__module__)

    assert {name: where for name, where in named.items() if len(where) > 1} == {}


def test_the_document_is_open_to_everybody_and_says_openapi_3_1() -> None:
    answer = Client().get("/api/v1/openapi.json", headers={"Accept-Language": "zh-CN"})

    assert answer.json()["openapi"].startswith("3.1")
    assert answer.json() == document()


def test_every_operation_says_who_may_what_may_fail_and_gives_an_example() -> None:
    for path, method, operation in operations(document()):
        statuses = set(operation["responses"])
        assert operation["security"], path
        assert {"400", "401", "403", "429", "500"} <= statuses, path
        if method == "post":
            assert {"409", "413", "415", "422", "503"} <= statuses, path
            names = [one["name"] for one in operation["parameters"]]
            assert "Idempotency-Key" in names, path
            assert operation["requestBody"]["content"]["application/json"]["examples"], path
        if "{" in path:
            assert "404" in statuses, path
    assert len(list(operations(document()))) == sum(
        len(view.operations)
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
    )


def test_the_examples_of_the_document_are_taken(as_system: Cast) -> None:
    caller = Api()
    for path, method, operation in operations(document()):
        # What is asked in somebody's name needs their work: see test_api_of_work; messages
        # need a line: see the tests of delivery.
        apart = ([Right.WORK_READ], [Right.WORK_WRITE], [Right.MESSAGES_SEND])
        if method == "post" and operation["x-rights"] not in apart:
            told = operation["requestBody"]["content"]["application/json"]["examples"]
            for name, example in told.items():
                answer = caller.post(path.removeprefix("/api/v1"), example["value"])
                assert answer.status_code == 200, (path, name, answer.content)
                assert answer.json()["refused"] == 0, (path, name, answer.json())


def hammer(examples: int, seed: int) -> tuple[int, list[str]]:
    """Send what the document allows, and what it forbids; return calls and broken promises."""
    caller = Api(per_minute=10_000_000)
    schema: Any = schemathesis.openapi.from_dict(document())
    schema.app = handler()
    broken: list[str] = []
    calls = 0
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    with connections_kept():
        for result in schema.get_all_operations():
            for mode in modes:
                calls += _try(result.ok(), mode, caller, examples, seed, broken)
    return calls, broken


@contextmanager
def connections_kept() -> Iterator[None]:
    """Let the requests share the test's transaction, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _try(
    operation: Any, mode: Any, caller: Api, examples: int, seed: int, broken: list[str]
) -> int:
    from hypothesis import given
    from hypothesis import seed as seeded

    count = 0
    # Our key is put in beside the case, which that check takes for a made-up one.
    left_out = {"ignored_auth"}
    free = {("/api/v1/customers", "get"), ("/api/v1/mailings", "get")}
    if (operation.path, operation.method) in {*free, ("/api/v1/messages", "post")}:
        # A cursor is a word of ours: no schema can tell a good one from a bad one. A message
        # wants a key that other writes may have.
        left_out.add("positive_data_acceptance")
    checks = [each for each in CHECKS.get_all() if each.__name__ not in left_out]
    if operation.method == "post":
        examples = max(examples // 3, 1)  # a load takes its time

    @seeded(seed)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        nonlocal count
        count += 1
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {caller.token}"}
        if re.fullmatch("[!-~]{1,255}", str(case.headers.get("Idempotency-Key", ""))):
            case.headers["Idempotency-Key"] = str(uuid4())  # each its own
        answer = case.call()
        scope.set_scope(scope.EVERYBODY)
        try:
            case.validate_response(answer, checks=checks)
        except (Exception, BaseExceptionGroup) as error:
            broken.append(f"{case.method} {case.path} {answer.status_code}: {error}"[:1500])

    one()
    return count


def test_every_answer_is_one_that_the_document_declares(as_system: Cast) -> None:
    calls, broken = hammer(examples=6, seed=1)

    assert not broken, "\n".join(broken)
    assert calls > 30


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)  # one for all would hold the locks of every load
def test_thousands_of_calls_find_no_server_error_and_no_undeclared_answer(
    as_system: Cast,
) -> None:
    total, found = 0, []
    for seed in range(5):
        calls, broken = hammer(examples=120, seed=seed)
        total, found = total + calls, found + broken

    print(f"{total} calls of the API: {len(found)} broken promises")  # noqa: T201
    assert not found, "\n".join(found)
