from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from regulars.server.core.models import Company, Job
from regulars.server.facts.models import FactFile
from regulars.server.intake import queries
from regulars.server.intake.models import Import

from .conftest import ORDERS


def upload(client: Client, content: bytes, kind: str = "transactions", name: str = "订单.csv"):
    file = BytesIO(content)
    file.name = name
    return client.post(reverse("intake:bring"), {"file": file, "kind": kind})


def page(name: str, *args: str) -> str:
    return reverse(f"intake:{name}", args=args)


def chosen(found: Import) -> dict[str, str]:
    """The mapping page as it stands, as the browser sends it."""
    return {f"map.{name}": column for name, column in found.mapping.items()} | {
        "unknown": "stub"
    }


@pytest.fixture
def brought(ada: Client) -> Import:
    upload(ada, ORDERS.encode("gb18030"))
    return Import.objects.get()


def test_a_gbk_file_goes_from_upload_to_load_in_the_browser(ada, brought, work):
    key = brought.public_id
    mapping = ada.get(page("one", key)).content.decode()
    assert "GB18030" in mapping
    assert "2026-10-01 10:00" in mapping  # a sample beside its column

    assert ada.post(page("check", key), chosen(brought)).status_code == 302
    assert "progress" in ada.get(page("one", key)).content.decode()
    work()
    checked = ada.get(page("one", key)).content.decode()
    assert "3 行是新的" in checked
    assert not FactFile.objects.exists()

    ada.post(page("load", key))
    work()

    brought.refresh_from_db()
    assert (brought.state, brought.added, brought.refused) == ("done", 3, 2)
    assert Job.objects.filter(state="done").count() == 2
    assert "200.50" in ada.get(page("one", key)).content.decode()


def test_the_progress_part_sends_the_page_on_when_it_is_done(ada, brought, work):
    key = brought.public_id
    ada.post(page("check", key), chosen(brought))
    assert "hx-get" in ada.get(page("progress", key)).content.decode()

    work()

    answer = ada.get(page("progress", key))
    assert (answer.status_code, answer["HX-Redirect"]) == (204, page("one", key))


def test_a_required_field_without_a_column_keeps_what_was_chosen(ada, brought):
    typed = chosen(brought) | {"map.customer_id": "", "map.category": "产品代码"}

    answer = ada.post(page("check", brought.public_id), typed)

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "有必填字段没有对应的列" in text
    assert text.count('<option value="产品代码" selected>') == 2  # product and category
    brought.refresh_from_db()
    assert brought.state == "draft"


def test_the_values_of_a_chosen_column_stand_beside_it(ada, brought):
    answer = ada.get(page("sample", brought.public_id), {"map.category": "订单号"})

    assert "D1" in answer.content.decode()


def test_a_file_can_be_read_as_another_kind(ada, brought):
    ada.post(page("look", brought.public_id), {"kind": "events", "encoding": "gb18030"})

    brought.refresh_from_db()
    assert (brought.kind, brought.options["encoding"]) == ("events", "gb18030")


def test_the_refused_rows_are_downloaded_in_the_readers_language(ada, brought, work):
    ada.post(page("check", brought.public_id), chosen(brought))
    work()

    chinese = b"".join(ada.get(page("errors", brought.public_id)).streaming_content)
    ada.cookies["regulars_language"] = "en"
    english = b"".join(ada.get(page("errors", brought.public_id)).streaming_content)

    assert chinese.startswith(b"\xef\xbb\xbf")
    assert "这一行没有客户编号" in chinese.decode("utf-8-sig")
    assert "The row names no customer" in english.decode("utf-8-sig")


def test_a_loaded_file_is_taken_out_after_asking(ada, brought, work):
    key = brought.public_id
    ada.post(page("check", key), chosen(brought))
    work()
    ada.post(page("load", key))
    work()

    assert "撤回" in ada.get(page("withdraw", key)).content.decode()
    assert FactFile.objects.filter(replaced_at__isnull=True).count() == 1
    ada.post(page("withdraw", key))
    work()

    assert not FactFile.objects.filter(replaced_at__isnull=True).exists()
    brought.refresh_from_db()
    assert brought.state == "withdrawn"


def test_a_file_that_is_no_table_says_so_and_keeps_the_kind(ada):
    answer = upload(ada, b"<html><table></table></html>", kind="customers", name="a.xls")

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "“a.xls”的内容其实是网页" in text
    assert 'value="customers" required checked' in text
    assert not Import.objects.exists()


