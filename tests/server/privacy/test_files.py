"""After an erasure nobody finds the person: in no table, in no file of the home."""

from __future__ import annotations

import gzip
import io
import os
import time
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
import xlsxwriter
from django.db import connection
from django.test import Client
from tests.server.site.api import Api

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Suppression, Touch
from regulars.server.channels.queries import policy
from regulars.server.core import scope
from regulars.server.core.words import Words
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.intake import actions as intake
from regulars.server.intake import queries as brought
from regulars.server.intake.models import Import, Source
from regulars.server.privacy import actions
from regulars.server.privacy.models import Request
from regulars.server.reception import actions as reception
from regulars.server.segments import actions as segments
from regulars.server.segments import jobs as exports
from regulars.server.segments.rules import Condition, Group
from regulars.server.site.home import Home
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
NUMBER, NAME, PHONE = "KN-770077", "宁静远", "13977007700"
EMAIL, ADDRESS, IDENTITY = "ning.canary@example.com", "柳荫街七十七号", "11010519491231002X"
ORDER = "ORD-CANARY-77"
CANARIES = (NUMBER, NAME, PHONE, EMAIL, ADDRESS, IDENTITY, ORDER)
PEOPLE = (
    "客户号,姓名,手机,邮箱,地址,身份证号,机构\n"
    f"{NUMBER},{NAME},139 7700 7700,{EMAIL},{ADDRESS},{IDENTITY},B01\n"
    "KN-100,王安,13800000100,wang@example.com,湖滨路1号,,B01\n"
    f"{NUMBER},{NAME},{PHONE},no-address,{ADDRESS},,B01\n"
)
SALES = (
    "客户号,交易时间,金额,订单号\n"
    f"{NUMBER},2026-10-01 10:00,120.50,{ORDER}\n"
    f"{NUMBER},2026-10-02 10:00,30,{ORDER}\n"
    "KN-100,2026-10-03 10:00,77,D-2\n"
    f"{NUMBER},2026-13-40,5,{ORDER}\n"
)
WHO: dict[str, Any] = {"proof": Request.Proof.DOCUMENT, "by": TESTS, "at": NOON}


# --- looking, by other means than those of the product


def told_by(name: str, content: bytes) -> Iterator[str]:
    """Everything that a file's bytes may say, unpacked and decoded."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.namelist():
                yield from told_by(member, packed.read(member))
    elif content[:2] == b"\x1f\x8b":
        yield from told_by(name, gzip.decompress(content))
    elif content[:4] == b"PAR1":
        yield str(parquet.read_table(io.BytesIO(content)).to_pylist())
    else:
        for encoding in ("utf-8", "gb18030", "utf-16-le"):
            yield content.decode(encoding, errors="ignore")
    yield name


def hits_in_files(home: Home) -> list[tuple[str, str]]:
    """Every canary in every file of the home; the cluster's own pages are the tables."""
    found = []
    for path in sorted(home.root.rglob("*")):
        inside = path.relative_to(home.root).parts
        if not path.is_file() or inside[0] == "keys" or inside[:2] == ("postgres", "data"):
            continue
        said = "\n".join(told_by(str(path), path.read_bytes())).replace("139 7700 7700", PHONE)
        found += [(each, "/".join(inside)) for each in CANARIES if each in said]
    return found


def hits_in_tables() -> list[tuple[str, str]]:
    found = []
    with connection.cursor() as db:
        db.execute(
            "select c.relname from pg_class c where c.relkind in ('r', 'p') "
            "and not c.relispartition and c.relnamespace = 'public'::regnamespace "
            "and has_table_privilege(c.oid, 'select')"
        )
        for (table,) in db.fetchall():
            db.execute(f'select t::text from "{table}" t')
            said = "\n".join(row[0] for row in db.fetchall())
            if table == "core_idempotentreply":
                db.execute("select convert_from(body, 'utf8') from core_idempotentreply")
                said += "\n".join(row[0] for row in db.fetchall())
            found += [(each, table) for each in CANARIES if each in said]
    return found


def kinds(hits: list[tuple[str, str]]) -> set[str]:
    """In which sorts of files there were hits, whatever chance named them."""
    return {place.split("/")[0] + "." + place.rpartition(".")[2] for _canary, place in hits}


# --- everything that a person leaves behind


def sums() -> list[tuple[Any, ...]]:
    table = lake.source(facts.living("transactions"), "transactions")
    return lake.rows(
        "select local_date, kind, count(*), sum(amount), count(distinct order_id), "
        f"count(distinct fact_key), count(distinct row_key) from {table} "
        "group by all order by all"
    )


