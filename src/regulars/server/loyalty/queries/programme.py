"""The programme, its rules by version, its levels, and what waits for approval."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Q

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.loyalty import rules
from regulars.server.loyalty.models import EarningRule, LevelScheme, Programme, Wish

DECLINED_SHOWN = timedelta(days=30)
OWN = 5  # wishes of one person shown beside a customer


def programme() -> Programme | None:
    """The company's programme, where there is one."""
    return Programme.objects.select_related("segment").first()


def rule(viewer: Person, public_id: str) -> EarningRule | None:
    """One version of a rule; terms are no secret."""
    return EarningRule.objects.filter(public_id=public_id).first()


def history(viewer: Person) -> list[list[EarningRule]]:
    """Every rule with its versions, the newest first."""
    found = EarningRule.objects.select_related("made_by", "adopted_by")
    rows = found.order_by("code", "-version")
    grouped = [list(each) for _code, each in groupby(rows, key=lambda rule: rule.code)]
    return sorted(grouped, key=lambda versions: (versions[0].currency, str(versions[0])))


def rules_in_force(day: date) -> list[EarningRule]:
    """What earns points on a day."""
    found = EarningRule.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        state=EarningRule.State.IN_FORCE,
        valid_from__lte=day,
    )
    return list(found.order_by("currency", "code"))


def levels(viewer: Person) -> list[LevelScheme]:
    """All schemes of levels, the newest first."""
    return list(LevelScheme.objects.order_by("-valid_from"))


def levels_at(day: date) -> tuple[list[rules.Level], int]:
    """The levels of a day from the lowest up, and the months that one is kept."""
    scheme = LevelScheme.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if scheme is None:
        return [], 0
    found = [
        rules.Level(each["code"], each["name"], each.get("name_en", ""), each["from"])
        for each in scheme.levels
    ]
    return sorted(found, key=lambda level: level.start), scheme.months


def wishes(viewer: Person, *, most: int = 100) -> list[Wish]:
    """What waits for approval among the viewer's customers, the oldest first."""
    found = Wish.objects.filter(state=Wish.State.WAITING)
    if not viewer.scope.everything:
        found = found.filter(customer__book__in=viewer.scope.books)
    return list(found.select_related("customer", "asked_by").order_by("asked_at")[:most])


def wish(viewer: Person, public_id: str) -> Wish | None:
    found = Wish.objects.filter(public_id=public_id)
    if not viewer.scope.everything:
        found = found.filter(customer__book__in=viewer.scope.books)
    return found.select_related("customer__book", "asked_by", "decided_by").first()


def own_wishes(viewer: Person, customer: Customer, at: datetime) -> list[Wish]:
    """What the viewer asked for this customer that waits, or was declined of late."""
    found = Wish.objects.filter(customer=customer, asked_by=viewer).filter(
        Q(state=Wish.State.WAITING)
        | Q(state=Wish.State.DECLINED, decided_at__gt=at - DECLINED_SHOWN)
    )
    return list(found.select_related("decided_by").order_by("-pk")[:OWN])


def wishes_waiting(viewer: Person) -> int:
    """How many wishes this viewer may decide: of others, never the own ones."""
    if not viewer.may(Permission.SEE_TEAM):
        return 0
    found = Wish.objects.filter(state=Wish.State.WAITING).exclude(asked_by=viewer)
    if not viewer.scope.everything:
        found = found.filter(customer__book__in=viewer.scope.books)
    return found.count()
