"""What was said elsewhere comes in files: mapped and taken once, linked by a key."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.server.voice.conftest import Field

from regulars.base.errors import BadInput
from regulars.server.core.rules import Permission
from regulars.server.voice import actions, queries
from regulars.server.voice.models import Answer, Comment, Loop, Question, Survey
from regulars.server.voice.queries import results
from regulars.server.voice.rules import columns
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
Lay = Callable[[str], Path]


@pytest.fixture
def laid(tmp_path: Path) -> Iterator[Lay]:
    def lay(text: str, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return lay


def test_answers_are_taken_once_and_linked_where_the_number_matches(
    as_system: Cast, fielded: Field, laid: Lay
) -> None:
    cast, version = as_system, fielded("csat").version
    score, compared, why = version.questions.all()
    text = (
        "客户号,日期,满意度,和预期相比,原因\n"
        "0001,2026-11-20,2,-1,等了一个小时\n0003,2026-11-21,5,1,\n9999,2026/11/22,4,0,很好\n"
        "0001,2026-11-23,9,0,\n0003,2027-01-01,4,0,\n"
    )
    mapping = {
        "客户号": columns.NUMBER, "日期": columns.AT, "满意度": f"q:{score.public_id}",
        "和预期相比": f"q:{compared.public_id}", "原因": f"q:{why.public_id}",
    }  # fmt: skip
    told = actions.bring_answers(
        version, laid(text), mapping, name="old.csv", by=cast.max, at=NOON
    )
    again = actions.bring_answers(
        version, laid(text), mapping, name="old.csv", by=cast.max, at=NOON
    )

    assert (told.taken, told.linked, told.wrong, told.again) == (3, 2, 2, 0)
    assert [line for line, _why in told.refused] == [6, 5] or [
        line for line, _why in told.refused
    ] == [5, 6]
    assert (again.taken, again.again) == (0, 3)
    assert Answer.objects.filter(customer=cast.li, mode="file").count() == 1
    assert Loop.objects.get().customer == cast.li, "it is news: four days ago"
    header = actions.look(laid(text)).header
    assert queries.layout(version.survey, columns.print_of(header)) == mapping


def test_an_old_answer_calls_nobody_to_work(as_system: Cast, fielded: Field, laid: Lay) -> None:
    version = fielded("nps").version
    mapping = {
        "n": columns.NUMBER,
        "d": columns.AT,
        "s": f"q:{version.questions.all()[0].public_id}",
    }

    actions.bring_answers(
        version,
        laid("n,d,s\n0001,2026-03-01,1\n"),
        mapping,
        name="x",
        by=as_system.max,
        at=NOON,
    )

    assert Answer.objects.count() == 1
    assert not Loop.objects.exists()


def test_comments_written_elsewhere_are_told_apart_and_linked(
    as_system: Cast, laid: Lay
) -> None:
    cast = as_system
    text = (
        "编号,手机号,日期,星级,评论\n"
        "1,10100000001,2026-11-20,1,手机银行总是闪退\n2,,2026-11-20,5,客户经理很专业\n"
        "3,,2026-11-20,,排队太久，让人失望\n4,,2026-11-20,12,x\n"
    )
    header = actions.look(laid(text)).header
    mapping = columns.propose(header, (), columns.NAMES)

    told = actions.bring_comments(
        "大众点评", laid(text), mapping, name="c.csv", by=cast.max, at=NOON
    )

    assert mapping == {
        "编号": "key", "手机号": "phone", "日期": "at", "星级": "stars", "评论": "comment"
    }  # fmt: skip
    assert (told.taken, told.linked, told.wrong) == (3, 1, 1)
    found = {c.stars: c for c in Comment.objects.all()}
    assert (found[1].customer, found[1].negative, found[1].topics) == (cast.li, True, ["app"])
    assert not found[5].negative
    assert found[None].negative, "it has no stars, but words"


def test_who_sees_one_book_brings_nothing_for_nobody(as_system: Cast, laid: Lay) -> None:
    text = "number,comment\n0003,fine\n"
    mapping = {"number": "number", "comment": "comment"}

    told = actions.bring_comments("x", laid(text), mapping, name="c", by=as_system.mei, at=NOON)

    assert (told.taken, told.wrong) == (0, 1)
    assert not as_system.mei.may(Permission.EDIT_SURVEYS)


def test_a_file_without_an_answer_is_refused(
    as_system: Cast, fielded: Field, laid: Lay
) -> None:
    version = fielded("nps").version
    with pytest.raises(BadInput):
        actions.bring_answers(
            version, laid("a,b\n1,2\n"), {"a": "number"}, name="x", by=as_system.max, at=NOON
        )


def bank_survey(cast: Cast) -> Survey:
    """The form of the Spanish bank: five questions of expectation, four of satisfaction."""
    survey = actions.make_survey("Banco", preset="own", by=cast.max, at=NOON)
    version = survey.versions.get()
    for kind, name, n in (("expectation", "expe", 5), ("experience", "sat", 4)):
        for number in range(1, n + 1):
            actions.add_question(
                version, kind=kind, text=f"{name}{number}", text_en=f"{name}{number}",
                by=cast.max, at=NOON,
            )  # fmt: skip
    actions.field(version, by=cast.max, at=NOON)
    return survey


def spanish(folder: Path) -> str:
    pyreadr: Any = pytest.importorskip("pyreadr")
    table = next(iter(pyreadr.read_r(folder / "satisfaction.rda").values()))
    return str(table.to_csv(index=False))


def test_the_spanish_bank_is_less_than_was_expected(as_system: Cast, laid: Lay) -> None:
    named = os.environ.get("REGULARS_DATA", "")
    if not named:
        pytest.skip("REGULARS_DATA is not set: it names the folder with the public data sets.")
    cast, survey = as_system, bank_survey(as_system)
    version = survey.versions.get()
    path = laid(spanish(Path(named) / "satisfaction_small"))
    asked = [(q.public_id, (q.text, q.text_en)) for q in version.questions.all()]
    mapping = columns.propose(actions.look(path).header, asked, ())

    told = actions.bring_answers(version, path, mapping, name="banco.csv", by=cast.max, at=NOON)
    found = results.find(cast.max, survey)
    assert found is not None
    page = results.results(cast.max, found)

    assert (told.taken, told.wrong, len(mapping)) == (250, 0, 9)
    assert page.overall is not None
    assert page.overall.experience == pytest.approx(6.833, abs=5e-4)
    assert page.overall.expectation == pytest.approx(7.494, abs=5e-4)
    assert page.overall.gap.value == pytest.approx(-0.661, abs=5e-4)
    assert sum(page.overall.classes.values()) == page.overall.gap.n == 250
    assert Question.objects.filter(version=version).count() == 9
    assert NOON - timedelta(days=1) < Answer.objects.all()[0].at