def test_a_failed_check_says_why_and_can_be_tried_again(ada, brought):
    Import.objects.update(state="failed", message="interrupted")

    text = ada.get(page("one", brought.public_id)).content.decode()

    assert "处理中途被中断" in text
    assert 'id="mapping"' in text


def test_two_people_cannot_start_the_same_work(ada, brought, work):
    ada.post(page("check", brought.public_id), chosen(brought))

    again = ada.post(page("check", brought.public_id), chosen(brought))

    assert again.status_code == 422
    assert Job.objects.count() == 1


def test_a_job_taken_up_again_after_the_load_adds_nothing(ada, brought, work):
    ada.post(page("check", brought.public_id), chosen(brought))
    work()
    ada.post(page("load", brought.public_id))
    work()
    Job.objects.update(state="waiting")  # the worker died before it could say so

    work()

    assert FactFile.objects.count() == 1
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


def test_a_file_can_be_forgotten_before_it_is_loaded(ada, brought, home):
    folder = home.imports / brought.public_id

    assert ada.post(page("discard", brought.public_id)).status_code == 302

    assert folder.exists()  # until the transaction ends
    assert not Import.objects.exists()


@pytest.mark.parametrize("name", ["index", "fields", "bring", "allow", "one", "load"])
def test_only_those_who_may_import_get_in(cast, name):
    posts = name in {"bring", "allow", "load"}
    args = ["abcdefghjkmn"] if name in {"one", "load"} else []
    for person in cast.everybody:
        client = Client()
        client.force_login(person)
        call = client.post if posts else client.get

        status = call(page(name, *args)).status_code

        assert (status != 403) == person.may("intake.import"), (person.username, status)


def test_a_stranger_is_asked_to_sign_in(cast):
    answer = Client().get(page("index"))

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")


def test_an_import_that_does_not_exist_is_not_found(ada):
    assert ada.get(page("one", "abcdefghjkmn")).status_code == 404
    assert ada.get(page("template", "unicorns")).status_code == 404


def test_the_demo_keeps_its_own_data_until_its_user_says_otherwise(ada, settings):
    settings.IS_DEMO = True
    Company.objects.update(is_demo=True)
    assert "演示系统" in ada.get(page("index")).content.decode()
    assert upload(ada, ORDERS.encode()).status_code == 422
    assert not Import.objects.exists()

    ada.post(page("allow"))

    assert upload(ada, ORDERS.encode()).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_reads_in_both_languages(ada, brought, work, language):
    ada.cookies["regulars_language"] = language
    key = brought.public_id
    seen = [ada.get(page("index")), ada.get(page("fields")), ada.get(page("one", key))]
    ada.post(page("check", key), chosen(brought))
    seen.append(ada.get(page("one", key)))
    work()
    seen.append(ada.get(page("one", key)))
    ada.post(page("load", key))
    work()
    seen += [ada.get(page("one", key)), ada.get(page("withdraw", key)), ada.get(page("index"))]

    for answer in seen:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert ("导入" in text) == (language == "zh-hans")
        assert "style=" not in text.replace("hx-style", "")


@pytest.mark.parametrize(
    ("language", "first"), [("zh-hans", "客户编号"), ("en", "Customer number")]
)
def test_a_template_opens_right_in_a_spreadsheet(ada, language, first):
    answer = ada.get(page("template", "customers"), {"language": language})

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.content.decode("utf-8-sig").startswith(first)


def test_a_filled_template_needs_no_mapping(ada):
    for kind in ("customers", "transactions", "balances", "holdings", "events", "products"):
        header = ada.get(page("template", kind)).content.decode("utf-8-sig").strip()
        upload(ada, f"{header}\n".encode() + b",".join([b"1"] * len(header.split(","))), kind)
        found = Import.objects.latest("pk")

        assert len(found.mapping) == len(header.split(",")), kind


def test_the_job_of_a_failed_file_says_why_in_the_words_of_the_file(ada, brought, work):
    ada.post(page("check", brought.public_id), chosen(brought))
    next(queries.original(brought).parent.iterdir()).write_bytes(b"")
    work()
    job = Job.objects.get(state="failed")
    assert "empty" in job.message

    for address in ("jobs", "job", "job-row"):
        key = [] if address == "jobs" else [job.public_id]
        said = ada.get(reverse(f"administration:{address}", args=key)).content.decode()
        assert "是空文件" in said
        assert job.message not in said
