"""Somebody answers for every table that names a customer, and merges give everything back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from regulars.server.care.models import Card, Task
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core import custody
from regulars.server.core.audit import WORKER
from regulars.server.core.custody import Merge
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer, FactKey, Relation
from regulars.server.site.home import Home
from regulars.server.site.postgres import OWNER, Postgres
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def forgotten(home: Home, db: None) -> Iterator[str]:
    """A table with customers that nobody answers for."""
    owner = Postgres(home).connection(OWNER)
    with psycopg.connect(**owner, autocommit=True) as link:  # type: ignore[arg-type]  # libpq's own words
        link.execute("create table house_nobody (id int, customer_id bigint)")
        yield "house_nobody"
        connection.rollback() if not connection.in_atomic_block else None
        link.execute("drop table house_nobody")


def unanswered() -> set[str]:
    """Tables that name a customer, by a column's name or a foreign key, and nobody's."""
    with connection.cursor() as db:
        db.execute(
            "select c.relname from pg_class c where c.relkind in ('r', 'p') "
            "and not c.relispartition and c.relnamespace = 'public'::regnamespace and ("
            " exists (select 1 from pg_attribute a where a.attrelid = c.oid "
            "  and a.attname = 'customer_id' and not a.attisdropped)"
            " or exists (select 1 from pg_constraint k where k.conrelid = c.oid "
            "  and k.confrelid = 'customers_customer'::regclass and k.contype = 'f'))"
        )
        tables = {name for (name,) in db.fetchall()}
    return tables - set(custody.answered_for()) - {"customers_customer"}


def test_somebody_answers_for_every_table_that_names_a_customer() -> None:
    assert unanswered() == set()


def test_a_table_that_nobody_answers_for_is_noticed(forgotten: str) -> None:
    assert unanswered() == {forgotten}


def test_every_field_that_points_at_a_customer_is_answered_for() -> None:
    told = {rows.key for rows in custody.all_rows()}
    tables = {table for duty in custody.duties() for table in duty.tables}
    pointing = {
        f"{field.model._meta.label}.{field.name}"
        for field in Customer._meta.related_objects
        for field in [field.field]
        if field.model is not Customer and field.model._meta.db_table not in tables
    }

    assert pointing <= told | set(custody.answered_for())


def card_of(customer: Customer, *, desk: str = "rm", trigger: str = "birthday") -> Card:
    day = TODAY
    card = Card.objects.create(
        customer=customer, book=customer.book, day=day, desk=desk, priority=5, due_on=day
    )
    Task.objects.create(
        card=card, customer=customer, trigger=trigger, cycle="2026", priority=5,
        due_on=day, expires_on=day, made_at=NOON,
    )  # fmt: skip
    return card


def state() -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for rows in custody.all_rows():
        values = rows.model._base_manager.order_by("pk").values_list("pk", rows.name)
        found += [(rows.key, *row) for row in values]
    found += list(Task.objects.order_by("pk").values_list("pk", "state", "card"))
    found += list(Card.objects.order_by("pk").values_list("pk", "state", "book"))
    return found


def test_a_merge_moves_what_it_can_and_an_unmerge_gives_it_back(as_system: Cast) -> None:
    cast = as_system
    li, qian = cast.li, cast.qian
    customers.relate(li, qian, "spouse", by=WORKER, at=NOON)
    channels.record_touch(
        qian, channel="call", outcome="reached", by=WORKER, at=NOON, two_way=True
    )
    same = card_of(li), card_of(qian, trigger="maturity")
    twice = card_of(qian, desk="manager")  # the same reason of the same year as li's
    before = state()
    told = Merge(qian.pk, li.pk, by=WORKER, at=NOON)

    story = custody.merge(told)

    assert Touch.objects.get().customer == li
    assert FactKey.objects.filter(customer=li).count() == 2
    assert Relation.objects.get().customer == li, "nobody is related to themselves"
    assert Task.objects.get(trigger="maturity").card == same[0]
    assert Task.objects.get(card=twice).state == Task.State.EXPIRED
    assert Card.objects.get(pk=twice.pk).book == li.book

    custody.unmerge(told, story)
    assert state() == before


def test_an_erasure_leaves_nothing_of_one_and_everything_of_others(as_system: Cast) -> None:
    cast = as_system
    for customer in (cast.li, cast.qian):
        card_of(customer)
        channels.record_touch(
            customer, channel="call", outcome="reached", by=WORKER, at=NOON, two_way=True
        )
    others = {rows.key: rows.of(cast.qian.pk).count() for rows in custody.all_rows()}

    custody.erase(cast.li.pk, by=WORKER, at=NOON)

    assert not [
        rows.key
        for rows in custody.all_rows()
        if rows.erased == custody.DELETED and rows.of(cast.li.pk).exists()
    ]
    assert others == {rows.key: rows.of(cast.qian.pk).count() for rows in custody.all_rows()}
