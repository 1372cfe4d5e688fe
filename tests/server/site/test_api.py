"""The API as another system meets it: its key, its reach, its limits, its problems."""

from __future__ import annotations

import gzip
import time
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.site.api import Api, sale, sales
from tests.server.site.routes import WEEKLY

from regulars.server.core import scope
from regulars.server.core.keys import actions as keys
from regulars.server.core.models import ApiKey, AuditEntry
from regulars.server.core.rights import Right
from regulars.server.customers.models import Customer
from regulars.testing.cast import NOON, TESTS, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
READ = (Right.CUSTOMERS_READ,)


def numbers(answer: Any) -> list[str]:
    return [one["number"] for one in answer.json()["customers"]]


def told(answer: Any, status: int) -> dict[str, Any]:
    """The problem that an answer tells."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "code", "detail"} <= set(found)
    assert found["status"] == status
    return found


def test_without_a_valid_key_nothing_opens(as_system: Cast) -> None:
    api = Api()
    keys.revoke_key(api.key, by=TESTS, at=timezone.now())
    over = Api(expires_at=NOON + timedelta(days=1))
    ApiKey.objects.filter(pk=over.key.pk).update(expires_at=timezone.now())

    stranger = Client().get("/api/v1/customers", headers={"Accept-Language": "en"})
    assert told(stranger, 401)["code"] == "unauthorized"
    assert stranger["WWW-Authenticate"].startswith("Bearer")
    assert "revoked" in told(api.get("/customers"), 401)["detail"]
    assert "last day" in told(over.get("/customers"), 401)["detail"]
    api.token = api.token[:-1] + ("a" if api.token[-1] != "a" else "b")
    assert "Nobody knows" in told(api.get("/customers"), 401)["detail"]


def test_a_person_who_is_signed_in_has_no_key(as_system: Cast) -> None:
    client = Client()
    client.force_login(as_system.ada)

    assert client.get("/api/v1/customers").status_code == 401


def test_a_key_may_do_what_it_has_a_right_to(as_system: Cast) -> None:
    reader, sender = Api(READ), Api((Right.FACTS_WRITE,))

    assert "facts.write" in told(reader.post("/facts", sales(sale("0001", 1))), 403)["detail"]
    assert told(sender.get("/customers"), 403)["code"] == "forbidden"
    assert told(sender.post("/customers", {"rows": [{"number": "1"}]}), 403)
    assert reader.get("/customers").status_code == 200


def test_the_secret_is_kept_as_a_hash_only(as_system: Cast) -> None:
    api = Api()
    secret = api.token.split("_", 2)[2]

    stored = str(ApiKey.objects.filter(pk=api.key.pk).values())

    assert secret not in stored
    assert not AuditEntry.objects.filter(details__icontains=secret).exists()


def test_a_key_sees_its_places_only_and_the_rest_is_as_if_it_were_not(as_system: Cast) -> None:
    willow = Api(org_unit=as_system.willow)
    mine = Api(books=[as_system.tao_book])

    assert numbers(willow.get("/customers")) == ["0001", "0002"]
    assert numbers(mine.get("/customers")) == ["0003"]
    hidden = willow.get(f"/customers/{as_system.qian.public_id}")
    missing = willow.get("/customers/222222222222")
    assert told(hidden, 404) == told(missing, 404)


def test_a_key_of_one_branch_cannot_touch_another_branchs_customers(as_system: Cast) -> None:
    api = Api(org_unit=as_system.willow)

    facts = api.post("/facts", sales(sale("0003", 1), sale("0001", 2), sale("9999", 3))).json()
    rows = [
        {"number": "0003", "occupation": "spy"},
        {"number": "9999", "name": "new"},
        {"number": "0001", "book": "K02"},
        {"number": "0002", "address": "Lake Road 1"},
    ]
    people = api.post("/customers", {"rows": rows}).json()

    assert [one["row"] for one in facts["refusals"]] == [0, 2]
    assert {one["code"] for one in facts["refusals"]} == {"unknown_customer"}
    assert (facts["added"], facts["refused"]) == (1, 2)
    assert [one["verdict"] for one in people["verdicts"]] == ["refused"] * 3 + ["changed"]
    assert Customer.objects.get(number="0003").occupation == ""
    assert not Customer.objects.filter(number="9999").exists()
    # Somebody else's number and nobody's number read alike.
    first, second = people["refusals"][:2]
    assert first["message"].replace("0003", "9999") == second["message"]


def test_personal_values_are_masked_unless_the_key_may_read_them(as_system: Cast) -> None:
    path = f"/customers/{as_system.li.public_id}"

    masked = Api(READ).get(path).json()
    full = Api((*READ, Right.CUSTOMERS_PERSONAL)).get(path).json()

    assert (masked["phone"], masked["masked"]) == ("101****0001", True)
    assert (full["phone"], full["masked"]) == ("10100000001", False)
    entry = AuditEntry.objects.get(action="customers.personal.sent")
    assert entry.actor.startswith("key:")
    assert entry.details["ids"] == [as_system.li.pk]


def test_tier_and_scores_stand_beside_the_customer_for_those_who_may(as_system: Cast) -> None:
    bought(as_system, as_system.li, *WEEKLY)
    has_balance(as_system, as_system.li, (WEEKLY[0], 900_000_00))
    scored(as_system)
    path = f"/customers/{as_system.li.public_id}"

    plain = Api(READ).get(path).json()
    more = Api((*READ, Right.SCORES_READ)).get(path).json()

    assert (plain["tier"], plain["scores"]) == (None, None)
    assert more["tier"]["level"] >= 1
    assert float(more["scores"]["value"]) > 0


def test_pages_follow_each_other_and_miss_nobody(as_system: Cast) -> None:
    api = Api(READ)

    for query in ("", "updated_since=2020-01-01T00:00:00Z&"):
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = api.get(f"/customers?{query}limit=1&cursor={cursor}")
            seen += numbers(page)
            cursor = page.json()["next"]
        assert seen == ["0001", "0002", "0003"]


def test_only_what_changed_since_is_sent(as_system: Cast) -> None:
    api = Api()
    Customer.objects.update(updated_at=timezone.now() - timedelta(days=1))
    since = timezone.now().isoformat().replace("+", "%2B")

    api.post("/customers", {"rows": [{"number": "0002", "address": "Lake Road 1"}]})

    assert numbers(api.get(f"/customers?updated_since={since}")) == ["0002"]
    assert numbers(api.get("/customers?number=0003")) == ["0003"]


@pytest.mark.parametrize(
    "moment", ["0810-02-27T07:49:10-16:29", "0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59Z"]
)
def test_any_moment_of_the_calendar_may_be_asked_for(as_system: Cast, moment: str) -> None:
    assert Api(READ).get(f"/customers?updated_since={moment}").status_code == 200
    for none in ("2748", "1.16e-140"):
        assert Api(READ).get(f"/customers?updated_since={none}").status_code == 422


def test_a_cursor_of_another_list_is_refused(as_system: Cast) -> None:
    api = Api(READ)
    cursor = api.get("/customers?limit=1").json()["next"]

    other = f"cursor={cursor}&updated_since=2020-01-01T00:00:00Z"
    for wrong in (other, "cursor=nonsense", "cursor=fDFfMA==", "cursor=fCs1"):  # |1_0 and |+5
        assert told(api.get(f"/customers?{wrong}"), 422)["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ('{"kind": NaN}', "application/json", 400),
        pytest.param("[" * 100_000, "application/json", 400, id="deep"),
        (b"\xff\xfe", "application/json", 400),
        pytest.param('{"rows": []}'.encode("utf-16"), "application/json", 400, id="utf-16"),
        (b'{"kind": "\xed\xa0\x80"}', "application/json", 400),
        ('{"rows": [{"amount": 1, "amount": 2}]}', "application/json", 400),
        (r'{"\ud800": 1, "\ud800": 2}', "application/json", 400),
        (" ", "application/json", 400),
        ("[]", "application/json", 422),
        ('{"kind": "wishes", "rows": []}', "application/json", 422),
        ("kind=transactions", "application/x-www-form-urlencoded", 415),
        ("<rows/>", "text/xml", 415),
        ("{}", "application/json; charset=gbk", 415),
        pytest.param(b"x" * (10 * 1024 * 1024 + 1), "application/json", 413, id="huge"),
    ],
)
def test_a_body_that_is_none_is_said_to_be_so(
    as_system: Cast, body: Any, kind: str, status: int
) -> None:
    api = Api()

    for more in ({}, {"Idempotency-Key": "a"}):
        headers = {"Authorization": f"Bearer {api.token}"} | more
        answer = api.client.post("/api/v1/facts", body, content_type=kind, headers=headers)
        told(answer, status)


@pytest.mark.parametrize(
    "row",
    [
        {"customer_id": None},
        {"customer_id": True},
        {"customer_id": 1.5},
        {"customer_id": "a\0b"},
        {"customer_id": "\ud800"},
        pytest.param({"customer_id": "x" * 1001}, id="long"),
        {"amount": [1]},
        {"wish": "a pony"},
        pytest.param({"amount": 10**3000}, id="endless"),
    ],
)
def test_a_wrong_shape_refuses_the_request_and_names_the_place(
    as_system: Cast, row: dict[str, Any]
) -> None:
    body = sales(sale("0001", 1), sale("0001", 2) | row)

    found = told(Api().post("/facts", body), 422)

    assert found["errors"][0]["pointer"] == f"/rows/1/{next(iter(row))}"


def test_a_pointer_is_written_by_its_standard_and_names_what_was_sent(
    as_system: Cast,
) -> None:
    odd = told(Api().post("/facts", sales(sale("0001", 1) | {"a/b~c": 1})), 422)
    none = told(Api().post("/facts", r'{"kind":"transactions","\ud800":1,"rows":[]}'), 422)

    told(Api().post("/customers", r'{"\ud800": 1, "rows": [{"number": "1"}]}'), 422)
    assert odd["errors"][0]["pointer"] == "/rows/0/a~1b~0c"
    assert none["errors"][0]["pointer"] == ""


def test_a_flood_of_wrong_names_is_told_of_once(as_system: Cast) -> None:
    flood = {f"wish {n}": n for n in range(3_000)}
    began = time.perf_counter()

    rows = told(Api().post("/facts", sales(*[sale("0001", 1) | flood] * 60)), 422)
    whole = told(Api().post("/customers", {"rows": [{"number": "0001"}]} | flood), 422)

    assert [one["pointer"] for one in rows["errors"]] == [f"/rows/{n}" for n in range(60)]
    assert "wish 0" in rows["errors"][0]["detail"]
    assert len(whole["errors"]) == 1
    assert time.perf_counter() - began < 10


def test_a_packed_body_is_refused_by_the_name_of_its_packing(as_system: Cast) -> None:
    packed = gzip.compress(b'{"rows": [{"number": "0001"}]}')

    refused = Api().post("/customers", packed, Content_Encoding="gzip")

    assert "gzip" in told(refused, 415)["detail"]
    assert refused["Accept-Encoding"] == "identity"


def test_a_body_that_comes_in_pieces_is_read_to_its_end(as_system: Cast) -> None:
    """Who streams names no length, which Django takes for an empty body."""
    api = Api()

    def send(body: bytes, **more: str) -> Any:
        found = api.client.request(
            **{
                "REQUEST_METHOD": "POST",
                "PATH_INFO": "/api/v1/customers",
                "CONTENT_TYPE": "application/json",
                "HTTP_AUTHORIZATION": f"Bearer {api.token}",
                "HTTP_TRANSFER_ENCODING": "chunked",
                "wsgi.input": BytesIO(body),
                "wsgi.input_terminated": True,
                **more,
            }
        )
        scope.set_scope(scope.EVERYBODY)
        return found

    for more in ({}, {"HTTP_IDEMPOTENCY_KEY": "a"}):
        assert send(b'{"rows": [{"number": "0001"}]}', **more).json()["rows"] == 1
    told(send(b" " * (10 * 1024 * 1024 + 1)), 413)


@pytest.mark.parametrize(
    "asked", ["limit=1&limit=2", "limt=1", "limit=1_0", "limit=%201", "limit=%2B1", "limit=9.0"]
)
def test_a_slip_in_the_address_does_not_ask_for_more(as_system: Cast, asked: str) -> None:
    (error,) = told(Api(READ).get(f"/customers?{asked}"), 422)["errors"]

    assert error["parameter"] == asked.partition("=")[0]


def test_other_addresses_and_methods_have_problems_too(as_system: Cast) -> None:
    api = Api()
    headers = {"Authorization": f"Bearer {api.token}"}

    told(api.get("/wishes"), 404)
    told(api.client.get("/api/", headers=headers), 404)
    gone = api.client.delete("/api/v1/customers", headers=headers)
    assert told(gone, 405)["code"] == "method-not-allowed"
    assert "GET" in gone["Allow"]
    told(api.client.get("/api/v1/customers?number=%00", headers=headers), 400)


def test_a_key_that_is_used_too_often_waits(as_system: Cast) -> None:
    api = Api(READ, per_minute=3)

    answers = [api.get("/customers") for _ in range(8)]  # a minute may end between two

    assert answers[0]["RateLimit-Limit"] == "3"
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert 0 < int(refused[0]["Retry-After"]) <= 60
    assert told(refused[0], 429)["code"] == "too-many-requests"
    assert api.fresh().last_used_at is not None


def test_problems_speak_the_language_that_was_asked_for(as_system: Cast) -> None:
    api = Api(READ)

    zh = told(api.get("/customers?limit=0", Accept_Language="zh-CN"), 422)
    en = told(api.get("/customers?limit=0"), 422)

    assert zh["code"] == en["code"]
    assert zh["title"] != en["title"]
    assert en["errors"][0]["parameter"].endswith("limit")


def test_work_that_is_asked_for_is_told_of_by_its_job(as_system: Cast) -> None:
    api, other = Api(), Api()

    rows = sales(sale("0001", 1), sale("0001", 2, "x"))

    asked = api.post("/facts", rows, Prefer="handling=lenient, Respond-Async; wait=10")

    assert asked.status_code == 202
    assert asked["Location"] == f"/api/v1/jobs/{asked.json()['job']}"
    job = asked["Location"].removeprefix("/api/v1")
    assert api.get(job).json()["state"] == "waiting"
    told(other.get(job), 404)
    work(asked.json()["job"])
    done = api.get(job).json()
    assert (done["state"], done["result"]["added"], done["result"]["refused"]) == ("done", 1, 1)


def work(public_id: str) -> None:
    """Do a job as the worker would."""
    from regulars.server.core import scope
    from regulars.server.core.models import Job
    from regulars.server.intake.jobs import load_file

    load_file(Job.objects.get(public_id=public_id).pk)
    scope.set_scope(scope.EVERYBODY)


WRONG = {
    "rows": [{"customer_id": True, "colour": "red"}],
    "kind": "transactions",
    "unknown": "x",
}


def test_what_is_wrong_with_the_shape_is_said_in_the_language_of_the_caller(as_system):
    told = Api().post("/facts", WRONG, Accept_Language="zh-hans").json()

    said = {one["pointer"]: one["detail"] for one in told["errors"]}
    assert said["/rows/0/occurred_at"] == "此字段必填。"
    assert said["/rows/0/colour"] == "没有这个字段。请查看文档。"
    assert said["/rows/0/customer_id"] == "请填写文本或数字，不要填写 true 或 false。"
    assert said["/unknown"] == "请填写以下之一：'open', 'refuse'。"
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in one) for one in said.values())


def test_one_wrong_place_of_a_request_is_one(as_system):
    told = Api().post("/facts", {"kind": "balances", "rows": []}).json()

    assert told["detail"] == "1 place of the request is wrong; nothing was done."
    assert told["errors"][0]["detail"] == "The list is shorter than 1."


def test_head_answers_as_get_without_a_body(as_system: Cast) -> None:
    api = Api(READ)
    address, headers = "/api/v1/customers", {"Authorization": f"Bearer {api.token}"}
    got = api.get("/customers")

    head = api.client.head(address, headers=headers)
    stranger = api.client.head(address)
    posted = api.client.head("/api/v1/facts", headers=headers)

    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) == len(got.content)
    assert (stranger.status_code, posted.status_code) == (401, 405)


def test_the_history_names_the_key_that_brought_a_batch(
    as_system: Cast, client: Client
) -> None:
    Api(name="收银台").post("/facts", sales(sale("0001", 1)))
    client.force_login(as_system.ada)

    assert "密钥 收银台" in client.get("/imports/").content.decode()
