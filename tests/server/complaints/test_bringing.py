"""A file of another system's complaints: each row is a case, or has a reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.server.complaints.conftest import Open

from regulars.server.complaints import actions
from regulars.server.complaints.models import Case, Entry
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
Lists = Callable[[str], Entry]
FILE = """工单号,客户号,投诉人,投诉内容,投诉类型,渠道,投诉时间,诉求
T-1,0001,,手续费没人告诉我。,收费与价格,电话,2026-11-20 10:30,退费
T-2,,冯先生,排了两个小时。,waiting,In the branch,2026-11-21,
T-3,9999,,找不到人。,,,,
T-4,0001,,,fees,call,,
T-5,0001,,什么类型？,不存在的类型,电话,,
"""


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def brought(who: Person, text: str, name: str = "complaints.csv") -> tuple[int, str]:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(who)
    file = SimpleUploadedFile(name, text.encode())
    answer = client.post(reverse("complaints:bring"), {"file": file})
    scope.set_scope(scope.EVERYBODY)
    return answer.status_code, answer.content.decode()


def test_rows_become_cases_with_words_type_and_channel_and_others_are_told_why(
    as_system: Cast, lists: Lists
) -> None:
    code, shown = brought(as_system.ada, FILE)

    assert code == 200
    first, second = Case.objects.order_by("reference")
    assert (first.customer, first.words, first.type.code, first.channel, first.wish) == (
        as_system.li, "手续费没人告诉我。", "fees", "call", "退费",
    )  # fmt: skip
    assert first.received_at == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert (second.customer, second.who, second.type.code, second.channel) == (
        None, "冯先生", "waiting", "counter",
    )  # fmt: skip
    assert second.source == Case.Source.FILE
    for line, why in ((4, "9999"), (5, "in their own words"), (6, "不存在的类型")):
        assert f"Line {line}" in shown
        assert why in shown
    told = AuditEntry.objects.get(action="complaints.brought").details
    assert (told["added"], told["refused"]) == (2, 3)


def test_a_file_that_comes_twice_makes_nothing_twice(as_system: Cast, lists: Lists) -> None:
    brought(as_system.ada, FILE)

    _code, shown = brought(as_system.ada, FILE)

    assert Case.objects.count() == 2
    assert "2 were here already" in shown


def test_a_case_that_was_known_by_its_number_alone_gets_its_words(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(words="", source=Case.Source.FILE, reference="T-1", type=lists("other"))
    assert "Ask the customer what happened" in case.said

    brought(as_system.ada, FILE)

    case.refresh_from_db()
    assert (case.words, case.type.code, case.channel) == ("手续费没人告诉我。", "fees", "call")
    assert case.said == case.words


@pytest.mark.parametrize(
    ("text", "why"), [("a,b\n1,2\n", "lacks these columns"), ("", "")]
)  # fmt: skip
def test_what_is_no_table_of_complaints_is_refused(
    as_system: Cast, lists: Lists, text: str, why: str
) -> None:
    code, shown = brought(as_system.ada, text)

    assert code == 422
    assert why in shown
    assert not Case.objects.exists()


def test_somebody_else_has_the_reference(as_system: Cast, complain: Open, lists: Lists) -> None:
    complain(reference="T-2")
    from regulars.server.complaints.rules.sheet import Line

    row = Line(2, {"reference": "T-2", "words": "x", "customer": as_system.qian.number})
    scope.set_scope(as_system.tao.scope)
    found = actions.bring([row], by=as_system.tao, at=NOON)
    scope.set_scope(scope.EVERYBODY)

    assert [one.line for one in found.refused] == [2]


def test_complaints_and_comments_stand_among_the_kinds_of_imports(as_system: Cast) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(as_system.ada)

    page = client.get(reverse("intake:index")).content.decode()

    assert 'href="/complaints/import"' in page
    assert 'href="/comments/bring"' in page
    assert client.get("/complaints/import").status_code == 200
