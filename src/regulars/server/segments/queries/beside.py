"""What records beside the file say, looked up in the database each time.

Trade, ties, life and preferences change all day, and of a tie both ends must be seen: so
they lie on no board, and the viewer finds what the wall lets through. Each source is a
query of (owner, value); a condition is asked of it from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Concat

from regulars.server.core.models import Person
from regulars.server.customers import rules as customers
from regulars.server.customers.models import LifeEvent, Member, Preference, Relation
from regulars.server.segments.queries import bonds
from regulars.server.segments.queries.offered import offered
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.tree import Condition
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Assignment
from regulars.server.trade.models import BusinessProfile, ContactPerson, Invoice, Terms

Rows = Any  # a queryset of (owner, value), whose shape stubs cannot say
SIGN = "|"  # between a tie and the tier of who stands at its far end


class _Since(Func):
    """Whole days from the second day to the first."""

    template, arg_joiner, output_field = "(%(expressions)s)", " - ", IntegerField()


def found(viewer: Person, asked: Condition, of: Field, today: date) -> list[int]:
    """Ids of the customers whom the database finds for a condition.

    Of a condition that asks who has not, they are those who have.
    """
    where, values = _where(asked, of, today)
    rows = _asked(_rows(viewer, of, today), f"select distinct owner {{}} {where}", values)
    return [row[0] for row in rows]


def counted(viewer: Person, of: Field, today: date, *, most: int) -> list[tuple[str, int]]:
    """The values of a field, with how many customers have each."""
    rows = _asked(
        _rows(viewer, of, today),
        "select value, count(distinct owner) {} where value <> '' group by 1 "
        f"order by 2 desc, 1 limit {int(most)}",
        (),
    )
    return [(value, n) for value, n in rows]


def told(viewer: Person, of: Field, today: date, ids: Sequence[int]) -> dict[int, list[Any]]:
    """What a field says of some customers."""
    rows = _asked(
        _rows(viewer, of, today),
        "select distinct owner, value {} where owner = any(%s) and value is not null "
        "order by 1, 2",
        [list(ids)],
    )
    said: dict[int, list[Any]] = {}
    for owner, value in rows:
        said.setdefault(owner, []).append(value)
    return said


def _rows(viewer: Person, of: Field, today: date) -> Rows:
    above = offered().get(of.key)
    return above.rows(viewer, today) if above else SOURCES[of.key](viewer, today)


def _asked(rows: Rows, statement: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    try:
        sql, given = rows.query.sql_with_params()
    except EmptyResultSet:  # a viewer without books
        return []
    with connection.cursor() as db:
        db.execute(statement.format(f"from ({sql}) r(owner, value)"), [*given, *values])
        fetched: list[tuple[Any, ...]] = db.fetchall()
    return fetched


def _where(asked: Condition, of: Field, today: date) -> tuple[str, list[Any]]:
    if asked.op in ("known", "unknown") or (asked.op == "none" and of.kind == "days"):
        return "where value is not null", []
    if asked.op in ("in", "not_in"):
        return "where value = any(%s)", [list(asked.values)]
    if asked.op == "has":
        return "where strpos(lower(value), lower(%s)) > 0", [asked.values[0]]
    if of.kind == "date":
        return _days(asked, today)
    numbers = [Decimal(value) for value in asked.values]
    ops = {"ge": ">= %s", "lt": "< %s", "between": "between %s and %s"}
    return f"where value {ops[asked.op]}", list(numbers)


def _days(asked: Condition, today: date) -> tuple[str, list[Any]]:
    if asked.op == "ahead":
        last = today + timedelta(days=int(asked.values[0]))
        return "where value between %s and %s", [today, last]
    if asked.op == "within":
        first = today - timedelta(days=int(asked.values[0]) - 1)
        return "where value between %s and %s", [first, today]
    days = [date.fromisoformat(value) for value in asked.values]
    ops = {"after": ">= %s", "before": "< %s", "between": "between %s and %s"}
    return f"where value {ops[asked.op]}", list(days)


def _profile(name: str) -> Callable[[Person, date], Rows]:
    def rows(viewer: Person, today: date) -> Rows:
        found = BusinessProfile.objects.visible_to(viewer).exclude(**{name: ""})
        return found.order_by().values_list("customer_id", name)

    return rows


def _contact(name: str) -> Callable[[Person, date], Rows]:
    def rows(viewer: Person, today: date) -> Rows:
        found = ContactPerson.objects.visible_to(viewer).standing(today).exclude(**{name: ""})
        return found.order_by().values_list("customer_id", name)

    return rows


def _terms(name: str) -> Callable[[Person, date], Rows]:
    """Of several terms that hold (after a merge) the latest, as on the customer's page."""

    def rows(viewer: Person, today: date) -> Rows:
        held = Terms.objects.visible_to(viewer).holding(today)
        held = held.order_by("customer_id", "-starts_on", "-pk").distinct("customer_id")
        return held.values_list("customer_id", name)

    return rows


