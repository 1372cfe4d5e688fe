"""What follows a purchase is data: shipped, typed or brought as a file, tied to products."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from regulars.base.errors import Refused
from regulars.server.content import actions, queries
from regulars.server.content.models import Text, Version
from regulars.server.content.queries.shipped import shipped
from regulars.server.content.rules import lines
from regulars.server.content.rules.reading import BadContent, read, written
from regulars.server.content.rules.shape import Playbook
from regulars.server.content.rules.sheet import HEAD, read_sheet, table
from regulars.server.products import actions as products
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db

HEADER = ["第几天", "目的", "方式", "话术", "问题"]
ROWS = [
    ["D1", "平安到家", "电话", "{name}，到家了吗？", ""],
    [
        "第7天",
        "用得顺手吗",
        "企业微信",
        "{name}，用得顺手吗？",
        "满意吗？ | 评分\n哪里不满意？ | 文字",
    ],
    ["30", "满月", "", "", "推荐吗？ | 0-10"],
]


def book(*days: int, **fits: Any) -> dict[str, Any]:
    steps = [{"day": day, "purpose": {"zh": f"第{day}天"}, "channel": "call"} for day in days]
    return {"title": {"zh": "打法"}, "begins": "opened", "steps": steps, "fits": fits}


def approved(cast: Cast, body: dict[str, Any]) -> Version:
    made = actions.save_draft("playbook", body, by=cast.wei, at=NOON)
    actions.submit(made, by=cast.wei, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)
    return made


def sheet(header: Sequence[str], *rows: Sequence[str]) -> bytes:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"in_memory": True})
    page = workbook.add_worksheet()
    for number, row in enumerate((header, *rows)):
        page.write_row(number, 0, row)
    workbook.close()
    return out.getvalue()


def bring(cast: Cast, content: bytes, name: str, **more: str) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wei)
    file = SimpleUploadedFile(name, content)
    return client.post("/scripts/bring", {"file": file, "begins": "delivery", **more})


def test_the_rows_for_the_engine_name_product_step_script_and_questions(cast: Cast) -> None:
    deposit = [r for r in queries.playbook_steps() if r.product_kind == "deposit"]

    assert [(r.day, r.begins, r.playbook) for r in deposit] == [
        (1, "opened", "bank-deposit-opened"),
        (7, "opened", "bank-deposit-opened"),
        (30, "opened", "bank-deposit-opened"),
    ]
    assert deposit[0].questions == ""
    found = queries.step(deposit[1].questions)
    assert found is not None
    assert [q.kind for q in found.questions] == ["score", "yes_no", "text"]


def test_an_own_playbook_takes_the_place_of_the_shipped_one_for_its_kind(cast: Cast) -> None:
    approved(cast, book(2, kinds=["deposit"]))

    deposit = [r for r in queries.playbook_steps() if r.product_kind == "deposit"]

    assert [(r.day, r.version) for r in deposit] == [(2, 1)]


def test_two_own_playbooks_on_one_product_are_refused(cast: Cast) -> None:
    products.load([{"code": "D1", "name": "一年定期"}], by=TESTS, at=NOON)
    approved(cast, book(2, products=["D1"]))

    with pytest.raises(Refused, match="一年定期"):
        approved(cast, book(5, products=["D1"]))
    later = book(5, products=["D1"]) | {"begins": "delivery"}
    approved(cast, later)  # another beginning is another sequence


@pytest.mark.parametrize("ending", ["csv", "xlsx", "gb18030"])
@time_machine.travel(NOON, tick=False)
def test_a_file_becomes_a_draft_as_it_stands(cast: Cast, ending: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *ROWS])
    encoding = "gb18030" if ending == "gb18030" else "utf-8"
    content = sheet(HEADER, *ROWS) if ending == "xlsx" else out.getvalue().encode(encoding)

    answer = bring(cast, content, f"交车.{ending}", kinds="goods")

    assert answer.status_code == 302
    made = Version.objects.get()
    body = read("playbook", made.body)
    assert isinstance(body, Playbook)
    assert (body.title.zh, body.begins, body.fits.kinds) == ("交车", "delivery", ("goods",))
    assert [(s.day, s.channel) for s in body.steps] == [(1, "call"), (7, "wecom"), (30, "call")]
    assert [q.kind for q in body.steps[1].questions] == ["score", "text"]
    assert made.state == "draft"


@time_machine.travel(NOON, tick=False)
def test_a_bad_file_keeps_nothing_and_says_each_row(cast: Cast) -> None:
    answer = bring(
        cast,
        sheet(
            HEADER, ["soon", "thanks", "fax", "hi", ""], ["7", "", "call", "", "ok? | maybe"]
        ),
        "bad.xlsx",
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    for said in (
        "Row 2: “soon” is no number of days",
        "Row 2: “fax” is no channel",
        "Row 3: the purpose is empty",
        "Row 3: “maybe” is no kind of answer",
    ):
        assert said in page
    assert not Text.objects.exists()
    assert (
        "There is no column “purpose”"
        in bring(cast, sheet(["day", "what"], ["1", "x"]), "x.xlsx").content.decode()
    )
    assert bring(cast, b"\x89PNG\r\n", "x.png").status_code == 422


@time_machine.travel(NOON, tick=False)
def test_a_misspelt_field_in_a_file_is_told(cast: Cast) -> None:
    rows = [["1", "谢谢", "电话", "{nmae}好", ""]]

    answer = bring(cast, sheet(HEADER, *rows), "x.xlsx")

    assert "Did you mean {name}?" in answer.content.decode()
    assert not Text.objects.exists()


@pytest.mark.parametrize("zh", [True, False])
def test_a_playbook_as_a_table_comes_back_the_same(zh: bool) -> None:
    for text in shipped().values():
        if isinstance(text.body, Playbook):
            rows = [(n, row) for n, row in enumerate(table(text.body, zh=zh), 2)]
            found = read_sheet(HEAD, rows)
            again = read("playbook", written(text.body) | {"steps": list(found.steps)})
            assert isinstance(again, Playbook)
            assert [(s.day, s.say, s.questions) for s in again.steps] == [
                (s.day, s.say, s.questions) for s in text.body.steps
            ]


def test_questions_are_typed_in_lines() -> None:
    found = lines.questions("满意吗？ // Content? | 选择 | 好 // good; 不好\n为什么？")

    assert found[0]["choices"] == [{"zh": "好", "en": "good"}, {"zh": "不好", "en": ""}]
    assert found[1]["kind"] == "text"
    with pytest.raises(BadContent):
        lines.questions("满意吗？ | 选择 | 好")


def test_the_checklist_of_a_contact_is_the_closest_one(cast: Cast) -> None:
    def code(**asked: str) -> str:
        found = queries.checklist(**asked)
        return found.code if found else ""

    assert code(channel="call") == "call"
    assert code(channel="visit") == "visit"
    assert code(channel="call", purpose="complaint") in {"call", "complaint"}
    assert code() == ""
    own = {"title": {"zh": "投诉电话"}, "items": lines.items("* 道歉\n记录"),
           "fits": {"channels": ["call"], "purposes": ["complaint"]}}  # fmt: skip
    made = actions.save_draft("checklist", own, by=cast.wei, at=NOON)
    actions.submit(made, by=cast.wei, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)
    found = queries.checklist(channel="call", purpose="complaint")
    assert found is not None
    assert [(i.text.zh, i.must) for i in found.list.items] == [("道歉", True), ("记录", False)]


@time_machine.travel(NOON, tick=False)
def test_a_playbook_is_written_on_its_page_and_taken_along_as_a_file(cast: Cast) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.wei)
    form = {
        "title_zh": "新卡", "begins": "opened", "kinds": ["card"],
        "steps-TOTAL_FORMS": "2", "steps-INITIAL_FORMS": "0",
        "steps-0-day": "3", "steps-0-channel": "call", "steps-0-purpose_zh": "收到卡",
        "steps-0-questions": "收到了吗？ | 是否", "steps-1-channel": "call",
    }  # fmt: skip

    wrong = client.post("/scripts/new/playbook", form | {"steps-1-purpose_zh": "没有天数"})
    kept = client.post("/scripts/new/playbook", form)

    assert wrong.status_code == 422
    assert "On which day?" in wrong.content.decode()
    made = Version.objects.get()
    assert kept["Location"] == f"/scripts/text/{made.text.code}/"
    assert [step["day"] for step in made.body["steps"]] == [3]
    file = client.get(f"{kept['Location']}file").content.decode("utf-8-sig")
    assert "收到了吗？ | yes_no" in file