def file_of(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def sheet_of(folder: Path, text: str) -> Path:
    path = folder / "sales.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for n, line in enumerate(text.splitlines()):
            page.write_row(n, 0, line.split(","))
    return path


def load(path: Path, kind: str, **more: Any) -> Import:
    found = intake.begin(path, kind=kind, by=TESTS, at=NOON, **more)
    return intake.load(found, by=TESTS, at=NOON)


def by_files(folder: Path) -> list[Import]:
    loaded = [
        load(file_of(folder, "people.csv", PEOPLE, "gb18030"), "customers"),
        load(sheet_of(folder, SALES), "transactions"),
    ]
    for one in loaded:
        intake.keep_errors(one, language="zh")
        intake.keep_errors(one, language="en")
    intake.begin(file_of(folder, "later.csv", PEOPLE), kind="customers", by=TESTS, at=NOON)
    checked = intake.begin(
        file_of(folder, "c.csv", SALES), kind="transactions", by=TESTS, at=NOON
    )
    intake.check(checked, by=TESTS, at=NOON)
    return loaded


def by_a_folder(*, name: str = "t+1") -> None:
    source = intake.add_source(
        name=name, kind="transactions", way=Source.Way.FOLDER, by=TESTS, at=NOON
    )
    inbox = brought.inbox(source)
    inbox.mkdir(parents=True, exist_ok=True)
    path = file_of(inbox, "t1.csv", SALES.replace("2026-10-0", "2026-09-0"), "utf-16")
    os.utime(path, (NOON.timestamp() - 3600,) * 2)
    file_of(inbox, "t1.csv.done", "")
    intake.take_folder(source, by=TESTS, at=NOON)


def by_parts(by: Any) -> None:
    data = PEOPLE.encode()
    upload = intake.begin_upload(
        file_name="part.csv", size=len(data) + 9, mark="1", kind="customers", by=by, at=NOON
    )
    intake.take_part(upload, io.BytesIO(data), offset=0, at=NOON)


def by_machines() -> None:
    api = Api()
    row = {"number": NUMBER, "name": NAME, "phone": PHONE, "email": EMAIL}
    api.post("/customers", {"rows": [row, row | {"email": "x"}]}, Idempotency_Key="one")
    sale = {"customer_id": NUMBER, "occurred_at": "2026-11-20T15:42:00+08:00", "amount": "7"}
    body = {
        "kind": "transactions",
        "rows": [sale | {"order_id": ORDER}, sale | {"amount": "x"}],
    }
    api.post("/facts", body, Idempotency_Key="two")


def by_people(cast: Cast, ning: Customer) -> None:
    form = reception.make_form(
        name="Fair", title="展会", title_en="Fair", fields=["phone", "email", "note"],
        required=["phone"], channels=["sms"], book=cast.willow_pool, by=TESTS, at=NOON,
    )  # fmt: skip
    stranger = Client(headers={"Accept-Language": "en"})
    stranger.post(f"/f/{form.public_id}/", {"name": NAME, "phone": PHONE, "email": EMAIL})
    scope.set_scope(cast.mei.scope)
    reception.add_quickly({"name": NAME, "phone": PHONE}, way="card", by=cast.mei, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    customers.attach(ning, f"%PDF-1.4 {NAME}".encode(), name=f"{NAME}.pdf", by=TESTS, at=NOON)
    customers.relate(ning, cast.qian, "spouse", by=TESTS, at=NOON)
    channels.record_touch(
        ning, channel="call", outcome="reached", by=cast.mei, at=NOON, two_way=True,
        note=f"{NAME} asked",
    )  # fmt: skip


def by_exports(cast: Cast, formats: tuple[str, ...] = ("csv", "xlsx", "parquet")) -> None:
    everybody = Group("all", (Condition("kind", "in", ("person",)),))
    kept = segments.keep(everybody, name="all", by=cast.ada, at=NOON)
    for format in formats:
        job = segments.ask_export(kept, format=format, reason="audit", by=cast.ana, at=NOON)
        segments.change(kept, sharing="everybody", by=cast.ada, at=NOON)
        exports.export(job.pk)
        scope.set_scope(scope.EVERYBODY)


def by_requests(*askers: Customer) -> None:
    for asker in askers:
        asked = actions.open_request(asker, "copy", received_on=TODAY, by=TESTS, at=NOON)
        actions.give_copy(asked, **WHO)


def erased(ning: Customer) -> Request:
    asked = actions.open_request(
        ning, "erasure", received_on=TODAY, words=f"{NAME}: all of it", by=TESTS, at=NOON
    )
    actions.erase(asked, **WHO)
    actions.shred(by=TESTS, at=NOON)
    asked.refresh_from_db()
    return asked


@pytest.fixture
def empty_home(home: Home) -> Iterator[Home]:
    """What tests before left is not searched, and nothing is left for those after."""
    yield home
    for part in ("imports", "exports", "runs", "inbox", "documents"):
        for path in (home.root / part).glob("**/*"):
            if path.is_file():
                path.unlink()


@pytest.mark.drill
def test_every_way_in_and_out_then_erased_and_nothing_is_found(
    as_system: Cast, empty_home: Home, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    cast, home = as_system, empty_home
    began = time.perf_counter()
    loaded = by_files(tmp_path)
    ning = Customer.objects.get(number=NUMBER)
    by_a_folder()
    by_parts(cast.ada)
    by_machines()
    by_people(cast, ning)
    stage.has_balance(cast, ning, (TODAY - timedelta(days=90), 500_000_00))
    stage.scored(cast)
    by_exports(cast)
    by_requests(ning, cast.qian)
    log = home.logs / "worker.log"
    log.write_text(f"2026-11-23 04:00:00 ERROR a: Key (number)=({NUMBER}) exists\n2026 b\n")
    before = hits_in_files(home), hits_in_tables()
    planted = kinds(before[0])
    assert {"imports.csv", "imports.xlsx", "imports.parquet", "inbox.csv", "facts.parquet",
            "exports.csv", "exports.xlsx", "exports.parquet", "exports.zip", "logs.log",
            } <= planted, planted  # fmt: skip
    assert {each for each, _place in before[0]} == set(CANARIES)
    was = sums()

    with django_capture_on_commit_callbacks(execute=True):
        asked = erased(ning)

    seconds = time.perf_counter() - began
    assert (hits_in_files(home), hits_in_tables()) == ([], [])
    assert sums() == was
    again = load(file_of(tmp_path, "again.csv", PEOPLE, "gb18030"), "customers")
    load(sheet_of(tmp_path, SALES), "transactions")
    by_a_folder(name="t+1 again")
    by_machines()
    assert again.report["reasons"]["erased_customer"] == 1
    assert (hits_in_files(home), hits_in_tables()) == ([], [])
    assert sums() == was
    print(  # noqa: T201 - a drill prints its figure
        f"\nErasure: {len(before[0])} hits in files of {len(planted)} sorts and "
        f"{len(before[1])} in tables before; 0 and 0 after, and 0 and 0 after the same files, "
        f"folder and batches came again; sums equal. {asked.report['files']} ({seconds:.1f} s)"
    )
    assert loaded


def test_a_file_that_was_loaded_goes_and_its_record_says_so(
    as_system: Cast, tmp_path: Path, empty_home: Home, django_capture_on_commit_callbacks: Any
) -> None:
    people, sales = by_files(tmp_path)
    by_parts(as_system.ada)
    other = load(file_of(tmp_path, "o.csv", PEOPLE.splitlines()[0] + "\nKN-200,李,,,,,B01\n"),
                 "customers")  # fmt: skip
    was = sums()

    with django_capture_on_commit_callbacks(execute=True):
        erased(Customer.objects.get(number=NUMBER))

    assert (hits_in_files(empty_home), hits_in_tables()) == ([], [])
    assert sums() == was
    for one in (people, sales):
        one.refresh_from_db()
        assert one.report["original_gone"]["why"] == "erasure"
    other.refresh_from_db()
    assert brought.original(other).exists()
    waiting = Import.objects.filter(state=Import.State.FAILED)
    assert {one.message for one in waiting} == {"HeldAnErasedPerson"}


def test_the_old_file_again_brings_the_others_and_keeps_no_word_of_the_erased(
    as_system: Cast, tmp_path: Path, empty_home: Home
) -> None:
    load(file_of(tmp_path, "people.csv", PEOPLE), "customers")
    erased(Customer.objects.get(number=NUMBER))

    again = load(
        file_of(tmp_path, "again.csv", PEOPLE + "KN-300,赵,,bad-mail,,,B01\n"), "customers"
    )

    assert (again.accepted, again.refused) == (1, 3)
    assert again.report["reasons"]["erased_customer"] == 1
    assert not [h for h in hits_in_files(empty_home) if "postgres" not in h[1]]
    assert not hits_in_tables()
    told = [row["problems"][0]["code"] for row in brought.refusals(again, language="en")]
    assert sorted(told) == ["erased_customer", "erased_customer", "not_an_email"]


def test_who_comes_back_under_another_number_is_known_by_the_identity_number(
    as_system: Cast, tmp_path: Path, empty_home: Home
) -> None:
    load(file_of(tmp_path, "people.csv", PEOPLE), "customers")
    erased(Customer.objects.get(number=NUMBER))

    again = load(file_of(tmp_path, "a.csv", PEOPLE.replace(NUMBER, "KN-999")), "customers")

    assert not Customer.objects.filter(number="KN-999").exists()
    assert again.report["reasons"]["erased_customer"] == 1


def test_numbers_of_an_erased_person_are_reached_by_no_list(as_system: Cast) -> None:
    ning = stage.customer(NUMBER, NAME, as_system.mei_book, phone=PHONE, email=EMAIL)
    stage.customer("KN-8", "宁母", as_system.mei_book, email=EMAIL)

    erased(ning)

    listed = Suppression.objects.get()
    assert (listed.kind, listed.hint, listed.source) == ("phone", "", "erasure")
    back = stage.customer("KN-9", "陌生人", as_system.mei_book, phone=f"+86 {PHONE}")
    assert {"call", "sms"} <= policy.listed_of([back])[back.pk]


def test_words_are_found_in_the_encodings_and_packages_that_files_come_in(
    tmp_path: Path,
) -> None:
    words = Words([NUMBER, NAME, PHONE, "17"])
    said = {
        "a.csv": f"x,{NAME}".encode("gb18030"), "b.csv": f"x,{NAME}".encode("utf-16"),
        "c.txt": b"tel +86 139-7700-7700.", "d.gz": gzip.compress(f"{NUMBER},1".encode()),
        "e.csv": b"1,17\n", "f.zip": b"PK\x03\x04 cut off",
    }  # fmt: skip
    for name, content in said.items():
        (tmp_path / name).write_bytes(content)
        assert words.in_file(tmp_path / name), name
    for text in (b"170,217", b"1397700770", b"XKN-770077"):
        (tmp_path / "no.csv").write_bytes(text)
        assert not words.in_file(tmp_path / "no.csv"), text
    assert "17" not in words.telling.words


def test_a_search_that_was_cut_off_goes_on(as_system: Cast, empty_home: Home) -> None:
    ning = stage.customer(NUMBER, NAME, as_system.mei_book, phone=PHONE)
    asked = actions.open_request(ning, "erasure", received_on=TODAY, by=TESTS, at=NOON)
    (empty_home.exports / "left.csv").write_text(f"{NUMBER},{PHONE}\n")

    actions.erase(asked, **WHO)
    asked.refresh_from_db()
    assert NUMBER in (asked.traces or {})["words"]
    assert actions.shred(by=TESTS, at=NOON) == 1
    assert actions.shred(by=TESTS, at=NOON) == 0

    asked.refresh_from_db()
    assert asked.traces is None
    assert asked.report["files"]["segments.exports"] == 1


def test_many_erasures_are_one_search(as_system: Cast, empty_home: Home) -> None:
    people = [stage.customer(f"KN-90{n}", f"甲乙{n}", as_system.mei_book) for n in range(3)]
    left = empty_home.exports / "left.csv"
    left.write_text("KN-902,x\n")
    for one in people:
        asked = actions.open_request(one, "erasure", received_on=TODAY, by=TESTS, at=NOON)
        actions.erase(asked, **WHO)

    assert actions.shred(by=TESTS, at=NOON) == 3

    assert not left.exists()
    told = Request.objects.filter(kind="erasure").values_list("report__together", flat=True)
    assert set(told) == {3}


@pytest.mark.drill
def test_one_of_five_thousand_contacts_and_two_hundred_requests_is_erased_in_seconds(
    as_system: Cast, empty_home: Home
) -> None:
    cast = as_system
    ning = stage.customer(NUMBER, NAME, cast.mei_book, phone=PHONE)
    first = channels.record_touch(
        ning, channel="call", outcome="reached", by=cast.mei, at=NOON, two_way=True
    )
    values = {
        f.attname: getattr(first, f.attname)
        for f in Touch._meta.concrete_fields
        if f.name not in {"id", "public_id", "at"}
    }
    Touch.objects.bulk_create(
        Touch(**values, at=NOON - timedelta(minutes=n)) for n in range(5_000)
    )
    for n in range(200):
        asked = actions.open_request(
            ning, "correction", received_on=TODAY, words=f"{n}", by=TESTS, at=NOON
        )
        actions.correct(asked, answer="done", **WHO)
    began = time.perf_counter()

    asked = erased(ning)

    seconds = time.perf_counter() - began
    assert asked.report["rows"]["channels.Touch.customer"] >= 5_000
    print(f"\nErasure of 5,000 contacts and 201 requests: {seconds:.2f} s")  # noqa: T201
    assert seconds < 20
