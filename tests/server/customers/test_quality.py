"""How complete a file is: the pure rule and the SQL say the same, and it is kept on change."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.server.core.models import AuditEntry
from regulars.server.customers import actions, loading
from regulars.server.customers.actions import quality as changes
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import measuring
from regulars.server.customers.rules import quality
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
TEXTS = (
    *("name", "name_en", "phone", "email", "gender", "lunar_birthday", "address"),
    *("occupation", "industry", "id_tail", "preferred_channel", "key_concern"),
)
given_values = st.fixed_dictionaries(
    {
        **{name: st.sampled_from(["", "x"]) for name in TEXTS},
        "birth_date": st.sampled_from([None, date(1980, 1, 1)]),
        "since": st.sampled_from([None, date(2020, 1, 1)]),
        "consents": st.sampled_from([{}, {"sms": False}]),
        "risk_tolerance": st.sampled_from([None, 3]),
        "kind": st.sampled_from(["person", "organization"]),
    }
)
SETTINGS = {
    "file_parts": {"person": {"since": [3, 0], "email": [0, 0], "risk_tolerance": [1, 5]}}
}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(values=given_values, level=st.integers(0, 5), own=st.booleans())
def test_the_pure_rule_and_the_sql_say_the_same(
    as_system: Cast, values: dict[str, Any], level: int, own: bool
) -> None:
    asked = quality.asked(SETTINGS if own else {})
    Customer.objects.filter(pk=as_system.li.pk).update(**values)
    # The ledger of consents may have kept what it knew.
    values |= Customer.objects.values("consents").get(pk=as_system.li.pk)
    share = measuring.completeness(asked, "c.{}".format, level=f"{level}")
    lacking = [code for code in quality.COLUMNS if quality.COLUMNS[code]]
    lacks = ", ".join(measuring.lacks(code, "c.{}".format) for code in lacking)

    with connection.cursor() as db:
        db.execute(
            f"select {share}, {lacks} from customers_customer c where id = %s",
            [as_system.li.pk],
        )
        found, *missing = db.fetchone()

    parts = asked[values["kind"]]
    assert found == quality.completeness(values, parts, level)
    named = {code for code, lacks_it in zip(lacking, missing, strict=True) if lacks_it}
    asked_for = {part.code for part in parts if part.from_level <= level}
    pure = set(quality.missing(values, parts, level))
    assert pure - {"contact_person"} == named & asked_for


def test_a_change_by_hand_and_a_file_keep_the_share(as_system: Cast) -> None:
    def share() -> int | None:
        return Customer.objects.get(pk=as_system.li.pk).completeness

    begun = share()
    assert begun is not None
    actions.change_customer(as_system.li, by=TESTS, at=NOON, occupation="教师")
    by_hand = share()
    assert by_hand is not None
    assert by_hand > begun
    loading.load(
        [{"number": "0001", "address": "湖滨路"}, {"number": "N1", "name": "甲"}],
        ["number", "name", "address"],
        default_book=as_system.willow_pool,
        origin="import:a.csv",
        by=TESTS,
        at=NOON,
    )

    filed = share()
    assert filed is not None
    assert filed > by_hand
    assert changes.measure() == 0  # the night finds nothing to mend


def test_the_level_of_a_tier_asks_for_more(as_system: Cast) -> None:
    parts = quality.asked({})["person"]
    values = {part.code: "x" for part in parts} | {"id_tail": "1234", "key_concern": ""}
    values |= {"consents": {"sms": True}}

    assert quality.completeness(values, parts, 3) == 100
    assert quality.completeness(values, parts, 5) == 90
    assert quality.missing(values, parts, 5) == ["key_concern"]


def test_who_was_merged_or_erased_has_no_share(as_system: Cast) -> None:
    Customer.objects.filter(pk=as_system.li.pk).update(state="erased")

    changes.measure()

    assert Customer.objects.get(pk=as_system.li.pk).completeness is None


def test_a_word_that_the_file_is_true_starts_the_clock_anew(as_system: Cast) -> None:
    changes.confirm(as_system.li, by=as_system.mei, at=NOON)

    assert Customer.objects.get(pk=as_system.li.pk).confirmed_at == NOON
    assert AuditEntry.objects.filter(action="customers.file.confirmed").count() == 1


def test_files_are_stale_after_the_days_of_their_tier() -> None:
    days = quality.stale_after({"stale_after": {"usual": 60, "5": 14}})

    assert (days[5], days[4], days[0]) == (14, 60, 60)
    assert quality.stale_after({})[0] == 30
