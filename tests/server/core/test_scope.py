"""The wall: PostgreSQL itself hides what a viewer must not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import queries
from regulars.server.customers.models import Customer
from regulars.server.site import database
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


def numbers() -> list[str]:
    """Ask without any filter of ours: what the wall lets through."""
    return list(Customer.objects.order_by("number").values_list("number", flat=True))


def test_without_a_viewer_nobody_is_visible(cast: Cast) -> None:
    assert numbers() == []


def test_a_manager_of_customers_sees_the_own_book_only(cast: Cast, look: Look) -> None:
    look(cast.mei)

    assert numbers() == ["0001"]


def test_a_branch_manager_sees_the_branch(cast: Cast, look: Look) -> None:
    look(cast.wei)

    assert numbers() == ["0001", "0002"]


def test_the_head_office_sees_everybody(cast: Cast, look: Look) -> None:
    look(cast.ana)

    assert numbers() == ["0001", "0002", "0003"]


def test_the_wall_holds_when_the_query_forgets_the_viewer(cast: Cast, look: Look) -> None:
    look(cast.tao)

    assert queries.find(cast.tao, "李娜") == []
    assert queries.find(cast.tao, "钱振华") == [cast.qian.pk]


def test_the_scope_dies_with_its_transaction(cast: Cast) -> None:
    with scope.looking(cast.mei):
        assert numbers() == ["0001"]

    with connection.cursor() as db:
        db.execute("rollback")
        db.execute("select current_setting('app.scope', true)")
        assert db.fetchone()[0] in {"", None}
        db.execute("begin")


def test_a_row_cannot_be_written_beyond_the_wall(cast: Cast, look: Look) -> None:
    look(cast.mei)

    assert Customer.objects.filter(pk=cast.qian.pk).update(name="x") == 0


def test_the_application_role_cannot_walk_around_the_wall(db: None) -> None:
    database.check_wall()


def test_search_knows_han_pinyin_initials_number_and_phone_tail(cast: Cast, look: Look) -> None:
    look(cast.ana)

    for text in ("李娜", "娜", "lina", "ln", "li na", "0001"):
        assert cast.li.pk in queries.find(cast.ana, text), text
    assert queries.find(cast.ana, "10100000003") == [cast.qian.pk]
