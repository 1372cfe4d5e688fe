"""The ledger of consents: added to only, by purpose and channel, never loosened by a file."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.server.channels import actions, loading, queries
from regulars.server.channels.models import Consent
from regulars.server.channels.rules.consents import Entry, Notice, Standing, standing
from regulars.server.core import custody, scope
from regulars.server.core.audit import WORKER
from regulars.server.core.models import AuditEntry
from regulars.server.customers import actions as customers
from regulars.server.customers import loading as files
from regulars.server.customers.models import Customer
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
SMS = ("marketing", "sms")


def say(cast: Cast, said: str = "given", days: int = 0, **more: object) -> Consent:
    words: dict[str, object] = {
        "purpose": "marketing",
        "channel": "sms",
        "source": "form",
        "evidence": "表单 2026-17",
    }
    at = NOON + timedelta(days=days)
    return actions.record_consent(cast.li, said=said, by=cast.mei, at=at, **(words | more))  # type: ignore[arg-type]


def stands(cast: Cast, key: tuple[str, str] = SMS, days: int = 1) -> str:
    at = NOON + timedelta(days=days)
    return queries.standings(cast.li, at=at).get(key, Standing.UNKNOWN)


def quick(cast: Cast) -> dict[str, bool]:
    return Customer.objects.values_list("consents", flat=True).get(pk=cast.li.pk)


def notice(days: int = 0, **more: object) -> None:
    words: dict[str, object] = {
        "purpose": "marketing",
        "text": "我们会用短信告诉您新产品。",
        "controller": "柳湖农商银行",
        "contact": "96688",
        "method": "SMS, calls and WeCom",
        "kinds": ["contact", "purchases"],
        "retention": "two years",
    }
    actions.publish_wording(by=TESTS, at=NOON + timedelta(days=days), **(words | more))  # type: ignore[arg-type]


def test_a_consent_says_who_what_how_when_and_where_the_proof_is(as_system: Cast) -> None:
    notice(-1)

    entry = say(as_system, wording=queries.wording("marketing", at=NOON))

    assert (entry.customer, entry.purpose, entry.channel) == (as_system.li, "marketing", "sms")
    assert (entry.actor, entry.at, entry.evidence) == (
        f"person:{as_system.mei.pk}",
        NOON,
        "表单 2026-17",
    )
    assert entry.wording is not None
    assert entry.wording.version == 1
    assert quick(as_system) == {"sms": True} == as_system.li.consents
    details = AuditEntry.objects.get(action="channels.consent.recorded").details
    assert "表单" not in str(details)


def test_a_yes_without_evidence_is_none(as_system: Cast) -> None:
    with pytest.raises(actions.NotGiven, match="凭证"):
        say(as_system, evidence=" ")
    with pytest.raises(actions.NotGiven, match="survey"):
        say(as_system, purpose="survey", channel="")

    assert stands(as_system) == Standing.UNKNOWN


def test_a_yes_for_one_purpose_is_none_for_another(as_system: Cast) -> None:
    say(as_system, purpose="survey")

    assert stands(as_system, ("survey", "sms")) == Standing.GIVEN
    assert stands(as_system) == Standing.UNKNOWN
    assert quick(as_system) == {}


def test_the_database_refuses_to_change_or_delete_an_entry(as_system: Cast) -> None:
    entry = say(as_system)

    for statement in ("update channels_consent set said = 'refused'",
                      "delete from channels_consent"):  # fmt: skip
        with (
            pytest.raises(IntegrityError, match="only added to"),
            transaction.atomic(),
            connection.cursor() as db,
        ):
            db.execute(statement)

    assert list(Consent.objects.all()) == [entry]


def test_a_withdrawal_counts_at_once_and_never_touches_another_channel(as_system: Cast) -> None:
    say(as_system)
    say(as_system, channel="call")

    say(as_system, "withdrawn", 1, source="reply", evidence="")

    assert stands(as_system, days=0) == Standing.GIVEN
    assert stands(as_system) == Standing.WITHDRAWN
    assert quick(as_system) == {"sms": False, "call": True}


def test_a_yes_ends_on_its_day(as_system: Cast) -> None:
    say(as_system, expires_at=NOON + timedelta(days=10))

    assert stands(as_system, days=9) == Standing.GIVEN
    assert stands(as_system, days=10) == Standing.EXPIRED
    assert actions.lapse(by=TESTS, at=NOON + timedelta(days=9)) == 0
    assert actions.lapse(by=TESTS, at=NOON + timedelta(days=10)) == 1
    assert quick(as_system) == {}


def test_a_notice_that_asks_for_more_makes_older_consents_stale(as_system: Cast) -> None:
    notice()
    say(as_system, days=1)
    notice(2, kinds=["contact"])  # fewer kinds of data: nothing to renew
    assert stands(as_system, days=3) == Standing.GIVEN

    notice(4, kinds=["contact", "health"])

    assert stands(as_system, days=5) == Standing.STALE
    assert quick(as_system) == {}
    say(as_system, days=6, wording=queries.wording("marketing", at=NOON + timedelta(days=6)))
    assert stands(as_system, days=7) == Standing.GIVEN
    assert quick(as_system) == {"sms": True}


def test_refusing_everything_is_an_entry_by_channel(as_system: Cast) -> None:
    say(as_system)

    actions.refuse_all(as_system.li, source="page", by=WORKER, at=NOON + timedelta(days=1))

    said = dict(Consent.objects.filter(source="page").values_list("channel", "said"))
    assert said == {
        "sms": "withdrawn",
        "call": "refused",
        "wecom": "refused",
        "email": "refused",
    }
    assert set(as_system.li.consents.values()) == {False}


def test_profiling_refused_stands_on_the_file(as_system: Cast) -> None:
    say(as_system, "refused", purpose="profiling", channel="")
    assert as_system.li.no_profiling

    say(as_system, "given", 1, purpose="profiling", channel="")
    assert not as_system.li.no_profiling


def test_what_a_contact_withdrew_comes_back_when_the_contact_is_taken_back(
    as_system: Cast,
) -> None:
    say(as_system, expires_at=NOON + timedelta(days=90))
    touch = actions.record_touch(
        as_system.li, channel="call", outcome="refused_all", two_way=True, by=as_system.mei,
        at=NOON + timedelta(days=1),
    )  # fmt: skip
    assert stands(as_system, days=2) == Standing.WITHDRAWN

    actions.reverse_touch(touch, by=as_system.mei, at=NOON + timedelta(days=1))

    assert quick(as_system) == {"sms": True}
    assert stands(as_system, days=89) == Standing.GIVEN
    assert stands(as_system, days=90) == Standing.EXPIRED
    assert stands(as_system, ("marketing", "call")) == Standing.UNKNOWN


# ---- files ---------------------------------------------------------------------------


def load(as_system: Cast, number: str = "0001", **consents: bool) -> None:
    row = {"number": number, "consents": consents}
    files.load([row], ["number", "consents"], default_book=as_system.mei_book,
               origin="import:kunden.csv", by=TESTS, at=NOON + timedelta(days=2))  # fmt: skip


def test_a_file_of_customers_leaves_entries_with_its_name(as_system: Cast) -> None:
    load(as_system, sms=True, call=False)

    found = Consent.objects.order_by("channel").values_list(
        "channel", "said", "source", "evidence"
    )
    assert list(found) == [
        ("call", "refused", "import", "import:kunden.csv"),
        ("sms", "given", "import", "import:kunden.csv"),
    ]
    load(as_system, number="0009", sms=True)
    assert Consent.objects.get(customer__number="0009").evidence == "import:kunden.csv"


def test_a_file_that_says_yes_lifts_no_refusal(as_system: Cast) -> None:
    say(as_system, "refused")

    load(as_system, sms=True, call=True)

    assert quick(as_system) == {"sms": False, "call": True}
    assert stands(as_system, days=3) == Standing.REFUSED


def test_consents_of_a_file_need_their_evidence(as_system: Cast) -> None:
    rows = [loading.Said("0001", "marketing", "sms", yes=True)]

    with pytest.raises(loading.NoEvidence, match="0001"):
        loading.bring_consents(rows, origin="consents.csv", by=TESTS, at=NOON)

    found = loading.bring_consents(
        rows, origin="consents.csv", evidence="营业部表单箱 12", by=TESTS, at=NOON
    )
    assert (found.added, quick(as_system)) == (1, {"sms": True})


def test_a_file_of_consents_is_sorted_by_what_stands(as_system: Cast) -> None:
    say(as_system, "refused", -5)
    earlier, later = NOON - timedelta(days=9), NOON - timedelta(days=1)
    rows = [
        loading.Said("0001", "marketing", "sms", yes=True, evidence="a"),
        loading.Said("0001", "marketing", "call", yes=True, evidence="b", at=earlier),
        loading.Said("0001", "survey", "email", yes=False),
        loading.Said("none", "marketing", "sms", yes=False),
    ]

    first = loading.bring_consents(rows, origin="c.csv", by=TESTS, at=NOON)
    again = loading.bring_consents(rows, origin="c.csv", by=TESTS, at=NOON)
    fresh = loading.Said("0001", "marketing", "sms", yes=True, evidence="d", at=later)
    newer = loading.bring_consents([fresh], origin="d.csv", by=TESTS, at=NOON)

    assert (first.added, first.held, first.strangers) == (2, 1, 1)
    assert (again.added, again.known, again.held) == (0, 2, 1)
    assert newer.added == 1
    assert quick(as_system) == {"sms": True, "call": True}


# ---- who sees it, and what becomes of it ----------------------------------------------


def test_consents_of_another_book_are_not_seen(cast: Cast) -> None:
    scope.set_scope(scope.EVERYBODY)
    say(cast)

    assert not queries.consent_history(cast.tao, cast.li).exists()
    scope.set_scope(cast.tao.scope)
    assert not Consent.objects.exists()
    scope.set_scope(cast.mei.scope)
    assert queries.consent_history(cast.mei, cast.li).count() == 1


YES, NO, SILENT = True, False, None


@pytest.mark.parametrize(
    ("ours", "theirs", "after"),
    [
        (YES, YES, YES),
        (YES, NO, NO),
        (NO, YES, NO),
        (YES, SILENT, SILENT),
        (SILENT, YES, SILENT),
    ],
)
def test_a_merge_keeps_the_stricter_and_parting_restores(
    as_system: Cast, ours: bool | None, theirs: bool | None, after: bool | None
) -> None:
    for customer, word, days in ((as_system.li, ours, 1), (as_system.qian, theirs, 0)):
        if word is not None:
            say_for = "given" if word else "refused"
            actions.record_consent(
                customer, purpose="marketing", channel="sms", said=say_for, source="form",
                evidence="e", by=TESTS, at=NOON - timedelta(days=days),
            )  # fmt: skip
    told = custody.Merge(as_system.qian.pk, as_system.li.pk, by=TESTS, at=NOON)
    before = quick(as_system)

    story = custody.merge(told)
    merged = quick(as_system)
    custody.unmerge(told, story)

    assert merged.get("sms") is after
    assert quick(as_system) == before
    assert Consent.objects.filter(customer=as_system.qian).count() == (theirs is not None)


def test_a_copy_holds_every_word_and_an_erasure_leaves_none(as_system: Cast) -> None:
    say(as_system)
    say(as_system, "withdrawn", 1)

    copied = custody.copy(as_system.li.pk)["同意记录"]
    custody.erase(as_system.li.pk, by=TESTS, at=NOON + timedelta(days=2))

    assert [row["evidence"] for row in copied] == ["表单 2026-17"] * 2
    assert not Consent.objects.exists()


# ---- the rule and the database say the same --------------------------------------------

DAY = st.integers(0, 6)
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["given", "refused", "withdrawn", "cleared"]),
        DAY,
        st.one_of(st.none(), DAY),
        st.one_of(st.none(), st.integers(0, 2)),
    ),
    max_size=5,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries=ENTRIES, notices=st.lists(st.tuples(DAY, st.booleans()), max_size=3), on=DAY)
def test_the_database_says_what_the_rule_says(
    as_system: Cast,
    entries: list[tuple[str, int, int | None, int | None]],
    notices: list[tuple[int, bool]],
    on: int,
) -> None:
    with transaction.atomic(), connection.cursor() as db:
        known = [Notice(n, _day(day), renew) for n, (day, renew) in enumerate(notices, 1)]
        keys = [_wording(db, one) for one in known]
        said = []
        for n, (word, day, until, under) in enumerate(entries):
            ends = _day(until) if until is not None and word == "given" else None
            version = under + 1 if under is not None and under < len(known) else None
            said.append(Entry(word, _day(day), ends, version, n))
            key = keys[version - 1] if version else None
            db.execute(
                "insert into channels_consent (customer_id, purpose, channel, said, source, "
                "evidence, actor, at, recorded_at, expires_at, wording_id) values "
                "(%s, 'marketing', 'sms', %s, 'form', 'e', 't', %s, %s, %s, %s)",
                [as_system.li.pk, word, _day(day), NOON, ends, key],
            )
        db.execute(
            "select coalesce(regulars_consent(%s, 'marketing', 'sms', %s), 'unknown')",
            [as_system.li.pk, _day(on)],
        )
        (database,) = db.fetchone()
        transaction.set_rollback(True)

    assert database == standing(said, known, at=_day(on))


def _day(day: int) -> datetime:
    return NOON + timedelta(days=day)


def _wording(db: object, one: Notice) -> int:
    db.execute(  # type: ignore[attr-defined]  # a cursor
        "insert into channels_wording (public_id, purpose, version, text, text_en, controller, "
        "contact, method, frequency, kinds, retention, renewal, effective_at, made_by) values "
        "(%s, 'marketing', %s, 't', '', 'c', 'c', 'm', '', '{contact}', 'r', %s, %s, 't') "
        "returning id",
        [f"w{one.version}", one.version, one.renewal, one.effective_at],
    )
    return int(db.fetchone()[0])  # type: ignore[attr-defined]


def test_the_file_is_where_a_customer_was_added_with_consents(as_system: Cast) -> None:
    added = customers.add_customer(
        number="0100", name="新客户", book=as_system.mei_book, consents={"call": True},
        by=TESTS, at=NOON,
    )  # fmt: skip

    assert queries.standings(added, at=NOON) == {("marketing", "call"): Standing.GIVEN}
