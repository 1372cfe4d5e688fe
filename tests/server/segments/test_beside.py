"""What lies beside the file counts as plain Python counts it, through the viewer's eyes."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from tests.server.segments.conftest import put_version
from tests.server.segments.town import Soul

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.customers.models import (
    Customer,
    Household,
    LifeEvent,
    Member,
    Preference,
    Relation,
)
from regulars.server.scoring.models import Run
from regulars.server.segments import actions
from regulars.server.segments.forms.sentence import sentence
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import asking, choices, explaining
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import Condition, Group
from regulars.server.segments.rules.fields import BESIDE, Field
from regulars.server.tiers import actions as tiers
from regulars.server.tiers.models import Assignment, Scheme, TierRun
from regulars.server.trade.models import BusinessProfile, ContactPerson, Invoice, Terms
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer

pytestmark = pytest.mark.django_db
FIELDS = {each.key: each for each in BESIDE}
# Closeness is asked in the tests of coverage, where contacts and scores are at hand.
TESTED = [each for each in BESIDE if each.key not in ("tied_tier", "bond")]


@dataclass
class Village:
    """Forty customers and what every field says of each: key -> customer -> values."""

    people: list[Customer] = field(default_factory=list)
    said: dict[str, dict[int, list[Any]]] = field(default_factory=dict)

    def say(self, key: str, pk: int, value: Any) -> None:
        self.said.setdefault(key, {}).setdefault(pk, []).append(value)

    def ids(self, asked: Condition) -> set[int]:
        said = self.said.get(asked.field, {})
        return {p.pk for p in self.people if _holds(asked, said.get(p.pk, []))}


def _holds(asked: Condition, values: list[Any]) -> bool:
    if asked.op in ("known", "unknown"):
        return bool(values) == (asked.op == "known")
    if asked.op == "none":
        return not values
    if asked.op in ("in", "not_in"):
        return bool(set(values) & set(asked.values)) == (asked.op == "in")
    return any(_fits(asked, value) for value in values)


def _fits(asked: Condition, value: Any) -> bool:
    given = asked.values
    if asked.op == "has":
        return bool(given[0].lower() in value.lower())
    if asked.op == "ahead":
        return bool(0 <= (value - TODAY).days <= int(given[0]))
    if asked.op == "within":
        return bool(0 <= (TODAY - value).days < int(given[0]))
    read: Any = date.fromisoformat if isinstance(value, date) else Decimal
    low, high = read(given[0]), read(given[-1])
    if asked.op in ("ge", "after"):
        return bool(value >= low)
    return bool(value < low if asked.op in ("lt", "before") else low <= value <= high)


@pytest.fixture
def village(cast: Cast) -> Village:
    scope.set_scope(scope.EVERYBODY)
    dice, made = random.Random(5), Village()
    for n in range(40):
        book = cast.tao_book if n % 3 == 0 else cast.mei_book
        kind = "organization" if n % 2 else "person"
        made.people.append(customer(f"2{n:03}", f"李{n:03}", book, kind=kind))
    for one in made.people:
        if one.is_organization:
            _trade(one, made, dice)
        _life(one, made, dice)
    _ties(made, dice)
    scope.set_scope(scope.NOBODY)
    return made


def _trade(one: Customer, made: Village, dice: random.Random) -> None:
    power, focus = dice.choice(("", "low", "high")), dice.choice(("", "price", "service"))
    size = dice.choice(("", "micro", "large"))
    BusinessProfile.objects.create(
        customer=one, bargaining_power=power, focus=focus, size=size, updated_at=NOON
    )
    _known(made, one, bargaining_power=power, buying_focus=focus, company_size=size)
    for n in range(dice.randrange(3)):
        role, left = dice.choice(("", "decides", "uses")), dice.random() < 0.3
        ContactPerson.objects.create(
            customer=one, name=f"何{n}", role=role, attitude="for", noted_at=NOON,
            left_on=TODAY if left else None,
        )  # fmt: skip
        if not left:
            _known(made, one, contact_role=role, contact_attitude="for")
    starts = TODAY - timedelta(days=dice.randrange(-40, 300))
    ends = dice.choice((None, starts + timedelta(days=dice.randrange(400))))
    days, limit = dice.choice((None, 30, 60)), Decimal(dice.randrange(1, 9) * 100_000)
    Terms.objects.create(
        customer=one, starts_on=starts, ends_on=ends, payment_days=days, credit_limit=limit,
        noted_at=NOON,
    )  # fmt: skip
    if starts <= TODAY and (ends is None or ends >= TODAY):
        _known(made, one, payment_days=days, credit_limit=limit, terms_end=ends)
    late = []
    for n in range(dice.randrange(4)):
        due = TODAY - timedelta(days=dice.randrange(-20, 90))
        part = dice.random() < 0.4
        Invoice.objects.create(
            customer=one, number=f"F{n}", issued_on=due - timedelta(days=30), due_on=due,
            amount=1000, paid=400 if part else 0, paid_on=due if part else None, noted_at=NOON,
        )  # fmt: skip
        if due < TODAY:
            late.append((due, Decimal(600 if part else 1000)))
    if late:
        oldest = (TODAY - min(due for due, _ in late)).days
        _known(made, one, overdue_days=oldest, overdue_amount=sum(owed for _, owed in late))


def _life(one: Customer, made: Village, dice: random.Random) -> None:
    if dice.random() < 0.5:
        day = TODAY + timedelta(days=dice.randrange(-60, 60))
        kind = dice.choice(("wedding", "home"))
        LifeEvent.objects.create(customer=one, kind=kind, happens_on=day, noted_at=NOON)
        _known(made, one, life_event=kind, life_event_on=day)
    for _ in range(dice.randrange(3)):
        origin, topic = dice.choice(("said", "derived")), dice.choice(("gift", "time"))
        words, gone = dice.choice(("Green tea", "周三下午")), dice.random() < 0.3
        Preference.objects.create(
            customer=one, topic=topic, words=words, origin=origin, evidence="三次",
            noted_on=TODAY, withdrawn_at=NOON if gone else None,
        )  # fmt: skip
        if not gone:
            _known(made, one, preference=f"{origin}:{topic}", preference_words=words)


def _ties(made: Village, dice: random.Random) -> None:
    persons = [p for p in made.people if not p.is_organization]
    firms = [p for p in made.people if p.is_organization]
    for firm in firms:
        person, ended = dice.choice(persons), dice.random() < 0.3
        Relation.objects.create(
            customer=firm, other=person, kind="key_person", until=TODAY if ended else None
        )
        if not ended:
            made.say("tie", firm.pk, "key_person")
            made.say("tie", person.pk, "key_person:back")
    one, other = persons[0], persons[1]
    Relation.objects.create(customer=one, other=other, kind="spouse")
    made.say("tie", one.pk, "spouse")
    made.say("tie", other.pk, "spouse")
    for size, start in ((2, 2), (3, 4)):
        home = Household.objects.create(kind="family", made_at=NOON)
        for person in persons[start : start + size]:
            Member.objects.create(household=home, customer=person)
            made.say("household_size", person.pk, size)


def _known(made: Village, one: Customer, **values: Any) -> None:
    for key, value in values.items():
        if value not in (None, ""):
            made.say(key, one.pk, value)


def asked_of(of: Field, made: Village, dice: random.Random) -> list[Condition]:
    """One condition for each word that the field offers."""
    known = sorted({v for values in made.said.get(of.key, {}).values() for v in values})
    found = []
    for op in of.ops:
        if op in ("known", "unknown", "none"):
            values: tuple[str, ...] = ()
        elif op in ("in", "not_in"):
            values = (known[0],)
        elif op in ("ahead", "within"):
            values = ("30",)
        elif op == "has":
            values = ("GREEN",)
        else:
            picked = sorted(dice.sample(known, 2)) if len(known) > 1 else known * 2
            values = tuple(str(v) for v in picked[: 2 if op == "between" else 1])
        found.append(Condition(of.key, op, values))
    return found


@pytest.mark.parametrize("of", TESTED, ids=lambda of: of.key)
def test_every_word_of_every_field_finds_whom_plain_python_finds(
    cast: Cast, village: Village, look: Callable[[Person], None], of: Field
) -> None:
    look(cast.ana)
    on = ground(cast.ana, NOON)
    people = {p.pk for p in village.people}

    for asked in asked_of(of, village, random.Random(of.key)):
        settled = asking.settle(Group("all", (asked,)), on)
        found = set(asking.ids(cast.ana, settled, on)) & people

        assert found == village.ids(asked), asked
        assert asking.exact(cast.ana, settled, on).count >= len(found)


def test_the_values_offered_are_counted_as_they_are_found(
    cast: Cast, village: Village, look: Callable[[Person], None]
) -> None:
    look(cast.ana)
    on = ground(cast.ana, NOON)

    for of in TESTED:
        if of.kind not in ("word", "words"):
            continue
        for choice in choices.choices(cast.ana, of, on):
            asked = Condition(of.key, "in", (choice.value,))
            assert choice.count == len(village.ids(asked)), asked


def test_a_tie_counts_where_both_ends_are_seen(
    cast: Cast, village: Village, look: Callable[[Person], None]
) -> None:
    rule = Group("all", (Condition("tie", "in", ("key_person:back",)),))
    scope.set_scope(scope.EVERYBODY)
    books = dict(Customer.objects.values_list("pk", "book_id"))
    standing = Relation.objects.filter(kind="key_person", until__isnull=True)
    mine = cast.mei_book.pk
    wanted = {
        tie.other_id for tie in standing
        if books[tie.customer_id] == mine and books[tie.other_id] == mine
    }  # fmt: skip
    look(cast.mei)

    on = ground(cast.mei, NOON)

    assert wanted
    assert set(asking.ids(cast.mei, asking.settle(rule, on), on)) == wanted


def test_the_key_person_of_a_gold_corporate_is_a_condition(
    cast: Cast, souls: list[Soul], look: Callable[[Person], None]
) -> None:
    scope.set_scope(scope.EVERYBODY)
    gold, plain = (
        customer(f"30{n}", "面粉厂", cast.mei_book, kind="organization") for n in "12"
    )
    _rank({gold: "gold", plain: "standard"})
    Relation.objects.create(customer=gold, other=cast.li, kind="key_person")
    Relation.objects.create(customer=plain, other=cast.qian, kind="key_person")
    look(cast.ana)
    on = ground(cast.ana, NOON)
    rule = asking.settle(
        Group("all", (Condition("tied_tier", "in", ("key_person:back|gold",)),)), on
    )

    assert asking.ids(cast.ana, rule, on) == [cast.li.pk]
    with translation.override("en"):
        words = Words(cast.ana)
        said = explaining.reasons(cast.ana, rule, on, [cast.li.pk])
        text = words.value(FIELDS["tied_tier"], said[cast.li.pk][0].values[0])
        assert text == "Is key person of: Gold"
        assert "Is key person of: Gold" in sentence(rule, on.fields, words)


def _rank(names: dict[Customer, str]) -> None:
    tiers.install_presets(by=TESTS, at=NOON)
    run = Run.objects.get(is_current=True)
    made = TierRun.objects.create(run=run, as_of=TODAY, is_current=True, made_at=NOON)
    scheme = Scheme.objects.get(is_primary=True, customer_kind="organization")
    put_version("tiers_assignment", Assignment, made.pk, [
        [made.pk, of.pk, scheme.pk, tier, 4, 0, None, 0] for of, tier in names.items()
    ])  # fmt: skip


def test_what_is_paid_or_removed_counts_at_once_although_a_board_stands(
    cast: Cast, village: Village, look: Callable[[Person], None]
) -> None:
    rule = Group("all", (Condition("overdue_days", "ge", ("1",)),))
    look(cast.ana)
    on = ground(cast.ana, NOON)
    before = asking.ids(cast.ana, asking.settle(rule, on), on)
    for bill in Invoice.objects.filter(customer=before[0]):
        bill.delete()

    assert asking.ids(cast.ana, asking.settle(rule, on), on) == before[1:]


def test_members_are_told_what_made_them_members(
    cast: Cast, village: Village, look: Callable[[Person], None]
) -> None:
    look(cast.ana)
    on = ground(cast.ana, NOON)
    rule = asking.settle(
        Group("all", (
            Condition("kind", "in", ("organization",)),
            Condition("overdue_days", "ge", ("1",)),
            Condition("life_event", "known"),
        )), on,
    )  # fmt: skip
    ids = asking.ids(cast.ana, rule, on)

    found = explaining.reasons(cast.ana, rule, on, ids)

    assert ids
    for pk in ids:
        late = village.said["overdue_days"][pk][0]
        told = {each.field.key: each.values for each in found[pk]}
        assert told["overdue_days"] == (str(late),)
        assert "life_event" not in told  # sensitive: said in the rule, not beside each name


def test_a_sensitive_field_needs_a_reason_and_leaves_a_line(
    cast: Cast, village: Village, look: Callable[[Person], None]
) -> None:
    look(cast.mei)
    rule = Group("all", (Condition("life_event", "in", ("wedding",)),))

    with pytest.raises(actions.ReasonMissing):
        actions.keep(rule, name="婚礼", by=cast.mei, at=NOON)
    actions.keep(rule, name="婚礼", reason="送贺卡", by=cast.mei, at=NOON)

    scope.set_scope(scope.EVERYBODY)
    entry = AuditEntry.objects.get(action="segments.segment.kept")
    assert (entry.details["reason"], entry.details["sensitive"]) == ("送贺卡", ["life_event"])


def test_a_look_by_a_sensitive_field_leaves_a_line_although_nothing_is_kept(
    cast: Cast, village: Village, client: Client
) -> None:
    asked = '{"all":[{"field":"life_event","op":"in","values":["wedding"]}]}'
    client.force_login(cast.mei)

    for _ in range(2):
        assert client.get("/customers/", {"rule": asked}).status_code == 200
    client.get("/customers/", {"rule": asked.replace("life_event", "tie")})

    scope.set_scope(scope.EVERYBODY)
    (entry,) = AuditEntry.objects.filter(action="segments.sensitive.asked")
    assert entry.details["fields"] == ["life_event"]
    assert entry.actor == f"person:{cast.mei.pk}"