def _overdue_days(viewer: Person, today: date) -> Rows:
    late = Invoice.objects.visible_to(viewer).overdue(today).order_by()
    oldest = late.values("customer_id").annotate(n=_Since(Value(today), Min("due_on")))
    return oldest.values_list("customer_id", "n")


def _overdue_amount(viewer: Person, today: date) -> Rows:
    late = Invoice.objects.visible_to(viewer).overdue(today).with_balance().order_by()
    return late.values("customer_id").annotate(n=Sum("balance")).values_list("customer_id", "n")


def _household_size(viewer: Person, today: date) -> Rows:
    beside = Window(Count("pk"), partition_by=[F("household_id")])
    found = Member.objects.visible_to(viewer).standing().annotate(n=beside)
    return found.order_by().values_list("customer_id", "n")


def _life(name: str) -> Callable[[Person, date], Rows]:
    def rows(viewer: Person, today: date) -> Rows:
        found = LifeEvent.objects.visible_to(viewer).order_by()
        return found.values_list("customer_id", name)

    return rows


def _preferences(viewer: Person, today: date) -> Rows:
    """The topic with its origin: what was said weighs more than what was derived."""
    found = Preference.objects.visible_to(viewer).standing().order_by()
    named = Concat("origin", Value(":"), "topic", output_field=CharField())
    return found.annotate(n=named).values_list("customer_id", "n")


def _preference_words(viewer: Person, today: date) -> Rows:
    found = Preference.objects.visible_to(viewer).standing().order_by()
    return found.values_list("customer_id", "words")


def _ties(viewer: Person, today: date) -> Rows:
    """Both ends of every tie, each with its own word for the other."""
    near, far = _both_ends(viewer)
    return near.values_list("customer_id", "role").union(
        far.values_list("other_id", "role"), all=True
    )


def _tied_tiers(viewer: Person, today: date) -> Rows:
    near, far = _both_ends(viewer)
    run = tiers.current_tier_run()
    ranked = Assignment.objects.filter(
        tier_run=run.pk if run else None, scheme__is_primary=True
    )
    ranked = ranked.order_by("scheme_id")

    def with_tier(ties: QuerySet[Relation], end: str) -> Any:
        of = Subquery(ranked.filter(customer=OuterRef(end)).values("tier")[:1])
        named = Concat("role", Value(SIGN), "tier", output_field=CharField())
        return ties.annotate(tier=of).filter(tier__isnull=False).annotate(n=named)

    near, far = with_tier(near, "other_id"), with_tier(far, "customer_id")
    return near.values_list("customer_id", "n").union(
        far.values_list("other_id", "n"), all=True
    )


def _both_ends(viewer: Person) -> tuple[Any, Any]:
    standing = Relation.objects.visible_to(viewer).standing().order_by()
    back = Concat("kind", Value(customers.BACK), output_field=CharField())
    alike = When(kind__in=customers.SAME_BOTH_WAYS, then=F("kind"))
    return (
        standing.annotate(role=F("kind")),
        standing.annotate(role=Case(alike, default=back, output_field=CharField())),
    )


SOURCES: Mapping[str, Callable[[Person, date], Rows]] = {
    "bond": bonds.of_everybody,
    "bargaining_power": _profile("bargaining_power"),
    "buying_focus": _profile("focus"),
    "company_size": _profile("size"),
    "contact_role": _contact("role"),
    "contact_attitude": _contact("attitude"),
    "payment_days": _terms("payment_days"),
    "credit_limit": _terms("credit_limit"),
    "terms_end": _terms("ends_on"),
    "overdue_days": _overdue_days,
    "overdue_amount": _overdue_amount,
    "tie": _ties,
    "tied_tier": _tied_tiers,
    "household_size": _household_size,
    "life_event": _life("kind"),
    "life_event_on": _life("happens_on"),
    "preference": _preferences,
    "preference_words": _preference_words,
}
