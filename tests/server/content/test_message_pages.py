"""Messages are written beside a preview on a real customer, and decided on with the change."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.server.content.test_messages import approved, message

from regulars.server.content import actions
from regulars.server.content.models import SnippetUse, Text, Version
from regulars.server.core.models import Person
from regulars.server.delivery import actions as delivery
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system")]


@pytest.fixture(autouse=True)
def _monday_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def browser(who: Person, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(who)
    return client


TYPED = {
    "title_zh": "问候", "channel": "sms", "purpose": "greeting", "fallback": "zh",
    "A_text_zh": "{{ customer.salutation }}，您好。",
}  # fmt: skip


def test_the_preview_shows_a_customer_and_steps_to_the_next(cast: Cast) -> None:
    page = browser(cast.max)

    first = page.post("/scripts/preview", TYPED).text
    after = page.post(
        "/scripts/preview", TYPED | {"customer": cast.li.public_id, "step": "next"}
    ).text
    found = page.post("/scripts/preview", TYPED | {"find": "钱振华"}).text

    assert "李娜，您好。" in first
    assert "周记商店，您好。" in after
    assert "钱振华，您好。" in found
    assert "没有" in page.post("/scripts/preview", TYPED | {"find": "查无此人"}).text


def test_the_preview_says_how_many_parts_the_line_will_be_paid_for(cast: Cast) -> None:
    given = {
        "access_key_id": "key", "access_key_secret": "secret", "signature": "柳湖银行",
        "signature_status": "registered", "template": "SMS_1", "token": "token",
    }  # fmt: skip
    delivery.add_line(name="短信一", kind_code="aliyun", given=given, by=TESTS, at=NOON)
    page = browser(cast.max, "en")

    short = page.post("/scripts/preview", TYPED).text
    long = page.post("/scripts/preview", TYPED | {"A_text_zh": "您好，" * 30}).text

    assert "1 part over “短信一”" in short
    assert "2 parts over “短信一”" in long


def test_the_preview_tells_problems_with_their_place(cast: Cast) -> None:
    said = browser(cast.max, "en").post(
        "/scripts/preview", TYPED | {"A_text_zh": "{{ customer.nmae }}"}
    ).text  # fmt: skip

    assert "line 1, character 4" in said
    assert "Did you mean customer.name?" in said
    empty = browser(cast.max).post("/scripts/preview", TYPED | {"A_text_zh": ""})
    assert empty.status_code == 200


def test_the_preview_of_an_e_mail_runs_nothing(cast: Cast) -> None:
    said = browser(cast.max).post(
        "/scripts/preview",
        TYPED | {"channel": "email", "A_subject_zh": "s", "A_html_zh": "<p onclick=x>好</p>"},
    ).text  # fmt: skip

    assert "onclick" not in said


def test_a_writer_sees_no_customers_of_others_in_the_preview(cast: Cast) -> None:
    page = browser(cast.wei)

    said = page.post("/scripts/preview", TYPED | {"customer": cast.qian.public_id}).text

    assert "钱振华" not in said


def test_a_message_is_written_submitted_and_decided_on(cast: Cast) -> None:
    writer, other = browser(cast.max), browser(cast.lin)
    assert writer.get("/scripts/new/message").status_code == 200
    assert "生日" in writer.get("/scripts/new/message?from=birthday-wish").text

    kept = writer.post("/scripts/new/message", TYPED)
    text = Text.objects.get(kind="message")
    assert kept.status_code == 302
    writer.post(f"/scripts/text/{text.code}/submit")
    page = other.get(f"/scripts/text/{text.code}/").text
    assert "钱振华，您好。" in page
    assert "周记商店，您好。" in page
    other.post(f"/scripts/text/{text.code}/decide", {"decision": "approve"})

    assert Version.objects.get(text=text).state == "approved"
    assert "问候" in other.get("/scripts/?kind=message&channel=sms").text
    assert text.code not in other.get("/scripts/?kind=message&channel=email").text


def test_a_message_that_cannot_be_kept_comes_back_as_it_was_typed(cast: Cast) -> None:
    answer = browser(cast.max).post(
        "/scripts/new/message", TYPED | {"A_text_zh": "{{ customer.nmae }}"}
    )

    assert answer.status_code == 422
    assert "customer.nmae" in answer.text
    assert not Text.objects.exists()


def test_the_decision_shows_what_is_new_against_the_version_in_force(cast: Cast) -> None:
    first = approved(cast, message({"zh": "您好，再见"}))
    second = actions.save_draft(
        "message", message({"zh": "您好，明天见"}), code=first.text.code, by=cast.max, at=NOON
    )
    actions.submit(second, by=cast.max, at=NOON)

    page = browser(cast.lin).get(f"/scripts/text/{first.text.code}/").text

    assert "<del>再</del><ins>明天</ins>见" in page


def test_a_snippet_is_copied_by_a_relationship_manager_and_counted(cast: Cast) -> None:
    body = {"title": {"zh": "降温"}, "say": {"zh": "注意添衣"}, "tags": ["关怀"]}
    made = actions.save_draft("snippet", body, by=cast.max, at=NOON)
    actions.submit(made, by=cast.max, at=NOON)
    actions.approve(made, by=cast.lin, at=NOON)
    page = browser(cast.mei)

    assert "注意添衣" in page.get("/scripts/?kind=snippet&q=添衣&tag=关怀").text
    said = page.post(f"/scripts/text/{made.text.code}/copied")

    assert (said.status_code, SnippetUse.objects.count()) == (200, 1)
    assert page.post("/scripts/text/bank-no-time/copied").status_code == 404


def test_a_snippet_is_written_with_tags(cast: Cast) -> None:
    page = browser(cast.max)
    assert page.get("/scripts/new/snippet").status_code == 200

    page.post("/scripts/new/snippet", {"title_zh": "a", "say_zh": "b", "tags": "x, y"})

    assert Version.objects.get().body["tags"] == ["x", "y"]


def test_messages_go_as_a_file_and_come_back_as_drafts(cast: Cast) -> None:
    made = approved(cast, message({"zh": "=甲，{{ customer.name }}", "en": "A"}, tags=["x"]))
    page = browser(cast.max)
    sent = page.get("/scripts/messages.csv").content

    kept = page.post("/scripts/messages/bring", {"file": SimpleUploadedFile("m.csv", sent)})

    assert kept.status_code == 302
    second = made.text.versions.get(number=2)
    assert second.state == "draft"
    assert second.body["tags"] == ["x"]
    assert second.body["wordings"][0]["text"] == {"zh": "=甲，{{ customer.name }}", "en": "A"}


def test_a_file_with_a_bad_row_keeps_nothing(cast: Cast) -> None:
    head = "code,title_zh,channel,purpose,a_text_zh"
    rows = f"{head}\n,一,sms,greeting,好\n,二,sms,greeting,{{{{ x }}}}\n"
    answer = browser(cast.max).post(
        "/scripts/messages/bring", {"file": SimpleUploadedFile("m.csv", rows.encode())}
    )

    assert answer.status_code == 422
    assert "第 3 行" in answer.text
    assert not Text.objects.exists()
